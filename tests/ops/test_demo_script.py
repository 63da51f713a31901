"""The demo by its own command: from an empty folder to a served site with its worker, and again with what was kept.

A start takes the processor for half a minute, so it is part of ``make test-full``.
"""

import os
import re
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import contextmanager
from urllib.error import URLError
from urllib.request import urlopen

import pytest

from scripts.catalogues import ROOT
from tests.services.servers import free_port

pytestmark = [pytest.mark.slow, pytest.mark.embedded]

#: what the second start may take, as the Makefile's help promises; the first one installs and loads
SECOND_START = 10
FIRST_START = 240


@pytest.fixture(scope="module")
def starts(tmp_path_factory):
    """Two starts in one folder, with something changed in between: what each of them showed."""
    folder = tmp_path_factory.mktemp("demo")
    port = free_port()
    shown = []
    with started(folder, port, FIRST_START) as site:
        shown.append({"worker": happens(site.job_done, 60), **site.show()})
    with sqlite3.connect(folder / "db.sqlite3") as database:
        database.execute("UPDATE hanse_site_user SET first_name = 'Kept' WHERE email = 'newcomer@example.org'")
    with started(folder, port, SECOND_START * 4) as site:
        shown.append(site.show())
    return shown


class Site:
    def __init__(self, folder, port, seconds):
        self.folder, self.address, self.seconds = folder, f"http://localhost:{port}", seconds

    def rows(self, sql):
        with sqlite3.connect(self.folder / "db.sqlite3", timeout=10) as database:
            return database.execute(sql).fetchall()

    def job_done(self):
        """The worker runs timed jobs, so one that has ended says that it is there."""
        return self.rows("SELECT 1 FROM hanse_base_jobstate WHERE ended_at IS NOT NULL")

    def get(self, path):
        with urlopen(self.address + path) as answer:  # noqa: S310 - our own server
            return answer.read().decode()

    def show(self):
        return {
            "seconds": self.seconds,
            "people": self.rows("SELECT id, email, first_name FROM hanse_site_user ORDER BY id"),
            "pages": self.rows("SELECT id, title FROM wagtailcore_page ORDER BY id"),
            "sign-in": self.get("/accounts/login/"),
            "start": self.get("/en/"),
            "style": [path for path in re.findall(r'href="(/static/[^"]+\.css)"', self.get("/en/")) if self.get(path)],
        }


@contextmanager
def started(folder, port, limit):
    """The demo as ``make demo`` starts it, once it answers; stopped as Ctrl-C stops it, with all that it started."""
    environment = {name: value for name, value in os.environ.items() if name not in ("DATABASE_URL", "REDIS_URL")}
    environment |= {"HOST": "localhost", "PORT": str(port), "HANSE_VAR_DIR": str(folder)}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    began = time.monotonic()
    with subprocess.Popen([sys.executable, "scripts/demo.py"], env=environment, cwd=ROOT) as demo:
        try:
            site = Site(folder, port, 0)
            assert happens(lambda: demo.poll() is not None or answers(site), limit)
            assert demo.poll() is None
            site.seconds = time.monotonic() - began
            yield site
            demo.send_signal(signal.SIGINT)
            assert demo.wait(30) == 0
        finally:
            demo.terminate()
    assert not answers(site)


def answers(site):
    try:
        return bool(site.get("/health/live"))
    except URLError:
        return False


def happens(condition, seconds):
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.1)
    return False


def test_the_first_start_makes_a_site_with_its_people(starts):
    first, _second = starts
    assert len(first["people"]) > 100
    assert "operator@example.org" in first["sign-in"]
    assert "Photonik Nord" in first["start"]
    assert first["style"]
    assert first["worker"], "no timed job was run"


def test_the_second_start_keeps_what_is_there(starts):
    first, second = starts
    kept = [(pk, email, "Kept" if email == "newcomer@example.org" else name) for pk, email, name in first["people"]]
    assert second["people"] == kept
    assert second["pages"] == first["pages"]


def test_the_second_start_is_quick(starts):
    """Where nothing else runs, it takes half of it."""
    assert starts[1]["seconds"] < SECOND_START
