"""Triggers that note which items changed (``SearchChange``), made of what the sources watch.

They are dropped before migrations, which change the tables that they look at, and made again afterwards.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import connections, transaction

from .models import SearchChange, SearchPart
from .sources import Watch, sources

PREFIX = "hanse_search_t_"
VERBS = {"INSERT": ("NEW",), "UPDATE": ("OLD", "NEW"), "DELETE": ("OLD",)}


def install(using: str = "default") -> None:
    """Together, so that there is no moment without them."""
    connection = connections[using]
    with transaction.atomic(using=using), connection.cursor() as cursor:
        remove(using)
        for statement in statements(connection.vendor):
            cursor.execute(statement)


def remove(using: str = "default") -> None:
    connection = connections[using]
    with connection.cursor() as cursor:
        for name, table in _present(cursor, connection.vendor):
            if connection.vendor == "postgresql":
                cursor.execute(f'DROP TRIGGER "{name}" ON "{table}"')
                cursor.execute(f'DROP FUNCTION IF EXISTS "{name}"()')
            else:
                cursor.execute(f'DROP TRIGGER "{name}"')


def are_there(using: str = "default") -> bool:
    """False after migrations that failed half-way, when nobody has made them again."""
    connection = connections[using]
    with connection.cursor() as cursor:
        present = {name for name, _table in _present(cursor, connection.vendor)}
    wanted = {_name(s.name, number, verb) for s in sources for number in range(len(s.watches)) for verb in VERBS}
    return wanted <= present


def _name(source: str, number: int, verb: str) -> str:
    """Of the trigger for one of the watches of a source."""
    return f"{PREFIX}{source}_{number}_{verb.lower()}"


def _present(cursor, vendor: str) -> list[tuple[str, str]]:
    """Names of triggers and of their tables."""
    if vendor == "postgresql":
        cursor.execute(
            "SELECT DISTINCT trigger_name, event_object_table FROM information_schema.triggers"
            " WHERE starts_with(trigger_name, %s) AND trigger_schema = ANY (current_schemas(false))",
            [PREFIX],
        )
    else:
        cursor.execute("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'")
    return [(name, table) for name, table in cursor.fetchall() if name.startswith(PREFIX)]


def statements(vendor: str) -> Iterator[str]:
    for source in sources:
        for number, watch in enumerate(source.watches):
            table = watch.model._meta.db_table
            for verb, rows in VERBS.items():
                name = _name(source.name, number, verb)
                insert = noting(source.name, watch, rows)
                only = watch.only if verb == "UPDATE" else ()
                yield from (on_postgresql if vendor == "postgresql" else on_sqlite)(name, verb, table, insert, only)
    if vendor == "sqlite":
        yield (
            f'CREATE TRIGGER "{PREFIX}words" AFTER DELETE ON "{SearchPart._meta.db_table}"'  # noqa: S608 - names of our own tables
            " BEGIN DELETE FROM hanse_search_words WHERE rowid = OLD.id; END"
        )


def noting(source: str, watch: Watch, rows: tuple[str, ...]) -> str:
    """An INSERT of the items that these rows (NEW, OLD) lead to."""
    ids = " UNION ".join(f'SELECT {row}."{watch.column}"' for row in rows)
    for hop in watch.hops:
        ids = f'SELECT "{hop.give}" FROM "{hop.model._meta.db_table}" WHERE "{hop.match}" IN ({ids})'  # noqa: S608 - names of our own tables
    return (
        f'INSERT INTO "{SearchChange._meta.db_table}" (source, object_id)'  # noqa: S608 - names of our own tables
        f" WITH items(id) AS ({ids}) SELECT DISTINCT '{source}', id FROM items WHERE id IS NOT NULL"
    )


def on_sqlite(name: str, verb: str, table: str, insert: str, only: tuple[str, ...]) -> Iterator[str]:
    columns = " OF " + ", ".join(f'"{column}"' for column in only) if only else ""
    yield f'CREATE TRIGGER "{name}" AFTER {verb}{columns} ON "{table}" BEGIN {insert}; END'


def on_postgresql(name: str, verb: str, table: str, insert: str, only: tuple[str, ...]) -> Iterator[str]:
    """The columns are compared by the function: named by the trigger, they could not be dropped by a migration."""
    if only:
        changed = " OR ".join(f'OLD."{column}" IS DISTINCT FROM NEW."{column}"' for column in only)
        insert = f"IF {changed} THEN {insert}; END IF"
    yield f'CREATE FUNCTION "{name}"() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN {insert}; RETURN NULL; END $$'
    yield f'CREATE TRIGGER "{name}" AFTER {verb} ON "{table}" FOR EACH ROW EXECUTE FUNCTION "{name}"()'
