"""``make upgrade-dump``: the demo's database of the present commit as SQL text, for the upgrade test of later ones."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from scripts.catalogues import ROOT

FOLDER = Path(__file__).parent
#: What the database's full-text tables keep their contents in; made by SQLite itself.
SHADOWS = ("_data", "_idx", "_content", "_docsize", "_config")


def statements(connection: sqlite3.Connection) -> Iterator[str]:
    """The database as SQL. Full-text tables, which sqlite3 dumps as raw pages, are made anew and filled."""
    virtual = dict(
        connection.execute("SELECT name, sql FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL TABLE%'").fetchall()
    )
    left_out = {"sqlite_master", *virtual, *(f"{name}{suffix}" for name in virtual for suffix in SHADOWS)}
    for statement in connection.iterdump():
        words = statement.split("(", 1)[0].replace('"', " ").replace("'", " ").split()
        if words[:2] in (["CREATE", "TABLE"], ["INSERT", "INTO"]) and words[2] in left_out:
            continue
        if statement.startswith("PRAGMA writable_schema"):
            continue
        if statement == "COMMIT;":
            for name, sql in virtual.items():
                yield f"{sql};"
                yield from rows_of(connection, name)
        yield statement


def rows_of(connection: sqlite3.Connection, table: str) -> Iterator[str]:
    columns = ["rowid", *(row[1] for row in connection.execute(f'PRAGMA table_info("{table}")'))]
    quoted = " || ',' || ".join(f"quote({column})" for column in columns)
    for (values,) in connection.execute(f'SELECT {quoted} FROM "{table}"'):
        yield f'INSERT INTO "{table}" ({", ".join(columns)}) VALUES ({values});'


def make_demo(folder: Path) -> Path:
    """A database with the demo's data; returns its file."""
    database = folder / "db.sqlite3"
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "hanse_site.settings.demo",
        "HANSE_VAR_DIR": str(folder),
        "DATABASE_URL": f"sqlite:///{database}",
    }
    for command in (["migrate", "--verbosity", "0"], ["load_demo"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)
    return database


def main() -> None:
    commit = subprocess.run(
        ["git", "show", "--no-patch", "--format=%cs-%h", "HEAD"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()
    target = FOLDER / f"{commit}.sql"
    with tempfile.TemporaryDirectory() as folder, closing(sqlite3.connect(make_demo(Path(folder)))) as connection:
        target.write_text("".join(f"{statement}\n" for statement in statements(connection)))
    sys.stdout.write(f"{target.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
