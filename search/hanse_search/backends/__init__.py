"""What answers queries. There may be several; each must pass the same tests (``tests/search/contract.py``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Protocol

from django.utils.module_loading import import_string

from ..conf import backend_path
from ..queries import Query
from ..sight import Sight

RELEVANCE, NEWEST, OLDEST = "relevance", "newest", "oldest"
SORTS = (RELEVANCE, NEWEST, OLDEST)


@dataclass(frozen=True)
class Hit:
    """An item that was found, by source and number. ``place`` is where it stands in the order, as plain JSON."""

    source: str
    object_id: int
    place: Sequence[Any]


@dataclass(frozen=True)
class Counts:
    """How many items there are, and for each facet how many have which value.

    Counted under the rule, and each facet as if nothing were chosen in it.
    """

    total: int
    facets: Mapping[str, Mapping[str, int]] = field(default_factory=dict)


class Backend(Protocol):
    """Answers queries from the documents. Only ``hanse_search.searching`` asks it.

    Everything it gives is of documents in sight (``Sight``), and words, facets and numbers only of parts in sight: an
    item has a word where any of its parts in sight has it, each wanted term in the same part or another.
    """

    #: whether it has an index besides the documents, which is told of their changes by their versions
    keeps_index: bool

    @property
    def notice(self) -> Any:
        """What to tell people who ask now, a lazy text, or "" when all is as it should be."""
        ...

    def documents_changed(self) -> None:
        """Documents were written or removed in this transaction."""
        ...

    def hits(self, sight: Sight, query: Query, *, sort: str, after: Sequence[Any] | None, most: int) -> list[Hit]:
        """The items that match, in their order, those behind the place ``after``; at most ``most``.

        ``sort`` is one of ``SORTS``; what is equal comes in an order that stays. Raises ValueError for an ``after``
        that is no place of this order.
        """
        ...

    def hits_of_each_source(self, sight: Sight, query: Query, *, sort: str, most: int) -> list[Hit]:
        """The same from the beginning, at most ``most`` of each source, by one question."""
        ...

    def counts(self, sight: Sight, query: Query, *, facets: Sequence[str]) -> Counts:
        """Exact numbers for the same query."""
        ...


def backend() -> Backend:
    return _backend(backend_path())


@cache
def _backend(path: str) -> Backend:
    return import_string(path)()
