"""``make upgrade-dump``: the demo's databases of the present commit as SQL text, for the upgrade test of later ones."""

from __future__ import annotations

import gzip
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

from scripts.catalogues import ROOT
from tests.services.servers import PostgreSQL

FOLDER = Path(__file__).parent
#: What the database's full-text tables keep their contents in; made by SQLite itself.
SHADOWS = ("_data", "_idx", "_content", "_docsize", "_config")

#: lines that older versions of PostgreSQL and its programs do not know
OF_THIS_VERSION = ("\\restrict", "\\unrestrict", "SET transaction_timeout")


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


def make_demo(folder: Path, address: str) -> None:
    """Fill the empty database at the address with the demo's data; files go to the folder."""
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "hanse_site.settings.demo",
        "HANSE_VAR_DIR": str(folder),
        "DATABASE_URL": address,
        "REDIS_URL": "",
    }
    for command in (["migrate", "--verbosity", "0"], ["load_demo"]):
        subprocess.run([sys.executable, "manage.py", *command], cwd=ROOT, env=environment, check=True)


def sqlite_dump(folder: Path) -> str:
    database = folder / "db.sqlite3"
    make_demo(folder, f"sqlite:///{database}")
    with closing(sqlite3.connect(database)) as connection:
        return "".join(f"{statement}\n" for statement in statements(connection))


def postgresql_dump(folder: Path, address: str) -> str:
    """``address`` is that of an empty database, which is filled."""
    make_demo(folder, address)
    command = [PostgreSQL.program("pg_dump"), "--no-owner", "--no-privileges", address]
    dumped = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    return "".join(line for line in dumped.splitlines(keepends=True) if not line.startswith(OF_THIS_VERSION))


def main() -> None:
    commit = subprocess.run(
        ["git", "show", "--no-patch", "--format=%cs-%h", "HEAD"], cwd=ROOT, check=True, capture_output=True, text=True
    ).stdout.strip()
    with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
        dumps = {
            "sqlite": sqlite_dump(Path(first)),
            "postgresql": postgresql_dump(Path(second), os.environ["DATABASE_URL"]),
        }
    for kind, text in dumps.items():
        target = FOLDER / f"{commit}.{kind}.sql.gz"
        target.write_bytes(gzip.compress(text.encode(), mtime=0))
        sys.stdout.write(f"{target.relative_to(ROOT)}\n")


if __name__ == "__main__":
    main()
