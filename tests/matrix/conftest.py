"""The matrix asks every address as every persona.

On PostgreSQL all of it runs with each change. On SQLite the parts that walk from address to address are left to
``make test-full``.
"""

import copy
from pathlib import Path

import pytest
from django.db import connection

from tests.scenes import scenes

from .world import World, build

WHOLE = {
    "test_admin_pages.py",
    "test_admin_walk.py",
    "test_files.py",
    "test_odd_forms.py",
    "test_pages.py",
    "test_plain.py",
    "test_suspension.py",
}


def pytest_collection_modifyitems(items) -> None:
    for item in items:
        if item.path.parent == Path(__file__).parent and item.path.name in WHOLE and connection.vendor == "sqlite":
            item.add_marker(pytest.mark.slow)


scenes["world"] = build


@pytest.fixture
def world(stage, db) -> World:
    return copy.deepcopy(stage.built)
