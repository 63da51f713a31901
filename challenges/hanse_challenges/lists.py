"""Lists of questions: those that a person may see, and the own ones."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hanse_access.descriptions import describe_audiences
from hanse_access.scopes import scope_kinds
from hanse_access.viewer import Viewer
from hanse_base.lists import Facet, ItemList, Sort
from hanse_members.models.topics import topic_labels

from .models import Question, QuestionTopic, Reply
from .models.questions import QuestionQuerySet


def level_names(kinds: Collection[str]) -> dict[str, Any]:
    return {kind.name: kind.label for kind in scope_kinds if kind.name in kinds}


class QuestionList(ItemList):
    """Questions that the reader may see. No facet tells through which cluster one was asked."""

    name = "questions"
    item_template = "hanse_challenges/includes/question.html"
    layout = "rows"
    page_size = 20
    search_fields = ("title", "text")
    search_label = _("Search questions")
    sorts = (
        Sort("newest", _("Newest first"), ("-asked_at",)),
        Sort("active", _("Last answered"), ("-active_at",)),
    )
    facets = (
        Facet("state", _("State"), "state"),
        Facet("topic", _("Topic"), "topics__within", labels=topic_labels),
        Facet("level", _("Who can see it"), "audience__scopes__kind", labels=level_names),
    )
    empty = {
        "icon": "bulb",
        "title": _("No questions yet"),
        "text": _("What others ask you appears here. Ask something yourself: one sentence is enough."),
    }

    def __init__(self, request: HttpRequest, queryset: QuestionQuerySet | None = None):
        self.viewer = request.viewer
        super().__init__(request, (listed(self.viewer) if queryset is None else queryset).with_number_of_replies())

    def prepare(self, rows: list[Question]) -> list[Question]:
        return prepare(super().prepare(rows), self.viewer)


class OwnQuestionList(QuestionList):
    """What the reader asked or answered; of the own ones also what is out of sight."""

    name = "own-questions"
    empty = {
        "icon": "bulb",
        "title": _("You have not asked or answered anything yet"),
        "text": _("What you ask, and what you answer, appears here."),
    }

    def __init__(self, request: HttpRequest):
        answered = Reply.objects.filter(author=request.viewer.user_id, deleted_at=None).order_by()
        own = Q(asker=request.viewer.user_id) | Q(pk__in=answered.values("question_id"))
        super().__init__(request, Question.objects.visible_to(request.viewer).filter(own).select_related("asker"))


def listed(viewer: Viewer) -> QuestionQuerySet:
    return Question.objects.shown_to(viewer).select_related("asker")


def prepare(rows: list[Question], viewer: Viewer) -> list[Question]:
    """Load what all rows show in one go: their topics (``topic_names``) and the words of their chips."""
    links = list(QuestionTopic.objects.filter(question__in=rows).values_list("question_id", "topic_id"))
    labels = topic_labels({topic for _question, topic in links})
    for row in rows:
        row.topic_names = sorted(labels.get(topic, "") for question, topic in links if question == row.pk)
        row.is_own = row.is_of(viewer.user)
    describe_audiences([row.audience_id for row in rows], viewer)
    return rows
