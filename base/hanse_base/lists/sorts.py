"""Orders of a list and the place in it where the next page begins."""

from __future__ import annotations

import datetime
import decimal
import uuid
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core import signing
from django.core.exceptions import FieldDoesNotExist
from django.db.models import F, Q

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import Model, QuerySet

#: How values travel in a cursor: what JSON has no word for, with the function that reads it again.
TYPES: dict[str, Any] = {
    "datetime": datetime.datetime.fromisoformat,
    "date": datetime.date.fromisoformat,
    "time": datetime.time.fromisoformat,
    "Decimal": decimal.Decimal,
    "UUID": uuid.UUID,
}


class BadCursor(ValueError):
    """The place in the list is not one that was handed out."""


@dataclass(frozen=True)
class Sort:
    """One order. ``fields`` as for ``order_by``: names, paths or annotations, "-" for descending.

    The primary key is added as the last, so that the order is total. Empty values come last in both directions. The
    values of the last row shown travel to the reader (signed, not encrypted): do not sort by what they may not see.

    ``in_halves`` says that the first field is yes or no, never empty, and worked out for each row. The rows with "no"
    are asked for first and those with "yes" if the page has room, so that an index over the others gives the order.
    """

    name: str
    label: Any
    fields: tuple[str, ...]
    in_halves: bool = False

    def order(self, model: type[Model]) -> list[tuple[str, bool, bool]]:
        """Name, descending, may be empty – for each field, the primary key included."""
        parts = [(field.removeprefix("-"), field.startswith("-")) for field in self.fields]
        if not any(name in ("pk", model._meta.pk.name) for name, _descending in parts):
            parts.append(("pk", parts[-1][1]))
        return [(name, descending, _may_be_empty(model, name)) for name, descending in parts]

    def apply(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        expressions = []
        for name, descending, empty in self.order(queryset.model):
            last = True if empty else None
            expressions.append(F(name).desc(nulls_last=last) if descending else F(name).asc(nulls_last=last))
        return queryset.order_by(*expressions)

    def after(self, queryset: QuerySet[Any], values: Sequence[Any]) -> QuerySet[Any]:
        """What comes behind the row with these values."""
        condition, equal = Q(pk__in=[]), Q()
        for (name, descending, empty), value in zip(self.order(queryset.model), values, strict=True):
            if value is not None:
                behind = Q((f"{name}__lt" if descending else f"{name}__gt", value))
                if empty:
                    behind |= Q((f"{name}__isnull", True))
                condition |= equal & behind
                equal &= Q((name, value))
            else:
                equal &= Q((f"{name}__isnull", True))
        return queryset.filter(condition)

    def rows(self, queryset: QuerySet[Any], start: Sequence[Any] | None, most: int) -> list[Any]:
        """The first rows in this order, behind the row with the values ``start``."""
        if not self.in_halves:
            return list(self.apply(queryset if start is None else self.after(queryset, start))[:most])
        half, rest = self.fields[0], Sort(self.name, self.label, self.fields[1:])
        rows: list[Any] = []
        for value in (False, True):
            within = start[1:] if start is not None and start[0] == value else None
            if len(rows) < most and (start is None or start[0] <= value):
                rows += rest.rows(queryset.filter(**{half: value}), within, most - len(rows))
        return rows

    def values_of(self, row: Model) -> list[Any]:
        return [_value(row, name) for name, _descending, _empty in self.order(type(row))]


def write_cursor(sort: Sort, row: Model, *, salt: str) -> str:
    values = [
        {"t": type(value).__name__, "v": str(value)} if type(value).__name__ in TYPES else value
        for value in sort.values_of(row)
    ]
    return signing.dumps([sort.name, values], salt=salt)


def read_cursor(text: str, sort: Sort, model: type[Model], *, salt: str) -> list[Any]:
    """The values in a cursor. Raises BadCursor when it was changed, or belongs to another list or order."""
    try:
        name, values = signing.loads(text, salt=salt)
        read = [TYPES[value["t"]](value["v"]) if isinstance(value, dict) else value for value in values]
    except (signing.BadSignature, ValueError, TypeError, KeyError, decimal.InvalidOperation) as error:
        raise BadCursor from error
    if name != sort.name or len(read) != len(sort.order(model)):
        raise BadCursor
    return read


def _may_be_empty(model: type[Model], path: str) -> bool:
    """Whether a value can be NULL; annotations are taken as such."""
    options = model._meta
    for part in path.split("__"):
        try:
            field: Any = options.pk if part == "pk" else options.get_field(part)
        except FieldDoesNotExist:
            return True
        if field.null:
            return True
        if field.is_relation and field.related_model:
            options = field.related_model._meta
    return False


def _value(row: Any, path: str) -> Any:
    for part in path.split("__"):
        row = getattr(row, part, None)
    return row.pk if hasattr(row, "_meta") else row
