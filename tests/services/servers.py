from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

STOP_TIMEOUT = 20.0


class ServiceError(RuntimeError):
    """A server did not start; the message holds what it said."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def server_account() -> str | None:
    """The account to run servers under: PostgreSQL refuses root. None means the present one."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    raise ServiceError("neither postgres nor nobody is an account here, and PostgreSQL does not run as root")


class Server:
    """One server process. Subclasses say how to prepare it, its command and when it answers."""

    name: str
    start_timeout = 60.0

    def __init__(self, folder: Path, account: str | None) -> None:
        self.folder = folder
        self.account = account
        self.port = free_port()
        self.process: subprocess.Popen | None = None

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def start(self) -> None:
        """Prepare, start, and wait until it answers; once stopped it can be started again.

        Raises ServiceError with the end of its log.
        """
        if not self.folder.exists():
            self.folder.mkdir()
            if self.account:
                shutil.chown(self.folder, self.account)
            self.prepare()
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.command(),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                env=self.environment(),
                **self.identity(),
            )
        deadline = time.monotonic() + self.start_timeout
        while not self.answers():
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise ServiceError(f"{self.name} did not start:\n{self.log.read_text(errors='replace')[-2000:]}")
            time.sleep(0.05)

    def stop(self) -> None:
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(self.stop_signal)
        try:
            self.process.wait(STOP_TIMEOUT)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)  # those that it started, too
            self.process.wait()

    stop_signal = signal.SIGTERM

    def environment(self) -> dict[str, str] | None:
        """Variables of the process; None: those of this one."""
        return None

    def identity(self) -> dict:
        return {"user": self.account, "group": self.account_group(), "extra_groups": []} if self.account else {}

    def account_group(self) -> int:
        return pwd.getpwnam(self.account).pw_gid

    def prepare(self) -> None:
        """What has to be done once before the first start."""

    def command(self) -> list[str]:
        raise NotImplementedError

    def answers(self) -> bool:
        with socket.socket() as probe:
            probe.settimeout(1)
            return probe.connect_ex(("127.0.0.1", self.port)) == 0


class PostgreSQL(Server):
    """A cluster with one superuser "hanse" and the database "hanse". Durability is off: it lives as long as the run."""

    name = "PostgreSQL"
    stop_signal = signal.SIGINT  # "fast": does not wait for clients
    options = {
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "shared_buffers": "256MB",
        "max_connections": "200",
        "listen_addresses": "127.0.0.1",
        "log_min_messages": "fatal",
    }

    @staticmethod
    def program(name: str) -> str:
        """The newest installed one; Debian keeps them outside PATH."""
        installed = sorted(
            Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[-3]), reverse=True
        )
        found = installed[0] if installed else shutil.which(name)
        if not found:
            raise ServiceError(f"{name} is not installed (Debian package: postgresql)")
        return str(found)

    @property
    def data(self) -> Path:
        return self.folder / "data"

    @property
    def url(self) -> str:
        return f"postgres://hanse@127.0.0.1:{self.port}/hanse"

    def prepare(self) -> None:
        command = [self.program("initdb"), "-D", str(self.data), "-U", "hanse", "-A", "trust", "-E", "UTF8"]
        made = subprocess.run(
            [*command, "--locale=C.UTF-8", "--no-sync"],
            capture_output=True,
            text=True,
            cwd=self.folder,
            **self.identity(),
        )
        if made.returncode:
            raise ServiceError(f"initdb failed:\n{made.stderr[-2000:]}")

    def command(self) -> list[str]:
        options = [argument for key, value in self.options.items() for argument in ("-c", f"{key}={value}")]
        return [
            self.program("postgres"), "-D", str(self.data), "-p", str(self.port), "-k", str(self.folder), *options
        ]  # fmt: skip

    def answers(self) -> bool:
        import psycopg

        try:
            with psycopg.connect(f"postgres://hanse@127.0.0.1:{self.port}/postgres", autocommit=True) as connection:
                connection.execute("CREATE DATABASE hanse")
        except psycopg.errors.DuplicateDatabase:
            return True
        except psycopg.OperationalError:
            return False
        return True


class Redis(Server):
    """A Redis that writes nothing to disk."""

    name = "Redis"

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self.port}/0"

    def command(self) -> list[str]:
        program = shutil.which("redis-server")
        if not program:
            raise ServiceError("redis-server is not installed (Debian package: redis-server)")
        return [
            program, "--port", str(self.port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no",
            "--dir", str(self.folder),
        ]  # fmt: skip
