"""Answers from Elasticsearch; from the database what the index does not know yet, or all when it does not answer."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _
from elasticsearch import ApiError, BadRequestError, NotFoundError, TransportError
from elasticsearch.dsl import A, Search

from ..backends import NEWEST, OLDEST, RELEVANCE, Counts, Hit
from ..backends.database import DatabaseBackend
from ..documents import EVERYTHING
from ..models import SearchChange, SearchDocument
from ..queries import Query
from ..sight import Sight
from . import conf
from .breaker import breaker
from .connection import client
from .entries import moment, time_of
from .feeding import feed_soon
from .questions import Asked, keys_of

logger = logging.getLogger(__name__)
Answer = TypeVar("Answer")

#: Documents that the index does not know yet: with more the database answers alone.
MOST_PENDING = 1000
#: more values of one facet than there are
MOST_VALUES = 10_000

ORDERS = {
    RELEVANCE: [{"_score": "desc"}, {"moment": "desc"}, {"row": "desc"}],
    NEWEST: [{"moment": "desc"}, {"row": "desc"}],
    OLDEST: [{"moment": "asc"}, {"row": "asc"}],
}


class Unanswered(Exception):
    """Elasticsearch gave no whole answer."""


class PendingBackend(DatabaseBackend):
    """Answers for the documents that the index does not know yet."""

    def __init__(self, rows: Sequence[int]):
        self.rows = rows

    def _found(self, sight: Sight, query: Query, without: str = "") -> QuerySet[SearchDocument]:
        return super()._found(sight, query, without).filter(pk__in=self.rows)


class ElasticsearchBackend:
    """The index answers for what it knows in the newest version, the database for the rest, and neither for both."""

    keeps_index = True

    def __init__(self) -> None:
        self.database = DatabaseBackend()

    @property
    def notice(self) -> Any:
        return _("The search is a little slower and less thorough at the moment.") if breaker.is_failing else ""

    def documents_changed(self) -> None:
        feed_soon()

    def hits(self, sight: Sight, query: Query, *, sort: str, after: Sequence[Any] | None, most: int) -> list[Hit]:
        start = _start(sort, after)

        def ask(asked: Asked, rest: DatabaseBackend) -> list[Hit]:
            found = _hits(asked, sort, start, most)
            found += rest.hits(sight, query, sort=sort, after=after, most=most)
            return sorted(found, key=lambda hit: _position(sort, hit))[:most]

        return self._answer(
            sight, query, ask, lambda: self.database.hits(sight, query, sort=sort, after=after, most=most)
        )

    def hits_of_each_source(self, sight: Sight, query: Query, *, sort: str, most: int) -> list[Hit]:
        def ask(asked: Asked, rest: DatabaseBackend) -> list[Hit]:
            found = _hits_of_each_source(asked, sort, most)
            found += rest.hits_of_each_source(sight, query, sort=sort, most=most)
            number: Counter[str] = Counter()
            kept = []
            for hit in sorted(found, key=lambda hit: _position(sort, hit)):
                number[hit.source] += 1
                if number[hit.source] <= most:
                    kept.append(hit)
            return kept

        return self._answer(
            sight, query, ask, lambda: self.database.hits_of_each_source(sight, query, sort=sort, most=most)
        )

    def counts(self, sight: Sight, query: Query, *, facets: Sequence[str]) -> Counts:
        def ask(asked: Asked, rest: DatabaseBackend) -> Counts:
            return _sum(_counts(asked, facets), rest.counts(sight, query, facets=facets))

        return self._answer(sight, query, ask, lambda: self.database.counts(sight, query, facets=facets))

    def _answer(
        self,
        sight: Sight,
        query: Query,
        ask: Callable[[Asked, DatabaseBackend], Answer],
        ask_database: Callable[[], Answer],
    ) -> Answer:
        if breaker.is_open():
            return ask_database()
        pending = list(pending_documents().values_list("pk", "source", "object_id")[: MOST_PENDING + 1])
        if len(pending) > MOST_PENDING:
            logger.warning("too much to be indexed, the database answers")
            feed_soon()
            return ask_database()
        asked = Asked(sight, query, keys_of((source, object_id) for _pk, source, object_id in pending))
        try:
            answer = ask(asked, PendingBackend([pk for pk, _source, _object_id in pending]))
        except NotFoundError:
            # The index is gone, and its server is not: it is made anew.
            logger.warning("there is no index, the database answers")
            feed_soon()
            return ask_database()
        except BadRequestError:
            # Too long a question, such as that of somebody who sees things one by one. Others are not concerned.
            logger.exception("Elasticsearch refused a question, the database answers")
            return ask_database()
        except (ApiError, TransportError, Unanswered) as problem:
            breaker.fail()
            logger.warning("Elasticsearch did not answer, the database does", extra={"problem": type(problem).__name__})
            return ask_database()
        breaker.succeed()
        return answer


def pending_documents() -> QuerySet[SearchDocument]:
    """Documents of which the index may know something old, or nothing."""
    changed = SearchChange.objects.exclude(source=EVERYTHING).filter(
        source=OuterRef("source"), object_id=OuterRef("object_id")
    )
    return SearchDocument.objects.filter(~Q(version=F("indexed_version")) | Exists(changed)).order_by()


def _search(asked: Asked) -> Search:
    wait = f"{int(conf.answer_seconds() * 1000)}ms"
    question = Search(using=client(), index=conf.index_name()).query(asked.found()).source(False)
    return question.extra(timeout=wait).params(allow_partial_search_results=False)


def _execute(search: Search) -> Any:
    answer = search.execute()
    if answer.timed_out:
        raise Unanswered
    return answer


def _hits(asked: Asked, sort: str, start: list[Any] | None, most: int) -> list[Hit]:
    search = _search(asked).filter("bool", filter=asked.chosen()).sort(*ORDERS[sort])[:most]
    search = search.extra(track_total_hits=False)
    if start is not None:
        search = search.extra(search_after=start)
    return [_hit(sort, hit) for hit in _execute(search)]


def _hits_of_each_source(asked: Asked, sort: str, most: int) -> list[Hit]:
    search = _search(asked).filter("bool", filter=asked.chosen())[:0].extra(track_total_hits=False)
    first = A("top_hits", size=most, sort=ORDERS[sort], _source=False)
    search.aggs.bucket("sources", "terms", field="source", size=MOST_VALUES).metric("first", first)
    return [_hit(sort, hit) for each in _execute(search).aggregations.sources.buckets for hit in each.first]


def _hit(sort: str, hit: Any) -> Hit:
    source, _colon, object_id = hit.meta.id.rpartition(":")
    score, time, row = hit.meta.sort if sort == RELEVANCE else (0, *hit.meta.sort)
    return Hit(source, int(object_id), [round(score), time_of(time).isoformat(), row])


def _start(sort: str, after: Sequence[Any] | None) -> list[Any] | None:
    """A place (``Hit.place``) in Elasticsearch's words. Raises ValueError for what is none."""
    if after is None:
        return None
    try:
        score, time, row = int(after[0]), moment(datetime.fromisoformat(after[1])), int(after[2])
    except (TypeError, ValueError, IndexError, OverflowError) as error:
        raise ValueError("no place of this order") from error
    return [score, time, row] if sort == RELEVANCE else [time, row]


def _position(sort: str, hit: Hit) -> tuple:
    score, time, row = hit.place
    at = moment(datetime.fromisoformat(time))
    return (at, row) if sort == OLDEST else (-score if sort == RELEVANCE else 0, -at, -row)


def _counts(asked: Asked, facets: Sequence[str]) -> Counts:
    search = _search(asked)[:0].extra(track_total_hits=False)
    search.aggs.bucket("total", "filter", filter=_all(asked.chosen()))
    for name in facets:
        values = A("terms", field=f"parts.facets.{name}", size=MOST_VALUES).metric("items", A("reverse_nested"))
        bucket = search.aggs.bucket(f"facet_{name}", "filter", filter=_all(asked.chosen(without=name)))
        seen = bucket.bucket("parts", "nested", path="parts").bucket("seen", "filter", filter=asked.seen_part)
        seen.bucket("values", values)
    told = _execute(search).aggregations
    counted = {
        name: {value.key: value["items"].doc_count for value in told[f"facet_{name}"].parts.seen["values"].buckets}
        for name in facets
    }
    return Counts(told.total.doc_count, counted)


def _all(conditions: list) -> dict:
    return {"bool": {"filter": [condition.to_dict() for condition in conditions]}}


def _sum(one: Counts, other: Counts) -> Counts:
    names = {*one.facets, *other.facets}
    facets = {name: dict(Counter(one.facets.get(name, {})) + Counter(other.facets.get(name, {}))) for name in names}
    return Counts(one.total + other.total, facets)
