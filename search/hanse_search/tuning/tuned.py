"""A query as operators tuned it: with other terms for its own, and with weights."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache

from django.db.models import Count, Max

from ..analysis import stems
from ..queries import Query, Term
from ..weights import POINTS, Weights
from .choices import KIND
from .models import SearchWeight, SynonymGroup

Tokens = tuple[str, ...]


@dataclass(frozen=True)
class Entry:
    """A term that finds others."""

    tokens: Tokens
    others: tuple[Tokens, ...]


@dataclass(frozen=True)
class Tuning:
    """What operators set at one moment. Nothing of it depends on the documents, so that it tells nothing of them."""

    weights: Weights
    by_stem: Mapping[str, Sequence[Entry]]

    @classmethod
    def read(cls) -> Tuning:
        """Two queries."""
        state = SynonymGroup.objects.aggregate(number=Count("pk"), changed=Max("changed_at"))
        return cls(_weights(), _entries(state["number"], state["changed"]) if state["number"] else {})

    def of(self, query: Query) -> Query:
        wanted = _with_synonyms(query.wanted, self.by_stem) if self.by_stem else query.wanted
        return replace(query, wanted=wanted, weights=self.weights)


def _weights() -> Weights:
    places, kinds = dict(POINTS), {}
    for what, points in SearchWeight.objects.values_list("what", "points"):
        if what.startswith(KIND):
            kinds[what.removeprefix(KIND)] = points
        elif what in places:
            places[what] = points
    return Weights(places, kinds)


def _with_synonyms(wanted: Sequence[Term], by_stem: Mapping[str, Sequence[Entry]]) -> tuple[Term, ...]:
    typed = [(number, token) for number, term in enumerate(wanted) if not term.exact for token in term.tokens]
    found: dict[int, dict[Tokens, None]] = {}
    for start, (_number, token) in enumerate(typed):
        for entry in {entry for stem in stems(token) for entry in by_stem.get(stem, ())}:
            said = typed[start : start + len(entry.tokens)]
            if _is_said(entry.tokens, [token for _n, token in said]):
                # Each of its words may be left out where another term stands.
                for number, _token in said:
                    found.setdefault(number, {}).update(dict.fromkeys(entry.others))
    return tuple(replace(term, alternatives=tuple(sorted(found.get(n, ())))) for n, term in enumerate(wanted))


def _is_said(tokens: Tokens, said: Sequence[str]) -> bool:
    return len(tokens) == len(said) and all(
        not stems(one).isdisjoint(stems(other)) for one, other in zip(tokens, said, strict=True)
    )


@lru_cache(maxsize=4)
def _entries(number: int, changed: datetime) -> dict[str, list[Entry]]:
    """By the stems of their first words. The arguments tell one state of the table from another."""
    found: dict[str, list[Entry]] = {}
    for group in SynonymGroup.objects.all():
        terms = group.folded
        for tokens in terms[:1] if group.is_one_way else terms:
            entry = Entry(tokens, tuple(other for other in terms if other != tokens))
            for stem in stems(tokens[0]):
                found.setdefault(stem, []).append(entry)
    return found
