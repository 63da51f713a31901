"""The directory of experts, as each reader sees it."""

from __future__ import annotations

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hanse_access.viewer import Viewer
from hanse_base.lists import Facet, LinkedFacet, Links, Sort

from .field_lists import Admitted, FieldsList, choice_facets, rule_for
from .models import Membership, Organisation, Profile, ProfileField
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
        Sort("name", _("Name"), ("stale", "sort_name"), in_halves=True),
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
    return Profile.objects.shown_to(viewer).mark_stale().select_related("person")


def facets_for(viewer: Viewer, admitted: Admitted | None = None) -> tuple[Facet, ...]:
    """Each counted along rows of its own, with the rule for exactly those."""
    admitted = admitted or rule_for(viewer)
    belongs = Membership.objects.approved()
    place = belongs.filter(admitted(Organisation, "organisation__"), organisation__isnull=False)
    through = ProfileField.topics.through.objects
    topics = through.filter(admitted(ProfileField, "profilefield__"), profilefield__name="competences")
    names = {
        "function": "function",
        "offers": "offers",
        "looks_for": "looks_for",
        "as": "roles",
        "language": "languages",
    }
    return (
        LinkedFacet(
            "topic",
            _("Topic"),
            "fields__topics__within",
            topic_labels,
            limit=10,
            links=Links(topics, "profilefield__profile", "topic__within"),
        ),
        LinkedFacet(
            "cluster",
            _("Cluster"),
            "person__memberships__cluster",
            links=Links(belongs, "person__profile", "cluster", once=True),
        ),
        LinkedFacet(
            "region",
            _("Region"),
            "person__memberships__organisation__region",
            region_names,
            links=Links(place, "person__profile", "organisation__region"),
        ),
        *choice_facets("profile", names, admitted),
    )
