"""The worker's process: tasks and timed jobs beside each other, and a clean end."""

import os
import signal
import sqlite3
import subprocess
import sys
import time

import pytest

from scripts.catalogues import ROOT
from tests.template import migrated_copy

ENQUEUE = """
import django; django.setup()
from hanse_base.clock import ensure_states
from tests.testapp.tasks import note
ensure_states()
note.enqueue("done")
"""


@pytest.fixture
def environment(tmp_path):
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tests.ops.worker_settings",
        "DATABASE_URL": f"sqlite:///{tmp_path / 'worker.sqlite3'}",
        "REDIS_URL": "",
        "HANSE_VAR_DIR": str(tmp_path),
    }


@pytest.fixture
def database(db, tmp_path):
    return migrated_copy(tmp_path / "worker.sqlite3")


def rows(path, sql):
    with sqlite3.connect(path, timeout=10) as connection:
        return connection.execute(sql).fetchall()


def wait_until(condition, seconds=300):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


@pytest.mark.embedded
def test_the_worker_runs_tasks_and_jobs_and_stops_when_told(environment, database):
    command = [sys.executable, "manage.py", "run_worker", "--interval", "0.1", "--clock-interval", "0.1"]

    def run(code):
        subprocess.run([sys.executable, "-c", code], env=environment, check=True, cwd=ROOT)

    def done():
        sql = "SELECT COUNT(*) FROM django_tasks_database_dbtaskresult WHERE status='SUCCESSFUL'"
        return rows(database, sql)[0][0]

    for number, stop in enumerate([signal.SIGTERM, signal.SIGINT], start=1):
        run(ENQUEUE)
        with subprocess.Popen(command, env=environment, cwd=ROOT) as worker:
            try:
                wait_until(lambda number=number: done() == number)
                wait_until(lambda: not rows(database, "SELECT 1 FROM hanse_base_jobstate WHERE ended_at IS NULL"))
                worker.send_signal(stop)
                assert worker.wait(20) == 0
            finally:
                worker.kill()
        assert rows(database, "SELECT DISTINCT outcome FROM hanse_base_jobstate") == [("succeeded",)]
        assert rows(database, "SELECT 1 FROM hanse_base_jobstate WHERE lease_until IS NOT NULL") == []
