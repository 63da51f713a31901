"""The matrix asks every address as every persona.

The parts that walk from address to address run on one database with each change: marked ``postgresql`` or ``embedded``.
"""

import copy

import pytest

from tests.scenes import scenes

from .world import World, build

scenes["world"] = build


@pytest.fixture
def world(stage, db) -> World:
    return copy.deepcopy(stage.built)
