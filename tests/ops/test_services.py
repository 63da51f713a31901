"""The servers of a test run: started on a free port, always stopped, and clear about why they did not start."""

import os
import socket
import subprocess
import sys

import pytest
from django.conf import settings
from elasticsearch import Elasticsearch

from tests.services import services
from tests.services.elasticsearch import VERSION, distribution
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


@pytest.mark.elasticsearch
def test_an_elasticsearch_that_is_asked_for_keeps_documents_and_finds_them():
    with Elasticsearch(settings.TEST_ELASTICSEARCH_URL) as client:
        assert client.info()["version"]["number"].startswith("8.19.")
        index = f"services-{settings.WORKER}"
        try:
            client.index(index=index, id="1", document={"text": "Kogge"}, refresh=True)
            found = client.search(index=index, query={"match": {"text": "kogge"}})
            assert [hit["_id"] for hit in found["hits"]["hits"]] == ["1"]
        finally:
            client.indices.delete(index=index, ignore_unavailable=True)


@pytest.mark.embedded
def test_the_server_is_kept_where_the_environment_says(monkeypatch, tmp_path):
    monkeypatch.setenv("HANSE_TEST_CACHE", str(tmp_path))
    (tmp_path / f"elasticsearch-{VERSION}").mkdir()
    assert distribution() == tmp_path / f"elasticsearch-{VERSION}"


@pytest.fixture
def no_archive(monkeypatch, tmp_path):
    maven = tmp_path / "bin" / "mvn"
    maven.parent.mkdir()
    maven.write_text("#!/bin/sh\necho the archive is not there\nexit 1\n")
    maven.chmod(0o755)
    monkeypatch.setenv("PATH", f"{maven.parent}:{os.environ['PATH']}")
    monkeypatch.setenv("HANSE_TEST_CACHE", str(tmp_path / "cache"))


@pytest.mark.embedded
def test_a_fetch_that_fails_says_why_and_leaves_nothing(no_archive, tmp_path):
    with pytest.raises(ServiceError, match="the archive is not there"):
        distribution()
    assert [path.name for path in (tmp_path / "cache").iterdir()] == ["lock"]


@pytest.mark.embedded
def test_a_server_that_is_tried_may_be_missing_and_one_that_is_wanted_may_not(no_archive, monkeypatch, capsys):
    monkeypatch.setattr("tests.services.ALWAYS", {})
    with services(tried=["elasticsearch"]) as environment:
        assert environment == {}
    assert "Going on without elasticsearch" in capsys.readouterr().err
    with pytest.raises(ServiceError), services(["elasticsearch"]):
        pass


@pytest.mark.embedded
def test_an_unknown_server_is_refused():
    done = subprocess.run(
        [sys.executable, "-m", "tests.services", "--with", "oracle", "true"], capture_output=True, text=True
    )
    assert done.returncode == 2
    assert "oracle" in done.stderr
