"""The matrix asks every address as every persona.

On PostgreSQL all of it runs with each change. On SQLite the part that walks through the whole administration and all
plain addresses is left to ``make test-full``.
"""

from pathlib import Path

import pytest
from django.db import connection, transaction

from .world import World, build

WHOLE = {"test_admin_pages.py", "test_admin_walk.py", "test_plain.py", "test_suspension.py"}


def pytest_collection_modifyitems(items) -> None:
    for item in items:
        if item.path.parent == Path(__file__).parent and item.path.name in WHOLE and connection.vendor == "sqlite":
            item.add_marker(pytest.mark.slow)


@pytest.fixture(scope="module")
def _world(django_db_setup, django_db_blocker):
    """The world is built once a module and rolled back after it; each test runs in a savepoint of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def world(_world, db) -> World:
    return _world
