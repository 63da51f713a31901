"""What can be found. A plugin's ``search.py`` registers a ``Source`` for each of its models, and kinds of facets."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, ClassVar

from django.db.models import Model, QuerySet

from hanse_access.readings import beyond_audience
from hanse_access.viewer import Viewer
from hanse_base.registry import Registry

#: characters of one part that are searched; what is longer is found by its beginning
LONGEST_TEXT = 100_000


@dataclass
class Part:
    """A piece of an item with an audience of its own: seen by whom that admits among those who see the item."""

    name: str
    audience_id: int
    text: str = ""
    facets: Mapping[str, Collection[Any]] = field(default_factory=dict)


@dataclass
class Entry:
    """What the search knows of one item. All who see the item see title, text and facets; the rest is ``parts``.

    ``facets`` are values by name of a ``FacetKind``. ``container`` and ``place`` are the number of what it belongs to,
    such as a room, and its number in there: some see a container from a certain place on (``Source.boundaries``).
    """

    audience_id: int
    title: str
    text: str = ""
    #: code of the language that it is written in, "" where nobody knows
    language: str = ""
    date: datetime | None = None
    shown_from: datetime | None = None
    shown_until: datetime | None = None
    #: from then on it comes behind what fits as well, such as a profile that nobody confirmed for long
    lower_after: datetime | None = None
    author_id: int | None = None
    container: int = 0
    place: int = 0
    facets: Mapping[str, Collection[Any]] = field(default_factory=dict)
    parts: Sequence[Part] = ()


class NamedText(str):
    """A text of an item with the name of the field that it stands in; the name is shown where the text matches."""

    __slots__ = ("label",)
    label: Any

    def __new__(cls, text: str, label: Any) -> NamedText:
        named = super().__new__(cls, text)
        named.label = label
        return named


@dataclass
class Found:
    """An item as it is shown to one viewer, all of it from the row that was loaded for this viewer.

    The snippet is cut from ``texts``, of which some may be ``NamedText``; ``facts`` are short words below the title.
    ``audience_id`` gives the chip.
    ``discreet``: mails name neither it nor what it says.
    """

    title: str
    url: str
    texts: Sequence[str] = ()
    facts: Sequence[Any] = ()
    audience_id: int | None = None
    language: str = ""
    date: datetime | None = None
    discreet: bool = False


@dataclass(frozen=True)
class Hop:
    """From one table to the next: rows of ``model`` whose ``match`` is the value at hand, and their ``give``."""

    model: type[Model]
    match: str
    give: str


@dataclass(frozen=True)
class Watch:
    """Rows whose change changes items of a source: ``column`` of the changed row leads over ``hops`` to their numbers.

    ``only``: the columns that matter. All names are those of columns in the database.
    """

    model: type[Model]
    column: str
    hops: tuple[Hop, ...] = ()
    only: tuple[str, ...] = ()


class Source:
    """One kind of item that can be found. Subclass, set the attributes, register an instance in ``sources``.

    Everything that an ``Entry`` is made of must be watched (``watches``): the databases themselves note, in the
    transaction of the change, which items changed, whoever changes them and however.
    """

    name: ClassVar[str]
    order: int = 100
    #: singular, as the word beside a result, and plural, as the value of the facet
    label: Any
    plural: Any
    icon: str
    model: ClassVar[type[Model]]
    watches: Sequence[Watch]

    # What goes in

    def rows(self) -> QuerySet:
        """All rows that anybody may find, but for the times between which they are shown, with what ``entry`` reads."""
        raise NotImplementedError

    def entries(self, rows: Sequence[Any]) -> Mapping[int, Entry]:
        """By primary key; a constant number of queries."""
        raise NotImplementedError

    # Who finds it: the rule once more, as far as the audience of the entry does not say it

    def visible(self, viewer: Viewer) -> QuerySet:
        """The rows of the model that this viewer may find now. What is found is loaded again by this."""
        return self.model._default_manager.visible_to(viewer).shown()

    def beyond(self, viewer: Viewer) -> Collection[int]:
        """Of ``visible``, those that the viewer sees though the audience does not admit them."""
        if viewer.user is None:
            return ()
        return list(beyond_audience(self.visible(viewer), viewer).order_by().values_list("pk", flat=True))

    def boundaries(self, viewer: Viewer) -> Mapping[int, int]:
        """Containers of which the viewer sees only what has a higher place than this."""
        return {}

    def hidden_authors(self, viewer: Viewer) -> Collection[int]:
        """People of whom this viewer finds nothing."""
        return ()

    # What is shown of it

    def found(self, rows: Sequence[Any], viewer: Viewer) -> Mapping[int, Found]:
        """Rows of ``visible`` as they are shown to this viewer; a constant number of queries."""
        raise NotImplementedError


@dataclass(frozen=True)
class FacetKind:
    """A facet. ``labels`` gives words for values that the viewer may know; a value without a label is not shown.

    ``find`` reads what somebody types behind ``name:``; nothing found means that it is taken as text.
    """

    name: str
    label: Any
    labels: Any
    find: Any = None
    order: int = 100
    #: values that are shown at first
    limit: int = 8

    def values_of(self, text: str) -> list[str]:
        return list(self.find(text)) if self.find else []


sources: Registry[Source] = Registry()
facet_kinds: Registry[FacetKind] = Registry()


def as_numbers(values: Iterable[str]) -> list[int]:
    """What of these values, which anybody may have typed, can be a number of a row."""
    return [int(value) for value in values if value.isascii() and value.isdigit() and len(value) < 19]


def as_values(values: Iterable[Any]) -> list[str]:
    """Values of facets as they are stored: text, each once."""
    return sorted({str(value) for value in values if value not in (None, "")})
