"""The matrix asks every address as every persona.

The parts that walk from address to address run on one database with each change: marked ``postgresql`` or ``embedded``.
"""

import copy

import pytest

from hanse_search.documents import write_all_changes
from tests.scenes import scenes

from .world import World, build


def build_searched() -> World:
    """With all that the search keeps of it, which the first search of each test would write otherwise."""
    world = build()
    write_all_changes()
    return world


scenes["world"] = build_searched


@pytest.fixture
def world(stage, db) -> World:
    return copy.deepcopy(stage.built)
