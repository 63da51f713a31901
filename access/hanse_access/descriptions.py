"""Who can see this, in words: the text of the chip on every item."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.utils.text import get_text_list
from django.utils.translation import gettext

from .models import AudienceScope
from .scopes import EDITORS, PUBLIC, Scope, scope_kinds
from .viewer import Viewer


@dataclass(frozen=True)
class AudienceDescription:
    """``kind`` gives the chip its colour and icon: that of the widest scope, in the order of the kinds."""

    kind: str
    icon: str
    text: str


def describe(scopes: Iterable[Scope | tuple[str, int]], viewer: Viewer) -> AudienceDescription:
    """These scopes as this viewer may read them: what the viewer may not know by name is only counted."""
    scopes = {Scope(*scope) for scope in scopes}
    return _describe(scopes, _labels(scopes, viewer))


def describe_each(groups: Iterable[Iterable[Scope]], viewer: Viewer) -> list[AudienceDescription]:
    """As ``describe`` for each of the groups, which must not be empty, in one query a kind for all of them."""
    sets = [{Scope(*scope) for scope in group} for group in groups]
    labels = _labels({scope for group in sets for scope in group}, viewer)
    return [_describe(group, labels) for group in sets]


def describe_audiences(audience_ids: Iterable[int], viewer: Viewer) -> dict[int, AudienceDescription]:
    """Descriptions of stored audiences by their numbers, kept on the viewer: constant queries for a whole list."""
    known: dict[int, AudienceDescription] = viewer.__dict__.setdefault("_descriptions", {})
    missing = {id for id in audience_ids if id not in known}
    if missing:
        scopes: dict[int, set[Scope]] = {id: set() for id in missing}
        for row in AudienceScope.objects.filter(audience_id__in=missing):
            scopes[row.audience_id].add(Scope(row.kind, row.object_id))
        labels = _labels({scope for group in scopes.values() for scope in group}, viewer)
        known.update({id: _describe(group, labels) for id, group in scopes.items()})
    return known


def scope_names(scopes: Iterable[Scope], viewer: Viewer) -> dict[Scope, str]:
    """Names of those scopes that the viewer may know, in one query a kind."""
    scopes = set(scopes)
    labels = _labels(scopes, viewer)
    return {scope: labels[scope.kind][scope.id] for scope in scopes if scope.id in labels[scope.kind]}


def _labels(scopes: Iterable[Scope], viewer: Viewer) -> dict[str, dict[int, str]]:
    ids: dict[str, set[int]] = {}
    for scope in scopes:
        ids.setdefault(scope.kind, set()).add(scope.id)
    return {kind: dict(scope_kinds[kind].labels(group, viewer)) for kind, group in ids.items()}


def _describe(scopes: set[Scope], labels: dict[str, dict[int, str]]) -> AudienceDescription:
    if PUBLIC in scopes:
        scopes = {PUBLIC}
    kinds = [kind for kind in scope_kinds if any(scope.kind == kind.name for scope in scopes)]
    if len(kinds) > 1:
        kinds = [kind for kind in kinds if kind.name != EDITORS.kind]
    sentences = []
    for kind in reversed(kinds):
        ids = [scope.id for scope in sorted(scopes) if scope.kind == kind.name]
        named = sorted(labels[kind.name][id] for id in ids if id in labels[kind.name])
        sentences.append(kind.sentence(named, len(ids) - len(named)))
    widest = kinds[-1]
    return AudienceDescription(widest.name, widest.icon, get_text_list(sentences, gettext("and")))
