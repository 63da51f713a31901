"""Scenes: what many tests begin with, built once for each worker.

A scene is built in a transaction that stays open over all tests that play in it, and is rolled back after the last of
them. Each test has a savepoint of its own and leaves nothing behind. The tests of one scene run one after another
(``in_order``). Rows are shared, objects are not: fixtures fetch them again or copy them, since a test may change them.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from django.db import connection, transaction

#: name of the fixture that a test asks for -> what builds its scene
scenes: dict[str, Callable[[], Any]] = {}


class Stage:
    """The scene that stands now. ``built`` is what its builder gave; None while no scene stands.

    ``unblock`` opens the database, which is closed between the tests.
    """

    def __init__(self, unblock: Callable[[], AbstractContextManager]) -> None:
        self.unblock = unblock
        self.scene: str | None = None
        self.built: Any = None

    def show(self, scene: str | None) -> None:
        if scene == self.scene:
            return
        with self.unblock():
            if self.scene:
                transaction.set_rollback(True)
                self._transaction.__exit__(None, None, None)
            self.scene, self.built = scene, None
            if scene:
                self._transaction = transaction.atomic()
                self._transaction.__enter__()
                self.built = scenes[scene]()
                know_sizes()


def know_sizes() -> None:
    """PostgreSQL plans badly for tables of which it knows nothing, and looks at none before they are committed."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")


def is_transactional(item) -> bool:
    """Whether the test commits, so that the database is emptied after it. It builds what it needs itself."""
    marker = item.get_closest_marker("django_db")
    return bool({"live_server", "transactional_db"} & set(item.fixturenames)) or bool(
        marker and marker.kwargs.get("transaction")
    )


def scene_of(item) -> str | None:
    """The one registered last of those that it asks for: a module may build upon the scene of its folder."""
    if is_transactional(item):
        return None
    return next((name for name in reversed(scenes) if name in item.fixturenames), None)


def asks_database(item) -> bool:
    return bool(item.get_closest_marker("django_db")) or "django_db_setup" in item.fixturenames


def in_order(items: list) -> None:
    """Tests without a database first, which one worker plays while another one migrates; then those without a scene,
    scene by scene, and last those that commit.
    """
    order = [None, *scenes]
    items.sort(key=lambda item: (is_transactional(item), order.index(scene_of(item)), asks_database(item)))
