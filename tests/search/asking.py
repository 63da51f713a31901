"""Asking the search as somebody, and asking the rule beside it."""

from __future__ import annotations

from hanse_access.viewer import Viewer
from hanse_search.backends import RELEVANCE, Counts
from hanse_search.queries import parse
from hanse_search.searching import Result, Search


def viewer_of(person) -> Viewer:
    """A new one, as each request makes it."""
    return Viewer.of(person) if person is not None else Viewer.public()


def results(person, text: str, sort: str = RELEVANCE, size: int = 100) -> list[Result]:
    return Search(viewer_of(person), parse(text)[0]).page(size=size, sort=sort).results


def found(person, text: str, **options) -> list[str]:
    """Titles of what somebody finds; messages by their text."""
    return [str(result.found.title) for result in results(person, text, **options)]


def kinds(person, text: str) -> list[str]:
    return [result.source.name for result in results(person, text)]


def counted(person, text: str) -> Counts:
    return Search(viewer_of(person), parse(text)[0]).counts()
