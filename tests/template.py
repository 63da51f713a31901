"""A migrated database that those of all workers are copies of: running all migrations takes each a quarter of a minute.

Whoever comes first migrates an empty database, as ever, and keeps a copy before the first test. The name of the copy
holds a digest of all migrations and of the versions of all packages: another state of these begins with an empty one.
What is not in the copy still happens to each database: Django's ``migrate`` runs on it and what follows that.
"""

from __future__ import annotations

import fcntl
import hashlib
import shutil
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Generator
from contextlib import closing, contextmanager
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.db import connection
from django.db.backends.base.creation import BaseDatabaseCreation

from hanse_base.clock import ensure_states
from hanse_base.models import JobState

FOLDER = Path(settings.TEST_DIR).parent
PREFIX = "hanse_template_"


class Template(ABC):
    """The copy for the database that the suite runs on."""

    def __init__(self, creation: BaseDatabaseCreation) -> None:
        self.creation = creation
        self.name = PREFIX + digest()

    @abstractmethod
    def exists(self) -> bool: ...

    @abstractmethod
    def keep(self) -> None:
        """Make the template of the test database, and remove those of other states."""

    @abstractmethod
    def use(self) -> None:
        """Before the test database is made: let it be a copy."""


class SQLiteTemplate(Template):
    """A file. The test database is in memory and there as long as something is connected with it."""

    connected: sqlite3.Connection

    @property
    def file(self) -> Path:
        return FOLDER / f"{self.name}.sqlite3"

    def exists(self) -> bool:
        return self.file.exists()

    def keep(self) -> None:
        for old in FOLDER.glob(f"{PREFIX}*"):
            old.unlink()
        unfinished = self.file.with_suffix(".new")
        with closing(sqlite3.connect(unfinished)) as copy:
            self.creation.connection.connection.backup(copy)
        unfinished.rename(self.file)

    def use(self) -> None:
        self.connected = sqlite3.connect(self.creation._get_test_db_name(), uri=True)
        with closing(sqlite3.connect(self.file)) as kept:
            kept.backup(self.connected)


class PostgreSQLTemplate(Template):
    """A database beside that of the tests, on the same server."""

    def exists(self) -> bool:
        return self.name in self._names()

    def keep(self) -> None:
        tested = self.creation.connection.settings_dict["NAME"]
        # Nobody may be connected with what is copied.
        self.creation.connection.close()
        self.creation.connection.close_pool()
        self._run(*(f'DROP DATABASE "{old}"' for old in self._names()))
        self._run(
            f'CREATE DATABASE "{self.name}_new" TEMPLATE "{tested}"',
            f'ALTER DATABASE "{self.name}_new" RENAME TO "{self.name}"',
        )

    def use(self) -> None:
        self.creation.connection.settings_dict["TEST"]["TEMPLATE"] = self.name

    def _names(self) -> list[str]:
        with self.creation._nodb_cursor() as cursor:
            cursor.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [PREFIX])
            return [name for (name,) in cursor.fetchall()]

    def _run(self, *statements: str) -> None:
        with self.creation._nodb_cursor() as cursor:
            for statement in statements:
                cursor.execute(statement)


def migrated_database() -> str:
    """The address of the template, to be copied from. For tests that have a database, on PostgreSQL."""
    parts = connection.settings_dict
    return f"postgres://{parts['USER']}@{parts['HOST']}:{parts['PORT']}/{PostgreSQLTemplate(connection.creation).name}"


def migrated_copy(path: Path) -> Path:
    """A file for another process, without rows of timed jobs. For tests that have a database, on SQLite."""
    return Path(shutil.copy(SQLiteTemplate(connection.creation).file, path))


def digest() -> str:
    """Of the source of all migrations, and of the list of packages."""
    # Read, not imported: wagtail-localize asks the database while its migrations are imported.
    sources = [Path(__file__).parents[1] / "requirements.txt"]
    for app in apps.get_app_configs():
        sources += sorted(Path(app.path).glob("migrations/*.py"))
    return hashlib.sha256(b"".join(source.read_bytes() for source in sources)).hexdigest()[:16]


@contextmanager
def copied_databases() -> Generator[None]:
    """While this runs, Django makes test databases of the template, and the template where there is none."""
    create = BaseDatabaseCreation.create_test_db
    template = (PostgreSQLTemplate if connection.vendor == "postgresql" else SQLiteTemplate)(connection.creation)

    def create_test_db(creation: BaseDatabaseCreation, *args, **kwargs) -> str:
        with one_at_a_time():
            if not template.exists():
                name = create(creation, *args, **kwargs)
                # A job that waits since the template was made would be late; each copy gets rows of its own.
                JobState.objects.all().delete()
                template.keep()
                ensure_states()
                return name
            template.use()
        return create(creation, *args, **kwargs)

    BaseDatabaseCreation.create_test_db = create_test_db
    try:
        yield
    finally:
        BaseDatabaseCreation.create_test_db = create


@contextmanager
def one_at_a_time() -> Generator[None]:
    """The other workers wait."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with (FOLDER / "template.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
