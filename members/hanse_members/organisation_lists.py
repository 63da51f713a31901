"""The list of organisations, as each reader sees it."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hanse_access.viewer import Viewer
from hanse_base.lists import Facet, Sort

from .field_lists import FieldsList, choice_facets, rule_for
from .models import Cluster, Organisation, OrganisationTopic
from .models.organisations import OrganisationMembershipQuerySet
from .models.topics import topic_labels
from .region_maps import WithMap
from .regions import region_names


class OrganisationList(WithMap, FieldsList):
    """Organisations that take part and that the viewer may see."""

    name = "organisations"
    kind_name = "organisation"
    item_template = "hanse_members/includes/organisation.html"
    layout = "rows"
    page_size = 20
    search_fields = ("name", "place")
    searched = ("about", "offers", "looks_for", "machines", "certificates", "references")
    search_label = _("Search organisations")
    sorts = (
        Sort("name", _("Name"), ("stale", "name"), in_halves=True),
        Sort("confirmed", _("Last confirmed"), ("-confirmed_at",)),
        Sort("newest", _("Newest first"), ("-created_at",)),
    )
    empty = {
        "icon": "building",
        "title": _("No organisations yet"),
        "text": _("The member organisations that you may see appear here."),
    }

    def __init__(self, request: HttpRequest):
        self.facets = facets_for(request.viewer)
        super().__init__(request, listed(request.viewer).with_clusters())

    def prepare(self, rows: list[Organisation]) -> list[Organisation]:
        return with_topics(super().prepare(rows))


def facets_for(viewer: Viewer) -> tuple[Facet, ...]:
    taking_part = OrganisationMembershipQuerySet.approved_q("memberships__")
    names = ("size", "offers", "looks_for", "certificates")
    return (
        Facet("cluster", _("Cluster"), "memberships__cluster", only=taking_part),
        Facet("topic", _("Topic"), "topics__within", labels=topic_labels),
        Facet("kind", _("Kind"), "kind"),
        Facet("region", _("Region"), "region", labels=region_names),
        *choice_facets("organisation", {name: name for name in names}, rule_for(viewer)),
        Facet("cooperation", _("Open for cooperation"), "open_for_cooperation"),
    )


def with_topics(rows: list[Organisation]) -> list[Organisation]:
    """Sets ``topic_names`` on each: two queries."""
    links = list(OrganisationTopic.objects.filter(organisation__in=rows).values_list("organisation_id", "topic_id"))
    labels = topic_labels({topic for _organisation, topic in links})
    for row in rows:
        row.topic_names = sorted(labels.get(topic, "") for organisation, topic in links if organisation == row.pk)
    return rows


def listed(viewer: Viewer):
    """Organisations that take part and that the viewer may see. ``stale`` marks those not confirmed for long."""
    return Organisation.objects.shown_to(viewer).mark_stale()


def names_in(cluster: Cluster, viewer: Viewer, most: int) -> list[str]:
    """Names of those in the cluster that the viewer may see, for suggestions while typing."""
    own = OrganisationMembershipQuerySet.approved_q("memberships__")
    found = listed(viewer).filter(own, memberships__cluster=cluster).order_by("name")
    return list(found.values_list("name", flat=True)[:most])
