"""Whether the index says what the documents say."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db.models import F, Max
from django.db.models.functions import Greatest
from elasticsearch import Elasticsearch, helpers
from elasticsearch.dsl import Search

from ..models import SearchDocument
from . import conf
from .connection import writing_client
from .entries import key
from .feeding import ensure_index, feed

#: rows compared at once; an answer holds 10,000 hits at most
STEP = 5000


@dataclass
class Differences:
    """Of documents that count as indexed: rows that the index lacks or has in an older version; keys of what it has
    and no document says."""

    missing: set[int] = field(default_factory=set)
    stale: set[int] = field(default_factory=set)
    orphaned: set[str] = field(default_factory=set)

    def __bool__(self) -> bool:
        return bool(self.missing or self.stale or self.orphaned)


def compare() -> Differences:
    """Of the present index; what still waits to be indexed is no difference. Raises what Elasticsearch raises."""
    client = writing_client()
    ensure_index(client)
    client.indices.refresh(index=conf.index_name())
    found = Differences()
    for after, last in _steps(client):
        known = _index_versions(client, after, last)
        rows = SearchDocument.objects.filter(pk__gt=after, pk__lte=last)
        for row in rows.only("pk", "source", "object_id", "version", "indexed_version", "gone"):
            version = known.pop(_key(row), None)
            if row.indexed_version != row.version:
                continue
            if version is None:
                found.missing.add(row.pk)
            elif version < row.version:
                found.stale.add(row.pk)
        found.orphaned |= known.keys()
    return found


def repair(found: Differences) -> None:
    """Have indexed anew what differs, and removed what no document says."""
    steps = [{"_op_type": "delete", "_id": each, "_index": conf.index_name()} for each in found.orphaned]
    helpers.bulk(writing_client(), steps, raise_on_error=False, refresh=True)
    # What came in meanwhile under such a key was removed with it.
    back = SearchDocument.objects.filter(source__in={each.rpartition(":")[0] for each in found.orphaned})
    removed = {row.pk for row in back.only("pk", "source", "object_id") if _key(row) in found.orphaned}
    wrong = SearchDocument.objects.filter(pk__in=found.missing | found.stale | removed)
    # Newer than whatever the index remembers of it, a deletion included.
    wrong.update(version=Greatest(F("version") + 1, time.time_ns() // 1000), indexed_version=0)
    feed()


def _key(row: SearchDocument) -> str:
    return key(row.source, row.object_id)


def _steps(client: Elasticsearch) -> Iterator[tuple[int, int]]:
    """Numbers of rows, step by step: up to the highest that either side knows."""
    search = Search(using=client, index=conf.index_name())[:0]
    search.aggs.metric("last", "max", field="row")
    highest = max(
        search.execute().aggregations.last.value or 0, SearchDocument.objects.aggregate(n=Max("pk"))["n"] or 0
    )
    for after in range(0, int(highest), STEP):
        yield after, after + STEP


def _index_versions(client: Elasticsearch, after: int, last: int) -> dict[str, int]:
    search = Search(using=client, index=conf.index_name()).filter("range", row={"gt": after, "lte": last})
    answer = search.source(False).extra(version=True)[:10_000].execute()
    return {hit.meta.id: hit.meta.version for hit in answer}
