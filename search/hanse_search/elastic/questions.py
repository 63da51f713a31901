"""Queries in Elasticsearch's words. None can be built without a ``Sight``, and every part of one is within it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from functools import cached_property

from elasticsearch.dsl import Q
from elasticsearch.dsl.query import Bool
from elasticsearch.dsl.query import Query as Question

from hanse_access.readings import admitted_es

from ..compounds import parts_of
from ..queries import Query, Term
from ..sight import Sight
from ..weights import CURRENT
from .entries import key, moment
from .layout import PLACES, STEMS


class Asked:
    """One query as one viewer asks it. ``left_out`` are keys of documents of which the index may say something old."""

    def __init__(self, sight: Sight, query: Query, left_out: Collection[str]):
        self.sight = sight
        self.query = query
        self.left_out = left_out

    def found(self) -> Question:
        """What matches, but for the facets."""
        return Bool(
            filter=[self.in_sight],
            must=[self._having(term) for term in self.query.wanted],
            should=[*self._kinds(), self._current()] if self.query.wanted else [],
            must_not=[self._having(term) for term in self.query.unwanted],
        )

    def _kinds(self) -> list[Question]:
        """What items of some kinds count more; nothing has to be one of them."""
        return [_worth(points, Q("term", source=name)) for name, points in self.query.weights.kinds.items()]

    def _current(self) -> Question:
        """What is not lowered by now counts more."""
        return _worth(CURRENT, Q("range", lower_after={"gt": moment(self.sight.now)}))

    def chosen(self, without: str = "") -> list[Question]:
        """What the facets narrow it to."""
        narrowing = [(name, values) for name, values in self.query.facets.items() if values and name != without]
        return [self._in_a_part(Q("terms", **{f"parts.facets.{name}": list(values)})) for name, values in narrowing]

    @cached_property
    def in_sight(self) -> Question:
        """``Sight``, word for word."""
        sight, now = self.sight, moment(self.sight.now)
        admitted = Bool(
            filter=[
                Q(admitted_es(sight.viewer)),
                Q("range", shown_from={"lte": now}),
                Q("range", shown_until={"gt": now}),
            ]
        )
        beyond = [self._of(source, Q("terms", object_id=list(ids))) for source, ids in sight.beyond.items()]
        hidden = [self._of(source, Q("terms", author_id=list(ids))) for source, ids in sight.hidden_authors.items()]
        before = [
            self._of(source, Q("term", container=container), Q("range", place={"lte": place}))
            for source, places in sight.boundaries.items()
            for container, place in places.items()
        ]
        old = [Q("ids", values=sorted(self.left_out))] if self.left_out else []
        return Bool(should=[admitted, *beyond], minimum_should_match=1, must_not=[*hidden, *before, *old])

    @cached_property
    def seen_part(self) -> Question:
        """Parts that are seen by a viewer who sees the document."""
        return Bool(
            should=[Q("term", parts__for_all=True), Q(admitted_es(self.sight.viewer, "parts.audience"))],
            minimum_should_match=1,
        )

    @staticmethod
    def _of(source: str, *conditions: Question) -> Question:
        return Bool(filter=[Q("term", source=source), *conditions])

    def _in_a_part(self, *conditions: Question, worth: Question | None = None) -> Question:
        seen = Bool(filter=[self.seen_part, *conditions], must=[worth] if worth else [])
        return Q("nested", path="parts", query=seen, score_mode="max")

    def _having(self, term: Term) -> Question:
        """Documents with the term in a part in sight, each worth what the best place is in which it occurs."""
        return self._in_a_part(worth=Q("dis_max", queries=list(self._places(term))))

    def _places(self, term: Term) -> Iterable[Question]:
        points = self.query.weights.places
        for place in PLACES:
            yield _worth(points[place], _phrase(f"parts.{place}", term.tokens))
            if other := [] if term.exact else list(_other_forms(place, term)):
                yield _worth(points[f"{place}_stems"], Bool(should=other, minimum_should_match=1))


def _other_forms(place: str, term: Term) -> Iterable[Question]:
    """The beginning of a longer word, another form of the word, and a compound taken apart."""
    if term.open_end:
        yield _phrase(f"parts.{place}", term.tokens, open_end=True)
    for tokens in term.alternatives:
        for stems in STEMS.values():
            yield Q("match", **{f"parts.{place}_{stems}": {"query": " ".join(tokens), "operator": "and"}})
    if len(term.tokens) > 1:
        return
    for stems in STEMS.values():
        yield Q("match", **{f"parts.{place}_{stems}": {"query": term.tokens[0]}})
    if parts := parts_of(term.tokens[0]):
        field = f"parts.{place}_{STEMS['de']}"
        yield Q("match", **{field: {"query": " ".join(parts), "operator": "and"}})


def _phrase(field: str, tokens: Collection[str], *, open_end: bool = False) -> Question:
    text = " ".join(tokens)
    if len(tokens) == 1:
        return Q("prefix" if open_end else "term", **{field: {"value": text}})
    return Q("match_phrase_prefix" if open_end else "match_phrase", **{field: {"query": text}})


def _worth(points: int, question: Question) -> Question:
    return Q("constant_score", filter=question, boost=points)


def keys_of(rows: Iterable[tuple[str, int]]) -> set[str]:
    return {key(source, object_id) for source, object_id in rows}
