"""The directory of experts, as each reader sees it."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Any

from django.db.models import BooleanField, Case, Q, Value, When
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hanse_access.descriptions import describe_audiences
from hanse_access.models import Scoped
from hanse_access.viewer import Viewer
from hanse_base.lists import Facet, ItemList, Sort

from .models import Membership, Organisation, Profile, ProfileField
from .models.profiles import ProfileQuerySet
from .models.topics import topic_labels
from .profile_reading import read_list
from .profile_specs import SPECS
from .regions import region_names

#: words that are searched for, and profiles found that are named by their ids
MOST_WORDS, MOST_NAMED = 4, 10_000
#: fields with a text that is searched
SEARCHED = ("function", "competences", "offers", "looks_for")


class ExpertList(ItemList):
    """Profiles that the viewer may see, searched, counted and sorted by what of them the viewer may see.

    Nothing here asks ``visible_to`` of a field: that would count in what is shown to its owner alone.
    """

    name = "experts"
    item_template = "hanse_members/includes/expert.html"
    layout = "cards"
    page_size = 20
    #: ``search`` looks into the fields besides
    search_fields = ("name",)
    search_label = _("Search experts")
    sorts = (
        Sort("name", _("Name"), ("stale", "sort_name")),
        Sort("confirmed", _("Last confirmed"), ("-confirmed_at",)),
        Sort("newest", _("Newest first"), ("-created_at",)),
    )
    empty = {
        "icon": "people",
        "title": _("No profiles yet"),
        "text": _("Members whose profile you may see appear here."),
    }

    def __init__(self, request: HttpRequest):
        self.viewer = request.viewer
        self._found: dict[str, Any] = {}
        self.facets = facets_for(request.viewer)
        super().__init__(request, listed(request.viewer))

    def fields(self):
        """What may be found: fields that the reader may see."""
        return ProfileField.objects.admitting(self.viewer)

    def search(self, queryset, text):
        """Every word occurs in the name, in a visible text, or in the label of a visible topic.

        What is found is asked for once and named by its ids: page, total and each facet search the same.
        """
        if text not in self._found:
            found = self._matching(text)
            ids = list(found.order_by().values_list("pk", flat=True)[: MOST_NAMED + 1])
            self._found[text] = ids if len(ids) <= MOST_NAMED else found.order_by().values("pk")
        return queryset.filter(pk__in=self._found[text])

    def _matching(self, text):
        fields, queryset = self.fields(), self.base
        for term in text.split()[:MOST_WORDS]:
            texts = fields.filter(name__in=SEARCHED, text__icontains=term).order_by().values("profile_id")
            topics = fields.filter(
                Q(topics__within__labels__text__icontains=term) | Q(topics__within__labels__synonyms__icontains=term),
                name="competences",
            )
            queryset = queryset.filter(
                Q(name__icontains=term) | Q(pk__in=texts) | Q(pk__in=topics.order_by().values("profile_id"))
            )
        return queryset

    def prepare(self, rows: list[Profile]) -> list[Profile]:
        describe_audiences([row.audience_in_force_id for row in rows], self.viewer)
        return read_list(rows, self.viewer)


def listed(viewer: Viewer):
    """Profiles of members that the viewer may see. ``stale`` marks those that were not confirmed for long."""
    return Profile.objects.visible_to(viewer).shown().annotate(stale=stale()).select_related("person")


def stale() -> Case:
    return Case(When(ProfileQuerySet.fresh_q(), then=Value(False)), default=Value(True), output_field=BooleanField())


def facets_for(viewer: Viewer, admitted: Callable[[type[Scoped], str], Q] | None = None) -> tuple[Facet, ...]:
    """All of them to-many: a facet joins what it counts with the rule for exactly that.

    ``admitted(model, prefix)`` is the rule; measurements put none in its place.
    """
    admitted = admitted or (lambda model, prefix: model.admitted_q(viewer, prefix=prefix))
    belongs = Membership.objects.approved_q("person__memberships__")
    place = "person__memberships__organisation__"
    known = admitted(Organisation, place)

    def of(field: str) -> Q:
        return Q(fields__name=field) & admitted(ProfileField, "fields__")

    def of_choices(name: str, field: str) -> Facet:
        return Facet(name, SPECS[field].label, "fields__choices__value", _labels(field), only=of(field))

    return (
        Facet(
            "topic",
            _("Topic"),
            "fields__topics__within",
            topic_labels,
            limit=10,
            only=of("competences"),
        ),
        Facet("cluster", _("Cluster"), "person__memberships__cluster", only=belongs),
        Facet("region", _("Region"), f"{place}region", region_names, only=belongs & known),
        of_choices("function", "function"),
        of_choices("offers", "offers"),
        of_choices("looks_for", "looks_for"),
        of_choices("as", "roles"),
        of_choices("language", "languages"),
    )


def _labels(field: str):
    def labels(values: Collection[Any]) -> dict[Any, Any]:
        return {value: SPECS[field].choices[value] for value in values if value in SPECS[field].choices}

    return labels
