"""After a test that commits, the database is as it was kept: quicker than emptying it and making its rows anew."""

from __future__ import annotations

import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Generator
from contextlib import contextmanager

from django.db import connection
from django.test import TransactionTestCase


class Kept(ABC):
    """What stands in the database now, triggers or not."""

    @abstractmethod
    def restore(self) -> None: ...


class KeptBySQLite(Kept):
    """A second database in memory, of which all pages are copied."""

    #: how often it waits, a quarter of a second each time, for what a test left open
    MOST_WAITS = 80

    def __init__(self) -> None:
        connection.ensure_connection()
        # Threads of the tests share connections too.
        self.copy = sqlite3.connect(":memory:", check_same_thread=False)
        connection.connection.backup(self.copy)

    def restore(self) -> None:
        connection.ensure_connection()
        self.waits = 0
        self.copy.backup(connection.connection, progress=self.count_waits)

    def count_waits(self, status: int, remaining: int, total: int) -> None:
        self.waits += status in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED)
        assert self.waits < self.MOST_WAITS, "a test left a query or a transaction open"


class KeptByPostgreSQL(Kept):
    """A second schema with the rows. Sequences go on."""

    def __init__(self) -> None:
        quote = connection.ops.quote_name
        tables = [quote(name) for name in connection.introspection.table_names()]
        with connection.cursor() as cursor:
            cursor.execute("DROP SCHEMA IF EXISTS kept CASCADE; CREATE SCHEMA kept")
            cursor.execute(";".join(f"CREATE TABLE kept.{name} AS TABLE {name}" for name in tables))
            cursor.execute(" UNION ALL ".join(f"SELECT EXISTS (SELECT FROM {name})" for name in tables))
            filled = [name for name, (is_filled,) in zip(tables, cursor.fetchall(), strict=True) if is_filled]
        statements = [
            # Neither foreign keys nor the triggers of the audit trail look at what is put back.
            "BEGIN; SET LOCAL session_replication_role = replica",
            # For so few rows a quarter of what TRUNCATE takes, which makes each table and index anew.
            *(f"DELETE FROM {name}" for name in tables),
            *(f"INSERT INTO {name} SELECT * FROM kept.{name}" for name in filled),
            "COMMIT",
        ]
        self.restoring = ";".join(statements)

    def restore(self) -> None:
        with connection.cursor() as cursor:
            cursor.execute(self.restoring)


@contextmanager
def restored_after_each_test() -> Generator[None]:
    """While this runs, each test that commits leaves the rows that are there now."""
    kept = KeptByPostgreSQL() if connection.vendor == "postgresql" else KeptBySQLite()
    empty = TransactionTestCase._fixture_teardown
    TransactionTestCase._fixture_teardown = lambda test_case: kept.restore()
    try:
        yield
    finally:
        TransactionTestCase._fixture_teardown = empty
