"""What lists of profiles and of organisations have in common: found, counted and shown by fields the reader may see."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from typing import Any, ClassVar

from django.db.models import Q
from django.http import HttpRequest

from hanse_access.descriptions import describe_audiences
from hanse_access.models import Scoped
from hanse_access.viewer import Viewer
from hanse_base.lists import LinkedFacet, LinkedList, Links

from .field_kinds import FIELD_KINDS, FieldKind
from .field_reading import read_lists
from .field_specs import FieldSpec

#: words that are searched for
MOST_WORDS = 4
#: the rule for a model along a path; measurements put none in its place
Admitted = Callable[[type[Scoped], str], Q]


class FieldsList(LinkedList):
    """Holders of fields that the viewer may see, searched, counted and sorted by what of them the viewer may see.

    Nothing here asks ``visible_to`` of a field: that would count in what is shown to those alone who keep it.
    """

    #: name in ``FIELD_KINDS``, and the fields with a text that is searched besides ``search_fields``
    kind_name: ClassVar[str]
    searched: ClassVar[Collection[str]]

    def __init__(self, request: HttpRequest, queryset):
        self.viewer = request.viewer
        super().__init__(request, queryset)

    @property
    def kind(self) -> FieldKind:
        return FIELD_KINDS[self.kind_name]

    def fields(self):
        """What may be found: fields that the reader may see."""
        return self.kind.field.objects.admitting(self.viewer)

    def holders_of(self, fields):
        return fields.order_by().values(f"{self.kind.field.holder_name}_id")

    def search(self, queryset, text):
        """Every word occurs in what the holder is called or in a visible text."""
        for term in text.split()[:MOST_WORDS]:
            queryset = queryset.filter(self.word_q(term))
        return queryset

    def word_q(self, term: str) -> Q:
        texts = self.fields().filter(name__in=self.searched, text__icontains=term)
        condition = Q(pk__in=self.holders_of(texts))
        for field in self.search_fields:
            condition |= Q((f"{field}__icontains", term))
        return condition

    def prepare(self, rows: list[Any]) -> list[Any]:
        describe_audiences([row.audience_in_force_id for row in rows], self.viewer)
        read_lists(self.kind, rows, self.viewer)
        return rows


def rule_for(viewer: Viewer) -> Admitted:
    return lambda model, prefix: model.admitted_q(viewer, prefix=prefix)


def choice_facets(kind_name: str, names: Mapping[str, str], admitted: Admitted) -> list[LinkedFacet]:
    """For each parameter the choices of the field with this name, where the reader may see it."""
    kind = FIELD_KINDS[kind_name]
    rows = kind.field.objects.filter(admitted(kind.field, ""), name__in=names.values())
    links = Links(rows, kind.field.holder_name, "chosen", part="name", is_line=True)

    def facet(parameter: str, spec: FieldSpec) -> LinkedFacet:
        def labels(values: Collection[Any]) -> dict[Any, Any]:
            return {value: spec.choices[value] for value in values if value in spec.choices}

        return LinkedFacet(parameter, spec.label, "fields__choices__value", labels, links=links, part=spec.name)

    return [facet(parameter, kind.specs[name]) for parameter, name in names.items()]
