"""What questions hold about a person."""

from __future__ import annotations

from collections.abc import Iterator

from django.utils.translation import gettext_lazy as _

from hanse_activity.models import Follow
from hanse_base.personal_data import ExportFile, PersonalData

from .models import Question, Reply
from .notifications import FOLLOWED


def export(person) -> Iterator[ExportFile]:
    """What the person asked and answered; of others' questions the title only where it is their own answer's."""
    asked = Question.objects.asked_by(person).prefetch_related("topics__labels").order_by("pk")
    yield ExportFile(
        "questions.json",
        [
            {
                "question": question.title,
                "text": question.text,
                "without_name": question.is_anonymous,
                "topics": [str(topic) for topic in question.topics.all()],
                "state": question.state,
                "asked_at": question.asked_at.isoformat(),
            }
            for question in asked
        ],
    )
    written = Reply.objects.filter(author=person).order_by("pk")
    yield ExportFile("answers.json", list(written.values("uid", "text", "created_at", "edited_at", "deleted_at")))


def erase(person) -> None:
    """Questions that nobody else answered go. The others stay, as from a former member or without name."""
    own = Question.objects.asked_by(person)
    answered = Reply.objects.filter(question__in=own.values("pk"), deleted_at=None).exclude(author=person)
    alone = list(own.exclude(pk__in=answered.values("question_id")).values_list("pk", flat=True))
    Follow.objects.filter(kind=FOLLOWED, object_id__in=alone).delete()
    Question.objects.filter(pk__in=alone).delete()
    Question.objects.asked_by(person).update(asker=None)
    Reply.objects.filter(author=person).update(author=None)


questions = PersonalData(
    name="questions",
    label=_("Questions and answers"),
    models=("hanse_challenges.Question", "hanse_challenges.Reply"),
    export=export,
    erase=erase,
    order=24,
)
