from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Generator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.services.servers import PostgreSQL, Redis, Server, server_account

PROJECT = Path(__file__).parents[2]


class Uvicorn(Server):
    """The site under uvicorn with several worker processes, run by the present account."""

    name = "uvicorn"

    def __init__(self, folder: Path, application: str, environment: dict[str, str], workers: int) -> None:
        super().__init__(folder, None)
        self.application = application
        self.variables = environment
        self.workers = workers

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def command(self) -> list[str]:
        return [
            sys.executable, "-m", "uvicorn", self.application, "--host", "127.0.0.1", "--port", str(self.port),
            "--workers", str(self.workers), "--log-level", "warning",
        ]  # fmt: skip

    def environment(self) -> dict[str, str]:
        return self.variables

    def start(self) -> None:
        self.log_before = self.log.stat().st_size if self.log.exists() else 0
        super().start()

    def answers(self) -> bool:
        """Each worker has loaded the site. The port is there long before: what comes meanwhile waits."""
        with self.log.open("rb") as log:
            log.seek(self.log_before)
            return log.read().count(b"Started server process") >= self.workers and super().answers()

    def worker_processes(self) -> list[int]:
        """Process ids of the workers: children of the one that was started, without its resource tracker."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        return [pid for pid in map(int, children) if b"spawn_main" in Path(f"/proc/{pid}/cmdline").read_bytes()]


@dataclass
class Served:
    """Everything that runs. Each server can be stopped and started again; the database keeps what it holds."""

    site: Uvicorn
    database: PostgreSQL
    redis: Redis
    variables: dict[str, str]

    def run(self, module: str, *arguments: str) -> Any:
        """Run ``python -m module`` beside the site; gives what it prints as JSON."""
        command = [sys.executable, "-m", module, *arguments]
        done = subprocess.run(command, env=self.variables, cwd=PROJECT, capture_output=True, text=True)
        if done.returncode:
            raise RuntimeError(f"{module} failed:\n{done.stderr[-4000:]}")
        return json.loads(done.stdout)

    def rows(self, query: str, *values: Any) -> list[tuple]:
        """What the table holds now, asked past Django."""
        import psycopg

        with psycopg.connect(self.database.url) as connection:
            return connection.execute(query, values).fetchall()


def copy_database(source: str, target: str) -> None:
    """All that is in one database of PostgreSQL, into another that is empty: a tenth of the time of all migrations."""
    with subprocess.Popen([PostgreSQL.program("pg_dump"), "--no-owner", source], stdout=subprocess.PIPE) as dump:
        load = [PostgreSQL.program("psql"), "--quiet", "--set", "ON_ERROR_STOP=1", "--dbname", target]
        subprocess.run(load, stdin=dump.stdout, check=True, stdout=subprocess.DEVNULL)
    if dump.returncode:
        raise RuntimeError("the database could not be copied")


@contextlib.contextmanager
def served_site(
    application: str = "hanse_site.asgi:application", workers: int = 2, migrated: str = ""
) -> Generator[Served]:
    """A migrated, empty site. All stops on the way out. ``migrated`` is the address of a database to begin with."""
    account = server_account()
    with tempfile.TemporaryDirectory(prefix="hanse-served-") as name, contextlib.ExitStack() as stack:
        folder = Path(name)
        folder.chmod(0o755)
        database, redis = PostgreSQL(folder / "postgresql", account), Redis(folder / "redis", account)
        for server in (database, redis):
            stack.callback(server.stop)
            server.start()
        kept = {key: value for key, value in os.environ.items() if key not in ("PYTEST_XDIST_WORKER", "PYTEST_ADDOPTS")}
        variables = {
            **kept,
            "DATABASE_URL": database.url,
            "REDIS_URL": redis.url,
            "DJANGO_SETTINGS_MODULE": "tests.serving.settings",
            "HANSE_VAR_DIR": str(folder / "var"),
        }
        if migrated:
            copy_database(migrated, database.url)
        else:
            migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
            subprocess.run(migrate, env=variables, cwd=PROJECT, check=True, capture_output=True)
        site = Uvicorn(folder / "uvicorn", application, variables, workers)
        stack.callback(site.stop)
        site.start()
        yield Served(site, database, redis, variables)
