"""Lists of many items whose facets stand in other tables: found once, and counted along the rows that link the two."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, Field, ForeignObject, Lookup, Q

from .facets import MOST_VALUES, Facet, parse, resolve
from .item_list import ItemList

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from django.db.models import QuerySet


@dataclass(frozen=True, eq=False)
class Links:
    """Rows that link the items of a list with values: only those that count for the reader, under the rule for them.

    ``owner`` is the path from a row to the item, ``value`` that to the value. Several facets can share the rows, and
    are then counted by one query: ``part`` is the path to what tells them apart.

    ``once`` says that no item has two rows with the same value. ``is_line`` says that the value is a line of several,
    as ``line_of`` makes it, each of them once.
    """

    rows: QuerySet[Any]
    owner: str
    value: str
    part: str = ""
    once: bool = False
    is_line: bool = False

    def having(self, part: Any, values: Collection[Any]) -> QuerySet[Any]:
        """The rows with one of the values."""
        if self.is_line:
            condition = Q(pk__in=[])
            for value in (value for value in values if [value] == value.split()):
                condition |= Q((f"{self.value}__contains", line_of([value])))
        else:
            condition = Q((f"{self.value}__in", list(values)))
        return self.rows.order_by().filter(condition, *([Q((self.part, part))] if self.part else []))

    def count(self, items: Collection[int]) -> dict[Any, dict[Any, int]]:
        """For each part the number of these items with each value."""
        columns = [self.part, self.value] if self.part else [self.value]
        number = Count("pk") if self.once or self.is_line else Count(self.owner, distinct=True)
        rows = self.rows.order_by().filter(**{f"{self.owner}__among": items}).values_list(*columns).annotate(n=number)
        counts: dict[Any, dict[Any, int]] = {}
        for *part, text, n in rows:
            of_part = counts.setdefault(part[0] if part else "", {})
            for value in text.split() if self.is_line else [text]:
                of_part[value] = of_part.get(value, 0) + n
        return counts


@dataclass(frozen=True)
class LinkedFacet(Facet):
    """A facet of a ``LinkedList``. ``field`` still says what its values are."""

    links: Links | None = None
    part: Any = ""

    def read(self, raw: Iterable[str], base: QuerySet[Any]) -> tuple[list[Any], bool]:
        asked = [text for text in raw if text]
        field, _many = resolve(base.model, self.field)
        values = [value for text in asked[:MOST_VALUES] if (value := parse(field, text)) is not None]
        if not values:
            return [], bool(asked)
        items = base.order_by().values("pk")
        had = [
            Exists(self.links.having(self.part, [value]).filter(**{f"{self.links.owner}__in": items}))
            for value in values
        ]
        found = base.model._base_manager.order_by().values_list(*had)[:1]
        kept = [value for row in found for value, is_had in zip(values, row, strict=True) if is_had]
        kept = list(dict.fromkeys(kept))
        return kept, len(set(asked)) > len(kept)

    def narrow(self, queryset: QuerySet[Any], values: Collection[Any]) -> QuerySet[Any]:
        if not values:
            return queryset
        return queryset.filter(pk__in=self.links.having(self.part, values).values(self.links.owner))

    def counts_apart(self, model: Any) -> bool:
        return True


class LinkedList(ItemList):
    """A list that asks once which items are left and names them to whatever is counted, by their ids.

    So what decides about an item – the rule, the search – is worked out once for all that is counted. One query more
    for each facet in which something is chosen.
    """

    @cached_property
    def total(self) -> int:
        return len(self._ids())

    def _count(self, facet: Facet) -> dict[Any, int]:
        if not isinstance(facet, LinkedFacet):
            return super()._count(facet)
        key = (facet.links, self._ignored([facet]))
        if key not in self._counts:
            self._counts[key] = facet.links.count(self._ids([facet]))
        return self._counts[key].get(facet.part, {})

    @cached_property
    def _counts(self) -> dict[Any, dict[Any, dict[Any, int]]]:
        return {}

    def _ignored(self, but: Collection[Facet]) -> frozenset[str]:
        return frozenset(facet.name for facet in but if self.chosen[facet.name])

    def _narrowed(self, but: Collection[Facet] = ()) -> QuerySet[Any]:
        if not self.is_narrowed:
            return self.base
        return self.base.filter(pk__among=self._ids(but))

    def _ids(self, but: Collection[Facet] = ()) -> Collection[int]:
        """Of the items that search and facets leave, some facets ignored."""
        ignored = self._ignored(but)
        if ignored not in self._left:
            chosen = [name for name, values in self.chosen.items() if values and name not in ignored]
            self._left[ignored] = set(self._found).intersection(*(self._having_chosen[name] for name in chosen))
        return self._left[ignored]

    @cached_property
    def _left(self) -> dict[frozenset[str], Collection[int]]:
        return {}

    @cached_property
    def _found(self) -> list[int]:
        """Of the items that the search leaves."""
        found = self.search(self.base, self.text) if self.text else self.base
        return list(found.order_by().values_list("pk", flat=True))

    @cached_property
    def _having_chosen(self) -> dict[str, set[int]]:
        """Of these, for each facet with a choice, those that have a chosen value."""
        found = self.base.model._base_manager.order_by().filter(pk__among=self._found)
        facets = [facet for facet in self.facets if self.chosen[facet.name]]
        narrowed = {facet.name: facet.narrow(found, self.chosen[facet.name]) for facet in facets}
        return {name: set(queryset.values_list("pk", flat=True)) for name, queryset in narrowed.items()}


class Among(Lookup):
    """``pk__among=ids``: one of these whole numbers, however many. The database gets them as one parameter."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sqlite(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        lhs, params = self.process_lhs(compiler, connection)
        ids = "(SELECT value FROM json_each(%s))"
        return f"{lhs} IN {ids}", [*params, f"[{self._text()}]"]

    def as_postgresql(self, compiler: Any, connection: Any) -> tuple[str, list[Any]]:
        lhs, params = self.process_lhs(compiler, connection)
        return f"{lhs} = ANY(%s::bigint[])", [*params, f"{{{self._text()}}}"]

    def _text(self) -> str:
        return ",".join(map(str, self.rhs))


Field.register_lookup(Among)
ForeignObject.register_lookup(Among)


def line_of(values: Collection[str]) -> str:
    """Words in one line, each between blanks, so that each can be looked for: "" without any."""
    return f" {' '.join(sorted(values))} " if values else ""
