"""StreamField blocks about clusters."""

from __future__ import annotations

from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from .sections import figures, sections


def section_choices() -> list[tuple[str, str]]:
    return [(section.name, section.label) for section in sections]


class ClusterSectionBlock(blocks.ChoiceBlock):
    """A part of the entry page that fills itself, from the registry ``sections``. Needs the page in its context."""

    choices = staticmethod(section_choices)

    class Meta:
        icon = "list-ul"
        label = _("Section that fills itself")

    def render(self, value, context=None):
        context = context or {}
        request, page = context.get("request"), context.get("page")
        if value not in sections or request is None or page is None:
            return ""
        section = sections[value]
        filled = section.context(request, page.specific)
        if filled is None:
            return ""
        return render_to_string(section.template, {**filled, "page": page}, request=request)


class ClusterFiguresBlock(blocks.StaticBlock):
    """The league in numbers: the active clusters, and every registered figure summed over them."""

    class Meta:
        icon = "snippet"
        label = _("Figures of all clusters")
        template = "hanse_members/blocks/figures.html"

    def get_context(self, value, parent_context=None):
        from .models import Cluster
        from .sections import ShownFigure

        context = super().get_context(value, parent_context)
        clusters = list(Cluster.objects.active())
        sums = ((figure, sum(figure.counts(clusters).values())) for figure in figures)
        context["cluster_count"] = len(clusters)
        context["figures"] = [ShownFigure(number, figure.label(number)) for figure, number in sums if number]
        return context


class OrganisationMapBlock(blocks.StaticBlock):
    """Where the organisations of the page's cluster are, as far as the reader sees them: a press leads to the list."""

    class Meta:
        icon = "site"
        label = _("Map of the organisations")
        template = "hanse_members/blocks/organisation_map.html"

    def get_context(self, value, parent_context=None):
        from .organisation_lists import OrganisationList
        from .region_maps import AS_MAP, asked_with

        context = super().get_context(value, parent_context)
        request, page = context.get("request"), context.get("page")
        cluster = getattr(getattr(page, "specific", None), "cluster_id", None)
        if request is not None and cluster:
            path = reverse("hanse_members:organisations")
            found = OrganisationList(asked_with(request, path, {"cluster": str(cluster), "view": AS_MAP.name}))
            if found.chosen["cluster"]:  # else it has none that the reader sees, and the list would have all
                context.update(map=found.region_map, url=found.url())
        return context
