"""Questions among what is near in topics: who could know, and what one could answer."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from hanse_access.viewer import Viewer
from hanse_activity.blocks import blocked_ids
from hanse_members.near_kinds import NearKind

from .models import Question, QuestionTopic
from .models.questions import QuestionQuerySet


def links(viewer: Viewer) -> QuerySet[QuestionTopic]:
    """Of open questions of others. One without name is there whoever asked: its absence would tell."""
    rule = Question.admitted_q(viewer, prefix="question__") & QuestionQuerySet.open_q("question__")
    found = QuestionTopic.objects.filter(rule)
    if viewer.user is None:
        return found
    blocked = Q(question__is_anonymous=False, question__asker__in=blocked_ids(viewer.user))
    return found.exclude(question__asker=viewer.user_id).exclude(blocked)


questions = NearKind(
    name="question",
    label=_("Question"),
    icon="bulb",
    shape="diamond",
    model=Question,
    visible=lambda viewer: Question.objects.visible_to(viewer).select_related("asker"),
    topics=lambda question, viewer: list(question.topic_links.values_list("topic_id", flat=True)),
    links=links,
    owner="question",
    line=lambda question: f"{question.asker_name} · {question.get_state_display()}",
    order=30,
)
