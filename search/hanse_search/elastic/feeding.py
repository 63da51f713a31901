"""Brings documents into the index, and builds a new one beside the old.

The index is reached by its alias (``conf.index_name``). While a new one is built it has an alias of its own; both are
written then, so that the new one is whole when it takes over. A version that is not newer changes nothing, so writers
need not wait for each other.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

from django.core.cache import cache
from django.db import transaction
from django.db.models import F, Q
from elasticsearch import Elasticsearch, helpers

from ..models import SearchDocument
from . import conf
from .connection import writing_client
from .entries import actions, with_parts
from .layout import describe, fingerprint

logger = logging.getLogger(__name__)

#: documents in one go, and bytes in one request
BATCH, MOST_BYTES = 500, 10 * 1024 * 1024
#: seconds after which a feeding that was asked for and did not begin is asked for again
SOON = 30


def next_name() -> str:
    """The alias of an index that is being built."""
    return f"{conf.index_name()}-next"


def feed_soon() -> None:
    """Have the worker feed the index after the transaction, once however many ask."""
    from .tasks import feed_index

    if cache.add(_mark(), True, timeout=SOON):
        transaction.on_commit(partial(feed_index.enqueue))


def _mark() -> str:
    return f"hanse_search.feed.{conf.index_name()}"


def feed() -> int:
    """Bring everything into the index that it does not know in the newest version. Returns the number of documents.

    Raises what Elasticsearch raises; the documents then wait for the next time.
    """
    cache.delete(_mark())  # what changes from here on may need another run
    client = writing_client()
    ensure_index(client)
    fed, last = 0, 0
    pending = SearchDocument.objects.filter(~Q(version=F("indexed_version"))).order_by("pk")
    while rows := list(with_parts(pending.filter(pk__gt=last))[:BATCH]):
        last = rows[-1].pk
        taken = set(range(len(rows)))
        # Asked after the rows were read: an index that is begun later reads these rows itself.
        for target in _targets(client):
            taken &= _write(client, target, rows)
        _settle([rows[number] for number in sorted(taken)])
        fed += len(taken)
    return fed


def _targets(client: Elasticsearch) -> list[str]:
    return [name for name in (conf.index_name(), next_name()) if client.indices.exists_alias(name=name)]


def _write(client: Elasticsearch, target: str, rows: Sequence[SearchDocument]) -> set[int]:
    """Write, and make it seen. Returns which of them the index now knows, in this version or a newer one."""
    taken, number = set(), 0
    told = helpers.streaming_bulk(
        client,
        actions(rows),
        index=target,
        chunk_size=BATCH,
        max_chunk_bytes=MOST_BYTES,
        raise_on_error=False,
        require_alias=True,  # an index that is gone is not to come back without its fields
    )
    for number, (ok, answer) in enumerate(told):
        ((kind, result),) = answer.items()
        if ok or result["status"] == 409 or (kind == "delete" and result["status"] == 404):
            taken.add(number)
        else:
            # The reason may quote what somebody wrote.
            problem = (result.get("error") or {}).get("type")
            logger.error("a document was refused", extra={"document": rows[number].pk, "problem": problem})
    client.indices.refresh(index=target)
    return taken


def _settle(rows: Iterable[SearchDocument]) -> None:
    """Say in the database what the index knows. What changed meanwhile goes on waiting."""
    rows = list(rows)
    kept = [row for row in rows if not row.gone]
    for row in kept:
        row.indexed_version = row.version
    SearchDocument.objects.bulk_update(kept, ["indexed_version"])
    for row in rows:
        if row.gone:
            SearchDocument.objects.filter(pk=row.pk, version=row.version, gone=True).delete()


def ensure_index(client: Elasticsearch) -> None:
    """An index of this layout stands behind the alias. If there was none, the database forgets what was indexed."""
    name = conf.index_name()
    if not client.indices.exists_alias(name=name):
        # First: an empty index in which all is believed to be would find nothing.
        SearchDocument.objects.exclude(indexed_version=0).update(indexed_version=0)
        _create(client, alias=name)
    elif _layout(client, name) != fingerprint():
        logger.warning("the index has another layout and is built anew")
        rebuild()


def _create(client: Elasticsearch, *, alias: str) -> str:
    index = describe(f"{conf.index_name()}-{uuid.uuid4().hex[:12]}")
    index.get_or_create_mapping().meta("_meta", {"layout": fingerprint(), "copied": 0})
    index.aliases(**{alias: {}})
    index.create(using=client)
    return index._name


def _meta(client: Elasticsearch, alias: str) -> dict[str, Any]:
    (found,) = client.indices.get_mapping(index=alias).values()
    return found["mappings"].get("_meta", {})


def _layout(client: Elasticsearch, alias: str) -> str:
    return _meta(client, alias).get("layout", "")


def rebuild(*, resume: bool = False, progress: Callable[[int, int], None] | None = None) -> int:
    """Build a new index from the documents and put it in place of the old, which answers until then.

    ``resume`` goes on where an interrupted run stopped. ``progress`` hears how many documents of how many are in it.
    Returns the number of documents. Raises what Elasticsearch raises; the old index stays.
    """
    client = writing_client()
    building = next_name()
    begun = client.indices.exists_alias(name=building)
    if begun and not (resume and _layout(client, building) == fingerprint()):
        _drop(client, building)
        begun = False
    if not begun:
        _create(client, alias=building)
    last = _meta(client, building)["copied"]
    documents = SearchDocument.objects.filter(gone=False).order_by("pk")
    whole, done = documents.count(), documents.filter(pk__lte=last).count() if last else 0
    while rows := list(with_parts(documents.filter(pk__gt=last))[:BATCH]):
        taken = _write(client, building, rows)
        refused = [row.pk for number, row in enumerate(rows) if number not in taken]
        # The index that answers meanwhile may know them: the new one is still to hear of them.
        SearchDocument.objects.filter(pk__in=refused).update(indexed_version=0)
        last, done = rows[-1].pk, done + len(rows)
        client.indices.put_mapping(index=building, meta={"layout": fingerprint(), "copied": last})
        if progress:
            progress(min(done, whole), whole)
    _take_over(client, building)
    return done


def _take_over(client: Elasticsearch, building: str) -> None:
    """In one step: nobody finds two indices or none."""
    name = conf.index_name()
    (new,) = client.indices.get_alias(name=building)
    old = list(client.indices.get_alias(name=name)) if client.indices.exists_alias(name=name) else []
    steps = [{"add": {"index": new, "alias": name}}, {"remove": {"index": new, "alias": building}}]
    client.indices.update_aliases(actions=[*steps, *({"remove_index": {"index": each}} for each in old)])


def _drop(client: Elasticsearch, alias: str) -> None:
    for index in list(client.indices.get_alias(name=alias)):
        client.indices.delete(index=index)
