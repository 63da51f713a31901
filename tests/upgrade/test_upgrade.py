"""A database made by an earlier commit becomes one of the present commit, with everything that was in it."""

import gzip
import os
import sqlite3
import subprocess
import sys
import uuid
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest

from scripts.catalogues import ROOT
from tests.services.servers import PostgreSQL
from tests.upgrade.dump import statements

FOLDER = Path(__file__).parent
SQLITE = sorted(FOLDER.glob("*.sqlite.sql.gz"))
POSTGRESQL = sorted(FOLDER.glob("*.postgresql.sql.gz"))


def commit_of(dump: Path) -> str:
    return dump.name.partition(".")[0]


def upgrade(address: str, files: Path) -> subprocess.CompletedProcess:
    """Migrate the database and look at it, in a process of its own."""
    return subprocess.run(
        [sys.executable, "-m", "tests.upgrade.check"],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.upgrade.upgraded_settings",
            "HANSE_VAR_DIR": str(files),
            "DATABASE_URL": address,
            "REDIS_URL": "",
        },
        capture_output=True,
        text=True,
    )


@pytest.mark.embedded
@pytest.mark.parametrize("dump", SQLITE, ids=commit_of)
def test_a_database_of_an_earlier_commit_is_upgraded(dump, tmp_path):
    database = tmp_path / "db.sqlite3"
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(gzip.decompress(dump.read_bytes()).decode())
    done = upgrade(f"sqlite:///{database}", tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def address():
    """An empty database beside that of the tests."""
    if not os.environ.get("DATABASE_URL", "").startswith("postgres"):
        pytest.skip("runs with make test-all")
    name = f"upgraded_{uuid.uuid4().hex}"
    server = os.environ["DATABASE_URL"]
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE template0')
    yield urlsplit(server)._replace(path=f"/{name}").geturl()
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.mark.parametrize("dump", POSTGRESQL, ids=commit_of)
def test_a_database_of_an_earlier_commit_is_upgraded_on_postgresql(dump, address, tmp_path):
    load = [PostgreSQL.program("psql"), "--quiet", "--no-psqlrc", "--set", "ON_ERROR_STOP=1", "--dbname", address]
    loaded = subprocess.run(load, input=gzip.decompress(dump.read_bytes()), capture_output=True)
    assert loaded.returncode == 0, loaded.stderr.decode()
    done = upgrade(address, tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_is_a_dump_for_each_database():
    assert SQLITE
    assert POSTGRESQL


@pytest.mark.embedded
def test_a_dump_restores_tables_triggers_and_full_text():
    with closing(sqlite3.connect(":memory:")) as source:
        source.executescript(
            """
            CREATE TABLE note (id INTEGER PRIMARY KEY, text TEXT);
            CREATE VIRTUAL TABLE note_fts USING fts5(text);
            CREATE TRIGGER kept BEFORE DELETE ON note BEGIN SELECT RAISE(ABORT, 'kept'); END;
            INSERT INTO note VALUES (7, 'it''s a ship');
            INSERT INTO note_fts (rowid, text) VALUES (7, 'it''s a ship');
            """
        )
        script = "\n".join(statements(source))
    with closing(sqlite3.connect(":memory:")) as restored:
        restored.executescript(script)
        assert restored.execute("SELECT * FROM note").fetchall() == [(7, "it's a ship")]
        assert restored.execute("SELECT rowid FROM note_fts WHERE note_fts MATCH 'ship'").fetchall() == [(7,)]
        with pytest.raises(sqlite3.IntegrityError, match="kept"):
            restored.execute("DELETE FROM note")
