"""The embedded database: several processes may write to one file at the same time."""

import threading

import pytest
from django.db import OperationalError
from django.db.utils import ConnectionHandler

from hanse_site.settings.base import database

pytestmark = pytest.mark.embedded


@pytest.fixture
def table(tmp_path, django_db_blocker):
    """Makes a new file with a counter in it, and connections to it; the arguments are options that differ from ours."""

    def make(**options):
        settings = database(f"sqlite:///{tmp_path / 'db.sqlite3'}")
        handler = ConnectionHandler({"default": {**settings, "OPTIONS": {**settings["OPTIONS"], **options}}})
        with handler["default"].cursor() as cursor:
            cursor.execute("CREATE TABLE counter AS SELECT 0 AS number")
        handler["default"].close()
        return handler

    with django_db_blocker.unblock():
        yield make


def count_twice_at_once(handler) -> int:
    """Two transactions read, and then write what they read plus one; the second begins when the first has read.

    Returns the number that is there afterwards. Raises what the second one raised.
    """
    first_has_read, second_has_read, first_is_done = (threading.Event() for _ in range(3))
    raised = []

    def count(after_reading):
        connection = handler["default"]
        connection.set_autocommit(False, force_begin_transaction_with_broken_autocommit=True)
        with connection.cursor() as cursor:
            cursor.execute("SELECT number FROM counter")
            number = cursor.fetchone()[0]
            after_reading()
            cursor.execute("UPDATE counter SET number = %s", [number + 1])
        connection.commit()

    def second():
        try:
            first_has_read.wait(timeout=20)
            count(lambda: (second_has_read.set(), first_is_done.wait(timeout=20)))
        except OperationalError as error:
            raised.append(error)
        finally:
            handler["default"].close()

    thread = threading.Thread(target=second)
    thread.start()
    # Where the second has to wait for the first, it does not get as far as to read: then the time runs out.
    count(lambda: (first_has_read.set(), second_has_read.wait(timeout=0.5)))
    first_is_done.set()
    thread.join()
    handler["default"].set_autocommit(True)
    with handler["default"].cursor() as cursor:
        cursor.execute("SELECT number FROM counter")
        (number,) = cursor.fetchone()
    handler["default"].close()
    for error in raised:
        raise error
    return number


def test_of_two_that_read_and_write_at_once_one_waits(table):
    assert count_twice_at_once(table()) == 2


def test_without_immediate_transactions_one_would_fail(table):
    """What the setting is there for: were this to pass one day, the setting could go."""
    with pytest.raises(OperationalError, match="locked"):
        count_twice_at_once(table(transaction_mode="DEFERRED"))


def test_readers_do_not_wait_for_writers(table):
    handler = table()
    with handler["default"].cursor() as cursor:
        cursor.execute("PRAGMA journal_mode")
        assert cursor.fetchone() == ("wal",)
    handler["default"].close()
