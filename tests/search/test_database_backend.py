import pytest

from .contract import Contract

pytestmark = pytest.mark.django_db


class TestDatabaseBackend(Contract):
    """By the full text of the database that the suite runs on."""
