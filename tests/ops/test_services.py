"""The servers of a test run: started on a free port, always stopped, and clear about why they did not start."""

import os
import socket
import subprocess
import sys

import pytest

from tests.services.servers import Server, ServiceError


class Echo(Server):
    """A server that needs nothing but Python."""

    name = "Echo"

    def command(self):
        return [sys.executable, "-m", "http.server", str(self.port), "--bind", "127.0.0.1"]


class Broken(Server):
    name = "Broken"

    def command(self):
        return [sys.executable, "-c", "import sys; sys.exit('no licence')"]


def listening(port):
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_server_answers_after_start_and_is_gone_after_stop(tmp_path):
    server = Echo(tmp_path / "echo", None)
    server.start()
    assert listening(server.port)
    server.stop()
    assert not listening(server.port)
    assert server.process.poll() is not None


def test_two_servers_do_not_meet(tmp_path):
    assert Echo(tmp_path / "one", None).port != Echo(tmp_path / "two", None).port


def test_a_server_that_does_not_start_says_why(tmp_path):
    with pytest.raises(ServiceError, match="no licence"):
        Broken(tmp_path / "broken", None).start()


def test_stopping_what_never_started_is_harmless(tmp_path):
    Echo(tmp_path / "echo", None).stop()


@pytest.mark.skipif(not os.environ.get("DATABASE_URL"), reason="needs PostgreSQL and Redis: make test-all")
def test_the_command_gets_its_services_and_its_exit_code_comes_back():
    probe = (
        "import os, sys, psycopg, redis;"
        "psycopg.connect(os.environ['DATABASE_URL']).execute('SELECT 1');"
        "redis.Redis.from_url(os.environ['REDIS_URL']).ping();"
        "print(os.environ['DATABASE_URL']);"
        "sys.exit(7)"
    )
    done = subprocess.run(
        [sys.executable, "-m", "tests.services", sys.executable, "-c", probe], capture_output=True, text=True
    )
    assert done.returncode == 7, done.stderr
    port = int(done.stdout.strip().rsplit(":", 1)[1].split("/")[0])
    assert not listening(port)
