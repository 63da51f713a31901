"""Asking. Every answer is for a viewer, and holds only what was loaded again for this viewer."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from copy import copy
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.db import DatabaseError
from django.utils.safestring import SafeString

from hanse_access.viewer import Viewer

from .analysis import words
from .backends import NEWEST, RELEVANCE, Counts, Hit, backend
from .backends.database import DatabaseBackend
from .documents import MOST_AT_ONCE, waiting, write_changes
from .figures import DROPPED, count
from .queries import Query, Term
from .sight import Sight
from .similarity import words_of
from .snippets import LOOKED_THROUGH, marked, snippet_with_name
from .sources import Found, Source, facet_kinds, sources
from .spelling import Correction, correct
from .tuning.tuned import Tuning

logger = logging.getLogger(__name__)

#: hits asked for beyond those of a page, in case some do not survive
SPARE = 5
#: items written at once before an answer, and seconds after which the rest is left to the worker: those that changed
#: last are always written, unless others write for so long
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
    object_id: int
    #: name of the field from which the snippet is, where it has one and was found by it
    field: Any = ""


@dataclass(frozen=True)
class Page:
    """``next`` is where the page behind this one begins, None on the last."""

    results: list[Result]
    next: Sequence[Any] | None


class Search:
    """A query as one viewer asks it. There is none without a viewer."""

    def __init__(self, viewer: Viewer, query: Query):
        self._something_waits = bring_up_to_date()
        self._viewer = viewer
        self._sight = Sight.of(viewer)
        self._tuning = Tuning.read()
        self.query = self._tuning.of(query)

    def other(self, query: Query) -> Search:
        """Another query of the same viewer at the same moment: neither the rule nor the tuning is read again."""
        other = copy(self)
        other.query = self._tuning.of(query)
        return other

    def counts(self) -> Counts:
        return backend().counts(self._sight, self.query, facets=[kind.name for kind in facet_kinds])

    def total(self) -> int:
        """How many there are, where nothing else is to be counted."""
        return backend().counts(self._sight, self.query, facets=()).total

    def best_of_each_kind(self, *, most: int, sort: str = RELEVANCE) -> dict[str, list[Result]]:
        """By the name of the source."""
        found: dict[str, list[Result]] = {}
        hits = backend().hits_of_each_source(self._sight, self.query, sort=sort, most=most + SPARE)
        for hit, result in self._loaded(hits):
            found.setdefault(hit.source, []).append(result)
        return {name: results[:most] for name, results in found.items()}

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

    def items(self, *, most: int) -> list[tuple[str, int]]:
        """Source and number of what is found, the newest first: to compare, not to show."""
        hits = backend().hits(self._sight, self.query, sort=NEWEST, after=None, most=most)
        return [(hit.source, hit.object_id) for hit in hits if hit.source in sources]

    def correction(self) -> Correction | None:
        """What was meant perhaps, where words find nothing: of what this viewer finds, whatever else there is."""
        return correct(self.query, self._finds, self._spelt)

    def _finds(self, query: Query) -> bool:
        return bool(backend().hits(self._sight, query, sort=NEWEST, after=None, most=1))

    def _spelt(self, word: str) -> str:
        """As it is written in the newest thing that this viewer finds by it and that shows it."""
        query = Query(wanted=(Term((word,), exact=True),))
        hits = backend().hits(self._sight, query, sort=NEWEST, after=None, most=SPARE)
        for result in load([(hit.source, hit.object_id) for hit in hits], self._viewer, Query()).values():
            for text in (result.found.title, *result.found.texts):
                for place in words(text[:LOOKED_THROUGH]):
                    if place.folded == word:
                        return text[place.start : place.end]
        return word

    @property
    def notice(self) -> Any:
        """What is to be said of the answers given so far: "" when they are as thorough as usual."""
        return backend().notice

    @cached_property
    def leaves_out(self) -> bool:
        """Whether something that the viewer may see changed just now and is in no answer yet."""
        return bool(self._something_waits) and any(
            source.visible(self._viewer)
            .filter(pk__in=waiting().filter(source=source.name).values("object_id"))
            .exists()
            for source in sources
        )

    def _loaded(self, hits: Sequence[Hit]) -> list[tuple[Hit, Result]]:
        """What the rule does not give was no hit."""
        found = load([(hit.source, hit.object_id) for hit in hits], self._viewer, self.query)
        kept = [hit for hit in hits if (hit.source, hit.object_id) in found]
        if len(kept) < len(hits):
            logger.warning("hits dropped", extra={"dropped": len(hits) - len(kept)})
            count(DROPPED, len(hits) - len(kept))
        return [(hit, found[hit.source, hit.object_id]) for hit in kept]


def similar(viewer: Viewer, source: str, object_id: int, *, most: int) -> tuple[Result, list[Result]] | None:
    """An item as the viewer may see it, and what has the most in common with that; None where it is not seen.

    Its words are taken from what the viewer sees of it, and looked for in what the viewer may find.
    """
    key = (source, object_id)
    if (item := load([key], viewer, Query()).get(key)) is None:
        return None
    bring_up_to_date()
    tokens = words_of(item.found.title, item.found.texts)
    hits = DatabaseBackend().alike(Sight.of(viewer), tokens, most=most + 1)
    keys = [(hit.source, hit.object_id) for hit in hits]
    found = load(keys, viewer, Query(wanted=tuple(Term((token,)) for token in tokens)))
    return item, [found[each] for each in keys if each in found and each != key][:most]


def load(items: Iterable[tuple[str, int]], viewer: Viewer, query: Query) -> dict[tuple[str, int], Result]:
    """The rows of these sources and numbers, asked for by the rule itself: what the viewer may not see is missing.

    A constant number of queries for each source.
    """
    ids: dict[str, list[int]] = {}
    for name, pk in items:
        ids.setdefault(name, []).append(pk)
    loaded: dict[tuple[str, int], Result] = {}
    for name, wanted in ids.items():
        if name not in sources:
            continue
        rows = list(sources[name].visible(viewer).filter(pk__in=wanted))
        for pk, found in sources[name].found(rows, viewer).items():
            field, piece = snippet_with_name(found.texts, query)
            loaded[name, pk] = Result(sources[name], found, marked(found.title, query), piece, pk, field)
    return loaded


def bring_up_to_date() -> bool:
    """Write the documents of what changed just now, the last change first. Returns whether some are left.

    Those the backend leaves out meanwhile. Who else writes is waited for as long as one writes here: the change that is
    looked for may be in their hands.
    """
    end, left = time.monotonic() + MOST_SECONDS, MOST_AT_ONCE
    try:
        while waiting().exists():
            remaining = end - time.monotonic()
            if left <= 0 or (remaining < 0 and left < MOST_AT_ONCE):
                return True
            written = write_changes(min(STEP, left), wait=remaining)
            if not written and waiting().exists():
                return True
            left -= written
    except DatabaseError:
        logger.warning("changes not written before a search", exc_info=True)
        return True
    return False
