"""What the browser tests start from: built once, kept in the database, put back after each test. PostgreSQL only."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager

from django.db import connection
from django.db.backends.base.operations import BaseDatabaseOperations


@contextmanager
def restored_after_each_test() -> Generator[None]:
    """While this runs, Django's flush after a test brings back the rows that are there now. Sequences go on."""
    quote = connection.ops.quote_name
    tables = [quote(name) for name in connection.introspection.table_names()]
    with connection.cursor() as cursor:
        cursor.execute("CREATE SCHEMA kept;" + "".join(f"CREATE TABLE kept.{name} AS TABLE {name};" for name in tables))
    restore = [
        # Neither foreign keys nor the triggers of the audit trail look at what is put back.
        "SET session_replication_role = replica",
        # For so few rows a quarter of what TRUNCATE takes, which makes each table and index anew.
        *(f"DELETE FROM {name}" for name in tables),
        *(f"INSERT INTO {name} SELECT * FROM kept.{name}" for name in tables),
        "SET session_replication_role = DEFAULT",
    ]

    def execute(operations: BaseDatabaseOperations, statements: list[str]) -> None:
        with operations.connection.cursor() as cursor:
            cursor.execute(";".join(restore))

    flush = BaseDatabaseOperations.execute_sql_flush
    BaseDatabaseOperations.execute_sql_flush = execute
    try:
        yield
    finally:
        BaseDatabaseOperations.execute_sql_flush = flush
