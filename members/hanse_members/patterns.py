"""The components of this package in the pattern library."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _

from hanse_base.patterns import Pattern, PluginPatterns

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
        )
    ]


members_patterns = PluginPatterns(name="members", patterns=_patterns)
