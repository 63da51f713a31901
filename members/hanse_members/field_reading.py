"""Fields as one reader sees them: each shown, on request, or not there at all."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects

from hanse_access.viewer import Viewer

from .field_kinds import FieldKind, kind_of
from .field_specs import FieldSpec
from .models import FieldHolder, ScopedField, ScopedFieldRelease
from .models.scoped_fields import ScopedFieldPicture
from .models.topics import topic_labels


@dataclass
class ShownField:
    """A field whose content the reader may have. ``released`` says that it was released to this reader alone."""

    row: ScopedField
    choices: list[Any] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    picture: ScopedFieldPicture | None = None
    released: bool = False

    @property
    def spec(self) -> FieldSpec:
        return self.row.spec

    @property
    def text(self) -> str:
        return self.row.text

    @property
    def line(self) -> Any:
        """The text, or the first of the choices where there is none."""
        return self.row.text or (self.choices[0] if self.choices else "")

    @property
    def telephone(self) -> str:
        """Digits and plus, for a link."""
        return "".join(char for char in self.row.text if char.isdigit() or char == "+")

    @property
    def cell(self) -> str:
        """Topics, choices and text, with semicolons between them: for a table."""
        return "; ".join([*self.topics, *map(str, self.choices), *([self.text] if self.text else [])])


@dataclass
class AskableField:
    """A field that the reader may ask for; ``question`` is the one that was asked last."""

    row: ScopedField
    question: ScopedFieldRelease | None = None

    @property
    def spec(self) -> FieldSpec:
        return self.row.spec


def contents(rows: Iterable[ScopedField]) -> list[ShownField]:
    """Fields of one kind with what stands in them, in the order of ``specs``; a constant number of queries."""
    rows = list(rows)
    if not rows:
        return []
    kind = kind_of(rows[0])
    prefetch_related_objects(rows, *kind.field.content_relations)
    linked = {row.pk: row.linked_topics() for row in rows}
    labels = topic_labels({topic.pk for topics in linked.values() for topic in topics})
    pictured = [row.pk for row in rows if row.spec.is_picture]
    pictures = {picture.field_id: picture for picture in kind.picture.objects.filter(field__in=pictured)}
    shown = [
        ShownField(
            row,
            choices=row.spec.labels(choice.value for choice in row.choices.all()),
            topics=sorted(labels[topic.pk] for topic in linked[row.pk] if topic.pk in labels),
            picture=pictures.get(row.pk),
        )
        for row in rows
    ]
    order = list(kind.specs)
    return sorted(shown, key=lambda item: order.index(item.row.name))


def stored_fields(holder: FieldHolder | None) -> dict[str, ShownField]:
    """All fields of a holder by name, for those who change them."""
    if holder is None:
        return {}
    rows = holder.fields.select_related("audience", "requested_audience", kind_of(holder).field.holder_name)
    return {item.row.name: item for item in contents(rows)}


def read_lists(kind: FieldKind, holders: Sequence[FieldHolder], viewer: Viewer, fields: QuerySet | None = None) -> None:
    """For a list: each of the holders gets ``shown``, fields by name.

    What was released to the viewer alone is not in it, nor are their own hidden fields: a list shows of everybody what
    it counts and finds. ``fields`` are those of them, already asked for.
    """
    found = kind.field.objects.admitting(viewer) if fields is None else fields
    column = f"{kind.field.holder_name}_id"
    shown: dict[int, dict[str, ShownField]] = {holder.pk: {} for holder in holders}
    for item in contents(found.filter(**{f"{column}__in": list(shown)})):
        shown[getattr(item.row, column)][item.row.name] = item
    for holder in holders:
        holder.shown = shown[holder.pk]


def read_fields(
    holder: FieldHolder, viewer: Viewer, *, is_own: bool
) -> tuple[dict[str, ShownField], list[AskableField]]:
    """For the page of a holder that the viewer may see: what they can read of it by name, and what they may ask for.

    ``is_own``: the viewer may change it, and so asks for nothing.
    """
    kind = kind_of(holder)
    own = {kind.field.holder_name: holder, "is_filled": True}
    readable = kind.field.objects.readable_to(viewer).filter(**own)
    found = contents(readable.select_related("audience", kind.field.holder_name))
    shown = {item.row.name: item for item in found}
    if is_own:
        return shown, []
    visible = set(kind.field.objects.visible_to(viewer).filter(**own).values_list("pk", flat=True))
    for item in found:
        item.released = item.row.pk not in visible
    if not viewer.is_member:
        return shown, []
    rows = kind.field.objects.filter(kind.field.askable_q(), **own).exclude(pk__in=[item.row.pk for item in found])
    rows = list(rows.select_related(kind.field.holder_name))
    questions: dict[int, ScopedFieldRelease] = {}
    for question in kind.release.objects.by(viewer.user).filter(field__in=rows).order_by("made_at", "pk"):
        questions[question.field_id] = question
    order = list(kind.specs)
    rows.sort(key=lambda row: order.index(row.name))
    return shown, [AskableField(row, questions.get(row.pk)) for row in rows]
