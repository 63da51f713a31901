"""The components of this package in the pattern library."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from hanse_base.lists.facets import Option
from hanse_base.patterns import Pattern, PluginPatterns

from .radar import Item, Radar, draw_radar
from .region_maps import RegionMap, draw_map
from .regions import REGIONS
from .topic_fields import TopicsField, TopicsWidget
from .topic_trees import TopicNode, linked


class ExampleTopics(TopicsWidget):
    """A tree of its own, so that the page looks alike everywhere."""

    LABELS = {
        1: (_("Photonics"), None),
        2: (_("Lasers"), 1),
        3: (_("Lidar"), 1),
        4: (_("Medical technology"), None),
        5: (_("Imaging"), 4),
    }

    def tree(self):
        nodes = {id: TopicNode(id, str(label)) for id, (label, _above) in self.LABELS.items()}
        return linked(nodes, {id: above for id, (_label, above) in self.LABELS.items()})

    def suggestions(self, chosen):
        return [3]


class ExampleForm(forms.Form):
    topics = TopicsField(
        maximum=3, widget=ExampleTopics, required=False, initial=[2], suggest_from="lidar", label=_("Topics")
    )


def _patterns(scheme: str) -> list[Pattern]:
    form = ExampleForm(prefix=f"{scheme}-topics")
    return [
        Pattern(
            "topics",
            ({"field": form["topics"]},),
            path="hanse_members/widgets/topics.html",
            drawn_by="hanse_base/components/field.html",
            media=form.media,
        ),
        Pattern(
            "radar",
            ({"radar": example_radar(), "label": f"{_('Near in topics')} ({scheme})"},),
            path="hanse_members/includes/radar.html",
            media=forms.Media(css={"all": ["hanse_members/css/near.css"]}),
        ),
        Pattern(
            "region_map",
            ({"map": example_map(scheme), "target": ""},),
            path="hanse_members/includes/region_map.html",
            media=forms.Media(css={"all": ["hanse_members/css/clusters.css"]}),
        ),
    ]


def example_radar() -> Radar:
    photonics, medicine = str(_("Photonics")), str(_("Medical technology"))
    centre = Item("Nele Brandt", "#", "person", "circle", 0, "")
    items = [
        Item("Photonik Nord", "#", "building", "square", 0, photonics, str(_("Lasers"))),
        Item("Ada Lund", "#", "person", "circle", 1, photonics, str(_("Lidar"))),
        Item("Bo Ek", "#", "person", "circle", 1, medicine, str(_("Imaging"))),
        Item("Leichtbau Süd", "#", "building", "square", 2, medicine, str(_("Imaging"))),
    ]
    kinds = [("circle", "person", _("Experts")), ("square", "building", _("Organisations"))]
    return draw_radar(centre, items, kinds)


members_patterns = PluginPatterns(name="members", patterns=_patterns)


def example_map(scheme: str) -> RegionMap:
    numbers = {"DE-SH": 14, "DE-HH": 3, "DE-BE": 7, "DE-BW": 11, "DE-BY": 4, "AT": 1, "ES": 1}
    options = [Option(code, REGIONS[code], number, chosen=code == "DE-BE") for code, number in numbers.items()]
    return draw_map(f"{scheme}-map", options, lambda option: "#")
