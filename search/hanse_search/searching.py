"""Asking. Every answer is for a viewer, and holds only what was loaded again for this viewer."""

from __future__ import annotations

import logging
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db import DatabaseError
from django.utils.safestring import SafeString

from hanse_access.viewer import Viewer

from .backends import RELEVANCE, Counts, Hit, backend
from .documents import EVERYTHING, MOST_AT_ONCE, write_changes
from .models import SearchChange
from .queries import Query
from .sight import Sight
from .snippets import marked, snippet
from .sources import Found, Source, facet_kinds, sources

logger = logging.getLogger(__name__)

#: hits asked for beyond those of a page, in case some do not survive
SPARE = 5
#: items written at once before an answer, and seconds after which the rest is left to the worker
STEP, MOST_SECONDS = 10, 0.5
#: how often more are asked for to fill a page
MOST_ROUNDS = 5


@dataclass(frozen=True)
class Result:
    """One item that was found, as this viewer may see it."""

    source: Source
    found: Found
    title: SafeString
    snippet: SafeString


@dataclass(frozen=True)
class Page:
    """``next`` is where the page behind this one begins, None on the last."""

    results: list[Result]
    next: Sequence[Any] | None


class Search:
    """A query as one viewer asks it. There is none without a viewer."""

    def __init__(self, viewer: Viewer, query: Query):
        self.query = query
        bring_up_to_date()
        self._viewer = viewer
        self._sight = Sight.of(viewer)

    def counts(self) -> Counts:
        return backend().counts(self._sight, self.query, facets=[kind.name for kind in facet_kinds])

    def page(self, *, size: int, sort: str = RELEVANCE, after: Sequence[Any] | None = None) -> Page:
        """Raises ValueError for an ``after`` that is no place of this order."""
        results: list[tuple[Hit, Result]] = []
        for _round in range(MOST_ROUNDS):
            wanted = size + 1 - len(results)
            hits = backend().hits(self._sight, self.query, sort=sort, after=after, most=wanted + SPARE)
            results += self._loaded(hits)
            if len(results) > size or len(hits) < wanted + SPARE:
                break
            after = hits[-1].place
        shown = [result for _hit, result in results[:size]]
        return Page(shown, results[size - 1][0].place if len(results) > size else None)

    def _loaded(self, hits: Sequence[Hit]) -> list[tuple[Hit, Result]]:
        """The rows behind the hits, asked for by the rule itself; what it does not give was no hit."""
        ids: dict[str, list[int]] = {}
        for hit in hits:
            ids.setdefault(hit.source, []).append(hit.object_id)
        found: dict[tuple[str, int], Found] = {}
        for name, wanted in ids.items():
            if name not in sources:
                continue
            rows = list(sources[name].visible(self._viewer).filter(pk__in=wanted))
            found |= {(name, pk): item for pk, item in sources[name].found(rows, self._viewer).items()}
        kept = [hit for hit in hits if (hit.source, hit.object_id) in found]
        if len(kept) < len(hits):
            logger.warning("hits dropped", extra={"dropped": len(hits) - len(kept)})
        return [(hit, self._result(sources[hit.source], found[hit.source, hit.object_id])) for hit in kept]

    def _result(self, source: Source, found: Found) -> Result:
        return Result(source, found, marked(found.title, self.query), snippet(found.texts, self.query))


def bring_up_to_date() -> None:
    """Write the documents of what changed just now. What is too much for that, the backend leaves out meanwhile.

    Nobody waits here for somebody else who writes.
    """
    end, left = time.monotonic() + MOST_SECONDS, MOST_AT_ONCE
    try:
        while left > 0 and SearchChange.objects.exclude(source=EVERYTHING).exists():
            written = write_changes(min(STEP, left), wait=False)
            left -= written
            if not written or time.monotonic() > end:
                return
    except DatabaseError:
        logger.warning("changes not written before a search", exc_info=True)
