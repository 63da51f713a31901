"""A real Elasticsearch for tests: an index of their own, fed before each search."""

from __future__ import annotations

import uuid
from contextlib import contextmanager

from hanse_search import searching
from hanse_search.documents import write_all_changes
from hanse_search.elastic import conf, feeding
from hanse_search.elastic.backend import pending_documents
from hanse_search.elastic.breaker import breaker
from hanse_search.elastic.connection import writing_client
from hanse_search.models import SearchDocument


@contextmanager
def index_of_its_own(settings):
    """Elasticsearch answers, from an index that is empty at first and goes at the end."""
    settings.HANSE_ELASTICSEARCH_URL = settings.TEST_ELASTICSEARCH_URL
    settings.HANSE_ELASTICSEARCH_INDEX = name = f"test-{settings.WORKER}-{uuid.uuid4().hex[:8]}"
    settings.HANSE_ELASTICSEARCH_SECONDS = 30.0  # of a machine that does much else
    breaker.succeed()
    client = writing_client()
    feeding.ensure_index(client)
    try:
        yield client
    finally:
        breaker.succeed()
        client.indices.delete(index=[*client.indices.get(index=f"{name}-*")] or name, ignore_unavailable=True)


def feed_before_each_search(monkeypatch) -> None:
    """As if the worker had nothing else to do: so it is the index that answers, not the database for what waits."""
    bring_up_to_date = searching.bring_up_to_date

    def bring_and_feed() -> None:
        bring_up_to_date()
        feeding.feed()

    monkeypatch.setattr(searching, "bring_up_to_date", bring_and_feed)


def fed() -> int:
    """Write all documents and bring them into the index; how many that were."""
    write_all_changes()
    return feeding.feed()


def keys(client) -> set[str]:
    """What the index holds."""
    client.indices.refresh(index=conf.index_name())
    found = client.search(index=conf.index_name(), query={"match_all": {}}, size=1000, source=False)
    return {hit["_id"] for hit in found["hits"]["hits"]}


def pending() -> int:
    """How many documents the index does not know in their newest version."""
    return pending_documents().count()


def everything() -> set[str]:
    return {
        f"{source}:{pk}" for source, pk in SearchDocument.objects.filter(gone=False).values_list("source", "object_id")
    }
