"""Emptying the database between transactional tests, past the triggers that make the audit trail append-only."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from django.db.backends.base.operations import BaseDatabaseOperations


@contextmanager
def flush_without_triggers() -> Generator[None]:
    """While this runs, Django's flush turns the triggers off for its own statements, and for nothing else."""
    flush = BaseDatabaseOperations.execute_sql_flush

    def execute(operations: BaseDatabaseOperations, statements: list[str]) -> None:
        before, after = switches(operations.connection)
        flush(operations, [*before, *statements, *after])

    BaseDatabaseOperations.execute_sql_flush = execute
    try:
        yield
    finally:
        BaseDatabaseOperations.execute_sql_flush = flush


def switches(connection) -> tuple[list[str], list[str]]:
    """The statements that turn triggers off and on again."""
    if connection.vendor == "postgresql":
        return ["SET session_replication_role = replica"], ["SET session_replication_role = DEFAULT"]
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        triggers = cursor.fetchall()
    return [f'DROP TRIGGER "{name}"' for name, _sql in triggers], [sql for _name, sql in triggers]
