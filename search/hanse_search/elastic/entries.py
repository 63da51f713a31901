"""Documents as Elasticsearch gets them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db.models import QuerySet

from ..analysis import words
from ..compounds import parts_of
from ..models import SearchDocument, SearchPart
from .layout import PLACES, STEMS

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: the largest number that Elasticsearch knows, for what has no end
NEVER = 2**63 - 1


def moment(time: datetime) -> int:
    """In microseconds, as exact as the database: Elasticsearch's own dates have milliseconds."""
    return (time - EPOCH) // timedelta(microseconds=1)


def time_of(moment: int) -> datetime:
    return EPOCH + timedelta(microseconds=moment)


def key(source: str, object_id: int) -> str:
    """The same for an item that goes and comes back, so that the versions of both are compared."""
    return f"{source}:{object_id}"


def with_parts(documents: QuerySet[SearchDocument]) -> QuerySet[SearchDocument]:
    """What ``action`` reads, in three queries."""
    return documents.prefetch_related("parts__facets")


def actions(documents: Iterable[SearchDocument]) -> Iterator[dict[str, Any]]:
    """For ``elasticsearch.helpers``. A version that is not newer than that of the index changes nothing there."""
    for document in documents:
        told = {
            "_op_type": "delete" if document.gone else "index",
            "_id": key(document.source, document.object_id),
            "version": document.version,
            "version_type": "external",
        }
        yield told if document.gone else {**told, "_source": indexed(document)}


def indexed(document: SearchDocument) -> dict[str, Any]:
    known = {
        "source": document.source,
        "object_id": document.object_id,
        "row": document.pk,
        "audience": str(document.audience_id),
        "author_id": document.author_id,
        "container": document.container,
        "place": document.place,
        "moment": moment(document.date),
        "shown_from": moment(document.shown_from) if document.shown_from else 0,
        "shown_until": moment(document.shown_until) if document.shown_until else NEVER,
        "lower_after": moment(document.lower_after) if document.lower_after else NEVER,
        "parts": [_part(part, document.language) for part in document.parts.all()],
    }
    return {name: value for name, value in known.items() if value is not None}


def _part(part: SearchPart, language: str) -> dict[str, Any]:
    facets: dict[str, list[str]] = {}
    for facet in part.facets.all():
        facets.setdefault(facet.name, []).append(facet.value)
    told: dict[str, Any] = {"for_all": part.name == "", "audience": str(part.audience_id), "facets": facets}
    for place in PLACES:
        found = [word.folded for word in words(getattr(part, place))]
        told[place] = " ".join(found)
        for known in [language] if language in STEMS else STEMS:
            parts = [part for word in dict.fromkeys(found) for part in parts_of(word)] if known == "de" else []
            told[f"{place}_{STEMS[known]}"] = " ".join([*found, *dict.fromkeys(parts)])
    return told
