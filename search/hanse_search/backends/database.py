"""Answers from the documents in the database, by its own full text."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    IntegerField,
    Max,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
    Window,
)
from django.db.models.expressions import Combinable
from django.db.models.functions import Coalesce, RowNumber

from hanse_access.readings import audience_q

from ..analysis import stems
from ..compounds import parts_of
from ..documents import EVERYTHING
from ..models import SearchChange, SearchDocument, SearchFacet, SearchPart
from ..queries import Query, Term
from ..sight import Sight
from ..weights import CURRENT, POINTS
from ..words import AllOf, AnyOf, Holds, Phrase
from . import NEWEST, OLDEST, RELEVANCE, Counts, Hit

ORDERS = {RELEVANCE: ("-score", "-date", "-pk"), NEWEST: ("-date", "-pk"), OLDEST: ("date", "pk")}


class DatabaseBackend:
    keeps_index = False
    notice = ""

    def documents_changed(self) -> None:
        """It answers from them."""

    def hits(self, sight: Sight, query: Query, *, sort: str, after: Sequence[Any] | None, most: int) -> list[Hit]:
        found = self._scored(sight, query, sort)
        if after is not None:
            found = found.filter(_behind(sort, after))
        return _hits(found.order_by(*ORDERS[sort])[:most])

    def hits_of_each_source(self, sight: Sight, query: Query, *, sort: str, most: int) -> list[Hit]:
        number = Window(RowNumber(), partition_by="source", order_by=ORDERS[sort])
        found = self._scored(sight, query, sort).annotate(number=number).filter(number__lte=most)
        return _hits(found.order_by(*ORDERS[sort]))

    def counts(self, sight: Sight, query: Query, *, facets: Sequence[str]) -> Counts:
        chosen = [name for name in facets if query.facets.get(name)]
        found = self._keys(sight, query)
        counted = self._count_facets(sight, found, [name for name in facets if name not in chosen])
        for name in chosen:
            counted |= self._count_facets(sight, self._keys(sight, query, without=name), [name])
        return Counts(len(found), counted)

    def named(self, sight: Sight, query: Query, *, sources: Collection[str], most: int) -> list[Hit]:
        """Items of these sources that are called so: every wanted term occurs in the title. Best first."""
        names = ("title", "title_stems")
        found = SearchDocument.objects.filter(in_sight_q(sight), source__in=sources)
        for term in query.wanted:
            found = found.filter(pk__in=_documents(sight, term, names))
        found = found.annotate(score=self._score(sight, query, names)).order_by(*ORDERS[RELEVANCE])
        return _hits(found[:most])

    def alike(self, sight: Sight, tokens: Sequence[str], *, most: int) -> list[Hit]:
        """Items in which these words occur, those first that have the most of them; two of them at least."""
        terms = tuple(Term((token,)) for token in tokens)
        if not terms:
            return []
        having_one = Q()
        for term in terms:
            having_one |= Q(pk__in=_documents(sight, term, POINTS))
        found = SearchDocument.objects.filter(in_sight_q(sight)).filter(having_one)
        number: Combinable = Value(0)
        for term in terms:
            has = When(pk__in=_documents(sight, term, POINTS), then=1)
            number = number + Case(has, default=0, output_field=IntegerField())
        found = found.annotate(score=number).filter(score__gte=min(2, len(terms))).order_by(*ORDERS[RELEVANCE])
        return _hits(found[:most])

    def _count_facets(self, sight: Sight, found: Sequence[int], names: Sequence[str]) -> dict[str, dict[str, int]]:
        counted: dict[str, dict[str, int]] = {name: {} for name in names}
        rows = SearchFacet.objects.filter(seen_part_q(sight, "part__"), name__in=names, document__among=found)
        for name, value, number in rows.values_list("name", "value").annotate(n=Count("document", distinct=True)):
            counted[name][value] = number
        return counted

    def _keys(self, sight: Sight, query: Query, without: str = "") -> list[int]:
        """Asked once for total and facets: the full text is the dear part of the question."""
        return list(self._found(sight, query, without).values_list("pk", flat=True))

    def _scored(self, sight: Sight, query: Query, sort: str) -> QuerySet[SearchDocument]:
        score = self._score(sight, query) if sort == RELEVANCE else Value(0)
        return self._found(sight, query).annotate(score=score)

    def _found(self, sight: Sight, query: Query, without: str = "") -> QuerySet[SearchDocument]:
        found = SearchDocument.objects.filter(in_sight_q(sight)).order_by()
        for term in query.wanted:
            found = found.filter(pk__in=_documents(sight, term, POINTS))
        for term in query.unwanted:
            found = found.exclude(pk__in=_documents(sight, term, POINTS))
        for name, values in query.facets.items():
            if values and name != without:
                having_one = SearchFacet.objects.filter(seen_part_q(sight, "part__"), name=name, value__in=values)
                found = found.filter(pk__in=having_one.values("document"))
        return found

    def _score(self, sight: Sight, query: Query, places: Iterable[str] = tuple(POINTS)) -> Combinable:
        """For each term what the best place is worth in which it occurs, and what being current is worth."""
        if not query.wanted:
            return Value(0)
        score: Combinable = Case(When(lower_after__lte=sight.now, then=0), default=CURRENT, output_field=IntegerField())
        best_first = [(name, query.weights.places[name]) for name in query.weights.best_first(places)]
        for term in query.wanted:
            worth = Case(*(When(_holds(term, [name]), then=points) for name, points in best_first), default=0)
            parts = SearchPart.objects.filter(seen_part_q(sight), document=OuterRef("pk")).order_by().values("document")
            score = score + Coalesce(Subquery(parts.annotate(worth=Max(worth)).values("worth")), 0)
        if query.weights.kinds:
            more = [When(source=name, then=points) for name, points in query.weights.kinds.items()]
            score = score + Case(*more, default=0, output_field=IntegerField())
        return score


def in_sight_q(sight: Sight) -> Q:
    """Documents that the viewer may find, as ``Sight`` says, and that are up to date."""
    begun = Q(shown_from=None) | Q(shown_from__lte=sight.now)
    running = Q(shown_until=None) | Q(shown_until__gt=sight.now)
    seen: Any = audience_q(sight.viewer) & begun & running
    for source, ids in sight.beyond.items():
        seen |= Q(source=source, object_id__among=ids)
    changed = SearchChange.objects.exclude(source=EVERYTHING).filter(
        source=OuterRef("source"), object_id=OuterRef("object_id")
    )
    seen &= Q(gone=False) & ~Exists(changed)
    for source, places in sight.boundaries.items():
        for container, place in places.items():
            seen &= ~Q(source=source, container=container, place__lte=place)
    for source, authors in sight.hidden_authors.items():
        seen &= ~Q(source=source, author_id__in=authors, author_id__isnull=False)
    return seen


def seen_part_q(sight: Sight, prefix: str = "") -> Q:
    """Parts that are seen by a viewer who sees the document."""
    return Q(**{f"{prefix}name": ""}) | audience_q(sight.viewer, f"{prefix}audience")


def _hits(found: QuerySet) -> list[Hit]:
    rows = found.values_list("source", "object_id", "score", "date", "pk")
    return [Hit(source, object_id, [score, date.isoformat(), pk]) for source, object_id, score, date, pk in rows]


def _documents(sight: Sight, term: Term, classes: Iterable[str]) -> QuerySet:
    parts = SearchPart.objects.filter(_holds(term, classes), seen_part_q(sight))
    return parts.order_by().values("document")


def _holds(term: Term, classes: Iterable[str]) -> Holds | Q:
    """Condition on parts: the term occurs in one of the classes."""
    found = _occurrences(term, list(classes))
    return Holds("pk", AnyOf(tuple(found))) if found else Q(pk__in=[])


def _occurrences(term: Term, classes: Sequence[str]) -> list[Phrase | AllOf]:
    exact = tuple(name for name in classes if not name.endswith("_stems"))
    other = tuple(name.removesuffix("_stems") for name in classes if name.endswith("_stems"))
    found: list[Phrase | AllOf] = [Phrase(term.tokens, exact)] if exact else []
    if not other or term.exact:
        return found
    if term.open_end:
        found.append(Phrase(term.tokens, other, prefix=True))
    if len(term.tokens) == 1:
        found += _in_other_forms(term.tokens[0], other)
        found += _all_in_one_place(parts_of(term.tokens[0]), other, "de")
    for tokens in term.alternatives:
        found += _all_in_one_place(tokens, other)
    return found


def _in_other_forms(token: str, places: Sequence[str], language: str = "") -> list[Phrase]:
    stored = tuple(f"{place}_stems" for place in places)
    return [Phrase((stem,), stored) for stem in sorted(stems(token, language))]


def _all_in_one_place(tokens: Sequence[str], places: Sequence[str], language: str = "") -> list[AllOf]:
    """All of these words, in any form. No words are nowhere."""
    if not tokens:
        return []
    return [
        AllOf(
            tuple(AnyOf((Phrase((token,), (place,)), *_in_other_forms(token, (place,), language))) for token in tokens)
        )
        for place in places
    ]


def _behind(sort: str, after: Sequence[Any]) -> Q:
    try:
        score, date, pk = int(after[0]), datetime.fromisoformat(after[1]), int(after[2])
    except (TypeError, ValueError, IndexError) as error:
        raise ValueError("no place of this order") from error
    if sort == OLDEST:
        return Q(date__gt=date) | Q(date=date, pk__gt=pk)
    later = Q(date__lt=date) | Q(date=date, pk__lt=pk)
    return later if sort == NEWEST else Q(score__lt=score) | (Q(score=score) & later)
