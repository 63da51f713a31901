"""The form field for topics: check boxes in the tree, with a filter box and suggestions from a text."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.widgets import Script
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from hanse_activity.follows import MOST_FOLLOWED

from .models import Topic
from .models.topics import topic_labels
from .topic_suggestions import suggest_topics
from .topic_trees import TopicNode, all_nodes, topic_tree

#: topics of one thing, unless its form says another number
MOST_TOPICS = 10


class TopicsWidget(forms.Widget):
    """The tree as nested lists of check boxes; works without JavaScript, which adds the filter box.

    ``suggest_from`` is a text of which topics are suggested that are not chosen yet. Three queries for the tree and the
    suggestions, whatever the number of topics; one more where a chosen topic was merged into another meanwhile.
    """

    template_name = "hanse_members/widgets/topics.html"
    use_fieldset = True
    suggest_from = ""
    maximum = MOST_TOPICS

    class Media:
        css = {"all": ["hanse_members/css/topics.css"]}
        js = [Script("hanse_members/js/topics.js", type="module")]

    def tree(self) -> list[TopicNode]:
        return topic_tree()

    def suggestions(self, chosen: Iterable[int]) -> list[int]:
        return suggest_topics(self.suggest_from, without=chosen)

    def value_from_datadict(self, data, files, name):
        getlist = getattr(data, "getlist", lambda key: data.get(key, []))
        return getlist(name)

    def value_omitted_from_data(self, data, files, name):
        """Nothing ticked and no such field look alike."""
        return False

    def get_context(self, name, value, attrs):
        context = super().get_context(name, value, attrs)
        tree = self.tree()
        nodes = all_nodes(tree)
        chosen = self._chosen(value, nodes)
        opened = {above.id for id in chosen for above in nodes[id].above}
        suggested = [nodes[id] for id in self.suggestions(chosen) if id in nodes] if self.suggest_from else []
        numbers = {id: number for number, id in enumerate(nodes)}
        context["widget"].update(
            tree=[_drawn(node, chosen, opened, numbers) for node in tree],
            chosen=[nodes[id] for id in sorted(chosen, key=numbers.__getitem__)],
            suggested=suggested,
            maximum=self.maximum,
            invalid=context["widget"]["attrs"].get("aria-invalid") == "true",
        )
        return context

    def _chosen(self, value: Iterable[Any] | None, nodes: dict[int, TopicNode]) -> set[int]:
        """Ids of the tree; for a topic that was merged the one that it is part of now."""
        asked = {id for raw in value or () if (id := parse_id(raw)) is not None}
        chosen = asked & nodes.keys()
        if gone := asked - chosen:
            merged = Topic.objects.filter(pk__in=list(gone)[:MOST_ASKED], merged_into__isnull=False)
            chosen |= set(merged.values_list("merged_into_id", flat=True)) & nodes.keys()
        return chosen

    def id_for_label(self, id_, index=None):
        return f"{id_}_0" if id_ and index == "0" else ""


def _drawn(node: TopicNode, chosen: set[int], opened: set[int], numbers: dict[int, int]) -> dict[str, Any]:
    """What the template shows of a node and those below it."""
    return {
        "id": node.id,
        "number": numbers[node.id],
        "label": node.label,
        "words": "\n".join(node.words),
        "chosen": node.id in chosen,
        "open": node.id in opened,
        "children": [_drawn(child, chosen, opened, numbers) for child in node.children],
    }


#: ids that are looked at in one form
MOST_ASKED = 200


class TopicsField(forms.Field):
    """Topics to choose, at most ``maximum``. Cleans to a list of them, in the order of the numbers.

    ``suggest_from`` is a text to suggest topics from; a form may set it on the field when it knows its object.
    """

    widget = TopicsWidget
    default_error_messages = {
        "required": _("Please choose at least one topic."),
        "unknown": _("One of these topics does not exist any more. Please check your choice."),
        "merged": _("“%(old)s” is part of “%(new)s” now. Please check your choice."),
        "too_many": ngettext_lazy(
            "Please choose at most %(maximum)d topic.", "Please choose at most %(maximum)d topics.", "maximum"
        ),
    }

    def __init__(self, *, maximum: int = MOST_TOPICS, suggest_from: str = "", **kwargs):
        kwargs.setdefault("label", _("Topics"))
        kwargs.setdefault("help_text", _("What others should find this under."))
        super().__init__(**kwargs)
        self.maximum = self.widget.maximum = maximum
        self.suggest_from = suggest_from

    @property
    def suggest_from(self) -> str:
        return self.widget.suggest_from

    @suggest_from.setter
    def suggest_from(self, text: str) -> None:
        self.widget.suggest_from = text

    def prepare_value(self, value):
        return [topic.pk if isinstance(topic, Topic) else topic for topic in value or ()]

    def to_python(self, value) -> list[Topic]:
        raw = self.prepare_value(value)
        ids = {parse_id(one) for one in raw}
        if len(ids) > self.maximum:
            raise ValidationError(self.error_messages["too_many"] % {"maximum": self.maximum}, code="too_many")
        if not ids:
            return []
        found = list(Topic.objects.filter(pk__in=ids - {None}).order_by("pk"))
        if None in ids or len(found) < len(ids):
            raise ValidationError(self.error_messages["unknown"], code="unknown")
        if merged := [topic for topic in found if topic.merged_into_id is not None]:
            self._refuse(merged)
        return found

    def _refuse(self, merged: list[Topic]) -> None:
        labels = topic_labels([id for topic in merged for id in (topic.pk, topic.merged_into_id)])
        raise ValidationError(
            [
                ValidationError(
                    self.error_messages["merged"],
                    code="merged",
                    params={"old": labels.get(topic.pk, ""), "new": labels.get(topic.merged_into_id, "")},
                )
                for topic in merged
            ]
        )

    def validate(self, value) -> None:
        if self.required and not value:
            raise ValidationError(self.error_messages["required"], code="required")

    def has_changed(self, initial, data):
        before = {parse_id(one) for one in self.prepare_value(initial)}
        return before != {parse_id(one) for one in self.prepare_value(data)}


class TopicsToFollowForm(forms.Form):
    topics = TopicsField(maximum=MOST_FOLLOWED, required=False, help_text="")


def parse_id(raw: Any) -> int | None:
    """The number meant by a value of the form; None when it cannot be one of a row."""
    text = str(raw)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 19 else None
