"""Answering a question."""

from __future__ import annotations

from contextlib import suppress

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanse_access.viewer import Viewer
from hanse_activity.follows import TooMany, follow
from hanse_members.actions.errors import NotPermitted, NotPossible

from ..models import Question, Reply
from ..notifications import FOLLOWED, tell_reply
from .questions import locked, require_reached, unchoose


@transaction.atomic
def reply_to(question: Question, *, by, text: str) -> Reply:
    """Answer a question that one sees, or add something to the own one. Who answers follows it from then on.

    Raises NotPermitted for who does not see it or may not answer, NotPossible where it is closed, nothing is said, or
    who asked it no longer belongs to those who are asked.
    """
    question = locked(question)
    viewer = Viewer.of(by)
    if not Question.objects.visible_to(viewer).filter(pk=question.pk).exists():
        raise NotPermitted
    if not question.is_open:
        raise NotPossible(_("This question was closed in the meantime."))
    require_reached(question, by)
    if not question.answerable_by(viewer):
        raise NotPermitted
    reply = Reply.objects.create(question=question, author=by, by_asker=question.is_of(by), text=_said(text))
    question.active_at = reply.created_at
    question.save(update_fields=["active_at"])
    if not reply.by_asker:
        _follow(question, by)
    tell_reply(reply, by=by)
    return reply


@transaction.atomic
def edit_reply(reply: Reply, *, by, text: str) -> Reply:
    """By its author, who still belongs to those who are asked. That it was changed is shown."""
    question, reply = _own(reply, by=by)
    require_reached(question, by)
    if not question.is_open:
        raise NotPossible(_("This question was closed in the meantime."))
    said = _said(text)
    if said != reply.text:
        reply.text, reply.edited_at = said, timezone.now()
        reply.save(update_fields=["text", "edited_at"])
    return reply


@transaction.atomic
def delete_reply(reply: Reply, *, by) -> Reply:
    """By its author, who need not see the question any more.

    Its place stays and says so, its text is gone; if it was chosen, none is any more.
    """
    question, reply = _own(reply, by=by)
    reply.text, reply.deleted_at = "", timezone.now()
    reply.save(update_fields=["text", "deleted_at"])
    if question.best_id == reply.pk:
        unchoose(question)
    return reply


def _own(reply: Reply, *, by) -> tuple[Question, Reply]:
    """The question and the answer, both locked. What was taken out of sight is not changed until that is decided."""
    question = locked(reply.question)
    reply = Reply.objects.select_for_update(of=("self",)).get(pk=reply.pk)
    reply.question = question
    if not by.is_active or not reply.is_of(by):
        raise NotPermitted
    if reply.deleted_at is not None:
        raise NotPossible(_("This answer was deleted already."))
    if reply.withheld:
        raise NotPossible(_("This is out of sight after a report. You can object to that."))
    return question, reply


def _said(text: str) -> str:
    if not (said := text.strip()):
        raise NotPossible(_("Please write something."))
    return said


def _follow(question: Question, person) -> None:
    with suppress(TooMany):  # who follows as much as there can be hears nothing further of this one
        follow(FOLLOWED, [question.pk], person=person)
