"""Suggestions: what is called so, of what the viewer may find, asked of the database whatever answers searches."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django.utils.translation import gettext_lazy as _

from hanse_access.viewer import Viewer

from ..addresses import search_url
from ..backends.database import DatabaseBackend
from ..queries import parse
from ..searching import bring_up_to_date, load
from ..sight import Sight
from ..sources import sources
from .recent import recent_searches

#: characters from which on something is suggested
SHORTEST = 2


@dataclass(frozen=True)
class Group:
    """Suggestions of these sources under a heading; ``sources`` None: of all that no other group has."""

    name: str
    label: Any
    sources: Collection[str] | None
    most: int


GROUPS = (
    Group("people", _("People"), ("expert",), 4),
    Group("rooms", _("Rooms"), ("room",), 3),
    Group("items", _("More"), None, 5),
)
MOST_RECENT = 4


@dataclass(frozen=True)
class Suggestion:
    title: Any
    url: str
    icon: str
    #: what it is, and what tells it from others of the same name
    facts: Sequence[Any] = ()
    language: str = ""


@dataclass(frozen=True)
class Suggested:
    label: Any
    suggestions: Sequence[Suggestion]


def suggest(viewer: Viewer, typed: str) -> list[Suggested]:
    """Groups that have something, recent searches first. A constant number of queries."""
    found = [_recent(viewer, typed)] if viewer.user is not None else []
    query = parse(typed)[0]
    if query.wanted and len(typed.strip()) >= SHORTEST:
        found += _named(viewer, typed)
    return [group for group in found if group.suggestions]


def _recent(viewer: Viewer, typed: str) -> Suggested:
    texts = recent_searches(viewer.user, typed.strip(), MOST_RECENT)
    return Suggested(_("Recent searches"), [Suggestion(text, search_url(text, {}), "clock") for text in texts])


def _named(viewer: Viewer, typed: str) -> list[Suggested]:
    """What is typed always is a beginning, also behind a blank or a comma."""
    bring_up_to_date()
    query, sight = parse(typed.rstrip())[0], Sight.of(viewer)
    if len(query.wanted) > 1 and len(query.wanted[-1].tokens[-1]) < SHORTEST:
        query = replace(query, wanted=query.wanted[:-1])  # a word of which one letter stands there yet
    grouped = {name for group in GROUPS for name in group.sources or ()}
    rest = [source.name for source in sources if source.name not in grouped]
    named = DatabaseBackend()
    hits = {g.name: named.named(sight, query, sources=g.sources or rest, most=g.most) for g in GROUPS}
    loaded = load([(hit.source, hit.object_id) for found in hits.values() for hit in found], viewer, query)
    groups = []
    for group in GROUPS:
        results = [loaded[key] for hit in hits[group.name] if (key := (hit.source, hit.object_id)) in loaded]
        suggestions = [
            Suggestion(
                result.title,
                result.found.url,
                result.source.icon,
                [result.source.label, *result.found.facts][:3],
                result.found.language,
            )
            for result in results
        ]
        groups.append(Suggested(group.label, suggestions))
    return groups
