"""The directory of experts, as each reader sees it."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hanse_access.viewer import Viewer
from hanse_base.lists import Facet, Sort

from .field_lists import Admitted, FieldsList, choice_facet, of_field, rule_for
from .models import Membership, Organisation, Profile
from .models.topics import topic_labels
from .profile_reading import with_belongings
from .regions import region_names


class ExpertList(FieldsList):
    """Profiles that the viewer may see."""

    name = "experts"
    kind_name = "profile"
    item_template = "hanse_members/includes/expert.html"
    layout = "cards"
    page_size = 20
    search_fields = ("name",)
    searched = ("function", "competences", "offers", "looks_for")
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
        self.facets = facets_for(request.viewer)
        super().__init__(request, listed(request.viewer))

    def word_q(self, term):
        """Or in the label of a visible topic."""
        topics = self.fields().filter(
            Q(topics__within__labels__text__icontains=term) | Q(topics__within__labels__synonyms__icontains=term),
            name="competences",
        )
        return super().word_q(term) | Q(pk__in=self.holders_of(topics))

    def prepare(self, rows: list[Profile]) -> list[Profile]:
        return with_belongings(super().prepare(rows), self.viewer)


def listed(viewer: Viewer):
    """Profiles of members that the viewer may see. ``stale`` marks those that were not confirmed for long."""
    return Profile.objects.visible_to(viewer).shown().mark_stale().select_related("person")


def facets_for(viewer: Viewer, admitted: Admitted | None = None) -> tuple[Facet, ...]:
    """All of them to-many: a facet joins what it counts with the rule for exactly that."""
    admitted = admitted or rule_for(viewer)
    belongs = Membership.objects.approved_q("person__memberships__")
    place = "person__memberships__organisation__"
    known = admitted(Organisation, place)
    competences = of_field("profile", "competences", admitted)
    return (
        Facet("topic", _("Topic"), "fields__topics__within", topic_labels, limit=10, only=competences),
        Facet("cluster", _("Cluster"), "person__memberships__cluster", only=belongs),
        Facet("region", _("Region"), f"{place}region", region_names, only=belongs & known),
        *(
            choice_facet(parameter, "profile", name, admitted)
            for parameter, name in (
                ("function", "function"),
                ("offers", "offers"),
                ("looks_for", "looks_for"),
                ("as", "roles"),
                ("language", "languages"),
            )
        ),
    )
