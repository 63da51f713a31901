"""What a trap is: a way to fall that is known, what keeps us from it, and the tests that fail once that is gone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple


class Edit(NamedTuple):
    """The defence in the source, and what stands there without it. ``defence`` is there exactly once."""

    file: str
    defence: str
    without: str


@dataclass(frozen=True)
class Trap:
    """One row of the table.

    ``tests`` are paths of test files with an optional ``::name`` of a class or function. With the edits made, at least
    one of these tests fails.
    """

    name: str
    edits: tuple[Edit, ...]
    tests: tuple[str, ...]
    #: the tests drive a browser
    browser: bool = False

    def __str__(self) -> str:
        return self.name.replace(" ", "_")
