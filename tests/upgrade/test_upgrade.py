"""A database made by an earlier commit becomes one of the present commit, with everything that was in it."""

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from scripts.catalogues import ROOT
from tests.upgrade.dump import statements

DUMPS = sorted(Path(__file__).parent.glob("*.sql"))


pytestmark = pytest.mark.embedded


@pytest.mark.parametrize("dump", DUMPS, ids=[dump.stem for dump in DUMPS])
def test_a_database_of_an_earlier_commit_is_upgraded(dump, tmp_path):
    database = tmp_path / "db.sqlite3"
    with closing(sqlite3.connect(database)) as connection:
        connection.executescript(dump.read_text())
    done = subprocess.run(
        [sys.executable, "-m", "tests.upgrade.check"],
        cwd=ROOT,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "tests.upgrade.upgraded_settings",
            "HANSE_VAR_DIR": str(tmp_path),
            "DATABASE_URL": f"sqlite:///{database}",
            "REDIS_URL": "",
        },
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr


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
