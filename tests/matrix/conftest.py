import pytest
from django.db import transaction

from .world import World, build


@pytest.fixture(scope="module")
def _world(django_db_setup, django_db_blocker):
    """The world is built once a module and rolled back after it; each test runs in a savepoint of its own."""
    with django_db_blocker.unblock(), transaction.atomic():
        yield build()
        transaction.set_rollback(True)


@pytest.fixture
def world(_world, db) -> World:
    return _world
