"""What of questions can be found: what is asked, and what is answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db.models import Prefetch
from django.utils.translation import gettext_lazy as _

from hanse_members.models import Cluster, TopicAncestor, TopicLabel
from hanse_members.models.topics import topic_labels
from hanse_members.search_holders import Topics
from hanse_search.sources import Entry, Found, Hop, Source, Watch, sources

from .models import Question, QuestionTopic, Reply


class QuestionSource(Source):
    name = "question"
    order = 25
    label = _("Question")
    plural = _("Questions")
    icon = "bulb"
    model = Question

    of_topic = (Hop(QuestionTopic, "topic_id", "question_id"),)
    below = (Hop(TopicAncestor, "ancestor_id", "topic_id"), *of_topic)
    watches = (
        Watch(
            Question,
            "id",
            only=("audience_id", "title", "text", "withheld", "cluster_id", "is_anonymous", "asker_id", "asked_at"),
        ),
        Watch(Reply, "question_id", only=("text", "deleted_at", "withheld")),
        Watch(QuestionTopic, "question_id"),
        Watch(TopicLabel, "topic_id", below),
        Watch(TopicAncestor, "topic_id", of_topic),
        Watch(Cluster, "id", (Hop(Question, "cluster_id", "id"),), only=("state",)),
    )

    def rows(self):
        shown = Prefetch("replies", Reply.objects.shown(), to_attr="shown_replies")
        return Question.objects.shown().prefetch_related(shown, "topic_links")

    def entries(self, rows: Sequence[Question]) -> Mapping[int, Entry]:
        topics = Topics({link.topic_id for row in rows for link in row.topic_links.all()})
        return {row.pk: self._entry(row, topics) for row in rows}

    def _entry(self, row: Question, topics: Topics) -> Entry:
        linked = [link.topic_id for link in row.topic_links.all()]
        return Entry(
            row.audience_id,
            row.title,
            "\n".join([*texts_of(row), *topics.words(linked)]),
            date=row.asked_at,
            # Who blocks somebody would learn from what is missing whose an anonymous question is.
            author_id=None if row.is_anonymous else row.asker_id,
            facets={"topic": topics.within(linked)},
        )

    def visible(self, viewer):
        shown = Prefetch("replies", Reply.objects.visible_to(viewer).shown(), to_attr="shown_replies")
        questions = Question.objects.shown_to(viewer).mark_discreet().select_related("asker")
        return questions.prefetch_related(shown, "topic_links")

    def found(self, rows: Sequence[Question], viewer) -> Mapping[int, Found]:
        names = topic_labels({link.topic_id for row in rows for link in row.topic_links.all()})
        return {row.pk: self._found(row, names) for row in rows}

    def _found(self, row: Question, names: Mapping[int, str]) -> Found:
        topics = " · ".join(sorted(names.get(link.topic_id, "") for link in row.topic_links.all()))
        return Found(
            row.title,
            row.get_absolute_url(),
            [*texts_of(row), topics],
            [row.asker_name, row.get_state_display()],
            row.audience_id,
            date=row.asked_at,
            discreet=row.is_discreet,
        )


def texts_of(question: Question) -> list[str]:
    return [text for text in (question.text, *(reply.text for reply in question.shown_replies)) if text]


sources.register(QuestionSource())
