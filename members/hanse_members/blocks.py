"""StreamField blocks about clusters."""

from __future__ import annotations

from dataclasses import replace

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


def topic_choices() -> list[tuple[str, str]]:
    """The tree, in the editor's language."""
    from .topic_trees import all_nodes, topic_tree

    nodes = all_nodes(topic_tree()).values()
    return [(str(node.id), "– " * len(node.above) + node.label) for node in nodes]


class TopicBlock(blocks.ChoiceBlock):
    """One topic that can be chosen: its number, as text."""

    choices = staticmethod(topic_choices)

    class Meta:
        icon = "tag"
        label = _("Topic")


#: topics of one map; further ones make its address too long to pass on
MOST_MAP_TOPICS = 5


class OrganisationMapBlock(blocks.StructBlock):
    """Where organisations are, as far as the reader sees them: a press leads to the list, narrowed in the same way.

    Before it had choices its value was nothing: such a map is that of all organisations of the page's cluster.
    """

    CLUSTER, PLATFORM = "cluster", "platform"

    heading = blocks.CharBlock(label=_("Heading"), max_length=120, required=False)
    level = blocks.ChoiceBlock(
        label=_("Which organisations"),
        choices=[(CLUSTER, _("Those of this cluster")), (PLATFORM, _("Those of all clusters"))],
        default=CLUSTER,
        help_text=_("Readers see those on it that they may see."),
    )
    topics = blocks.ListBlock(
        TopicBlock(),
        label=_("Topics"),
        default=[],
        max_num=MOST_MAP_TOPICS,
        help_text=_("Organisations with one of these topics, or one below it. None: all of them."),
    )

    class Meta:
        icon = "site"
        label = _("Map of the organisations")
        template = "hanse_members/blocks/organisation_map.html"

    @classmethod
    def construct_from_lookup(cls, lookup, child_blocks=(), **kwargs):
        """Migrations from before name no children."""
        return super().construct_from_lookup(lookup, child_blocks, **kwargs)

    def to_python(self, value):
        return super().to_python(value or {})

    def bulk_to_python(self, values):
        return super().bulk_to_python([value or {} for value in values])

    def normalize(self, value):
        if isinstance(value, self.meta.value_class):
            return value
        defaults = {name: block.get_default() for name, block in self.child_blocks.items()}
        return super().normalize(defaults | (value or {}))

    def get_context(self, value, parent_context=None):
        from .organisation_lists import OrganisationList
        from .region_maps import AS_MAP, asked_with

        context = super().get_context(value, parent_context)
        request, page = context.get("request"), context.get("page")
        cluster = getattr(getattr(page, "specific", None), "cluster_id", None)
        if request is None or not cluster:
            return context
        wanted = {"topic": list(value["topics"])} if value["topics"] else {}
        if value["level"] == self.CLUSTER:
            wanted["cluster"] = [str(cluster)]
        asked = asked_with(request, reverse("hanse_members:organisations"), {**wanted, "view": [AS_MAP.name]})
        found = OrganisationList(asked)
        if all(found.chosen[name] for name in wanted):  # else none that the reader sees, and the list would have all
            context.update(map=self._numbered(request, found.region_map), url=found.url())
        return context

    @staticmethod
    def _numbered(request, drawn):
        """Several maps of a page have names of their own: what is in them is found by these."""
        number = request.__dict__["_hanse_maps"] = request.__dict__.get("_hanse_maps", 0) + 1
        return drawn if number == 1 else replace(drawn, name=f"{drawn.name}-{number}")
