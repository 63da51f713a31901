"""Facets: what a list can be narrowed to, with the number of items behind each value."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.db.models import BooleanField, Count, Q
from django.utils.translation import gettext_lazy as _

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping

    from django.db.models import Model, QuerySet

LONGEST_VALUE = 200
MOST_VALUES = 50


@dataclass(frozen=True)
class Option:
    """One value of a facet as it is drawn."""

    value: str
    label: Any
    count: int
    chosen: bool


@dataclass(frozen=True)
class Facet:
    """One facet. ``name`` is the parameter in the address, ``field`` a field or path of the model, to-many included.

    Counts and choices come from the list's own query set, which holds only what the reader may see, and a value that no
    item of it has is taken as unknown: a facet reveals nothing. ``labels`` gets the values found and returns their
    labels by value; without it choices, yes and no, and the words of related objects are found out. ``limit`` values
    are shown at once, the others on demand.

    Facets are counted together, in one query over their combinations. ``apart`` gives this one a query of its own: for
    a facet of hundreds of values, which would multiply the combinations. A to-many field always has its own, and
    ``only`` says which of the many count, written from the list's model as ``field`` is.
    """

    name: str
    label: Any
    field: str
    labels: Callable[[Collection[Any]], Mapping[Any, Any]] | None = None
    limit: int = 8
    apart: bool = False
    only: Q = Q()

    def read(self, raw: Iterable[str], base: QuerySet[Any]) -> tuple[list[Any], bool]:
        """The chosen values that some item of the unfiltered list has, and whether others were asked for.

        One query when anything is chosen, whatever was asked for.
        """
        field, _many = resolve(base.model, self.field)
        asked = [text for text in raw if text]
        values = [value for text in asked[:MOST_VALUES] if (value := parse(field, text)) is not None]
        if not values:
            return [], bool(asked)
        with_value = base.order_by().filter(Q((f"{self.field}__in", values)) & self.only)
        known = list(with_value.values_list(self.field, flat=True).distinct())
        kept = [value for value in known if value in values]
        return kept, len(set(asked)) > len(kept)

    def narrow(self, queryset: QuerySet[Any], values: Collection[Any]) -> QuerySet[Any]:
        """The items that have one of the values; all of them when nothing is chosen."""
        if not values:
            return queryset
        condition = Q((f"{self.field}__in", list(values))) & self.only
        _field, many = resolve(queryset.model, self.field)
        if many:
            return queryset.filter(pk__in=queryset.model._base_manager.filter(condition).values("pk"))
        return queryset.filter(condition)

    def counts_apart(self, model: type[Model]) -> bool:
        return self.apart or resolve(model, self.field)[1]

    def count(self, queryset: QuerySet[Any]) -> dict[Any, int]:
        """Values of these items with their number, by a query of its own."""
        _field, many = resolve(queryset.model, self.field)
        counted = queryset.order_by().filter(self.only)
        return dict(counted.values_list(self.field).annotate(number=Count("pk", distinct=many)))

    def options(self, model: type[Model], counts: Mapping[Any, int], chosen: Collection[Any]) -> list[Option]:
        """The values as they are drawn, most frequent first. Chosen ones are there even with none."""
        field, _many = resolve(model, self.field)
        counts = {value: n for value, n in counts.items() if value not in (None, "")}
        for value in chosen:
            counts.setdefault(value, 0)
        labels = self._labels(field, counts)
        found = [
            Option(value=str(value), label=labels.get(value, value), count=n, chosen=value in chosen)
            for value, n in counts.items()
        ]
        return sorted(found, key=lambda option: (-option.count, str(option.label)))

    def _labels(self, field: Any, values: Collection[Any]) -> Mapping[Any, Any]:
        if self.labels is not None:
            return self.labels(list(values))
        if field is None or not values:
            return {}
        if field.is_relation:
            manager = field.related_model._base_manager
            return {row.pk: str(row) for row in manager.filter(pk__in=list(values))}
        if isinstance(field, BooleanField):
            return {True: _("Yes"), False: _("No")}
        return dict(field.flatchoices)


class Tally:
    """How many items have which combination of the facets' values, found by one query: the numbers of all of them."""

    def __init__(self, facets: Collection[Facet], chosen: Mapping[str, Collection[Any]], queryset: QuerySet[Any]):
        self.names = [facet.name for facet in facets]
        self.chosen = [chosen[name] for name in self.names]
        fields = [facet.field for facet in facets]
        if fields:
            self.rows = list(queryset.order_by().values_list(*fields).annotate(number=Count("pk")))
        else:
            self.rows = [(queryset.count(),)]

    def total(self) -> int:
        """Items that have a chosen value of each facet."""
        return sum(row[-1] for row in self.rows if self._matches(row))

    def count(self, name: str) -> dict[Any, int]:
        """Values of a facet with their number under the choices of the others."""
        here = self.names.index(name)
        counts: dict[Any, int] = {}
        for row in self.rows:
            if self._matches(row, but=here):
                counts[row[here]] = counts.get(row[here], 0) + row[-1]
        return counts

    def _matches(self, row: tuple, but: int = -1) -> bool:
        return all(not wanted or row[i] in wanted for i, wanted in enumerate(self.chosen) if i != but)


def resolve(model: type[Model], path: str) -> tuple[Any, bool]:
    """The field at the end of a path (None for an annotation), and whether a row can have several values of it."""
    options, field, many = model._meta, None, False
    for part in path.split("__"):
        try:
            field = options.pk if part == "pk" else options.get_field(part)
        except FieldDoesNotExist:
            return None, many
        many = many or bool(field.many_to_many or field.one_to_many)
        if field.is_relation and field.related_model:
            options = field.related_model._meta
    return field, many


def parse(field: Any, text: str) -> Any:
    """The value meant by a parameter; None when it cannot be one."""
    if not text or len(text) > LONGEST_VALUE or "\x00" in text:
        return None
    if field is None:
        return text
    target = field.related_model._meta.pk if field.is_relation else field
    try:
        value = target.to_python(text)
        target.run_validators(value)
    except (ValidationError, ValueError, TypeError, OverflowError):
        return None
    return value
