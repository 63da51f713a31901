"""What people are told of questions. Of an anonymous one no notification knows who asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from functools import partial

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task

from hanse_access.viewer import Viewer
from hanse_activity.actions import notify
from hanse_activity.delivery import Delivery, Source
from hanse_activity.follows import FollowableKind, followable_kinds, followers_of, told_through_bodies
from hanse_activity.kinds import NotificationKind, notification_kinds
from hanse_activity.models import Notification
from hanse_members.models import TopicAncestor
from hanse_members.topic_notifications import FOLLOWED as TOPICS

from .models import Question, Reply

#: kind of what is followed
FOLLOWED = "questions"
ASKED, REPLIED, ADDED, CHOSEN = "questions.asked", "questions.replied", "questions.added", "questions.chosen"


# Of what a viewer may be told


def visible_questions(viewer: Viewer) -> QuerySet[Question]:
    return Question.objects.visible_to(viewer).shown().mark_discreet().select_related("asker")


def visible_replies(viewer: Viewer) -> QuerySet[Reply]:
    replies = Reply.objects.visible_to(viewer).shown().mark_discreet()
    return replies.filter(question__withheld=False).select_related("author", "question__asker")


def replies_to_own(viewer: Viewer) -> QuerySet[Reply]:
    return visible_replies(viewer).filter(question__asker=viewer.user_id)


def chosen_own(viewer: Viewer) -> QuerySet[Reply]:
    return visible_replies(viewer).filter(author=viewer.user_id)


def followable(viewer: Viewer) -> QuerySet[Question]:
    return Question.objects.visible_to(viewer).shown()


def discreet_ones(ids: Collection[int]) -> set[int]:
    return set(Question.objects.discreet().filter(pk__in=ids).values_list("pk", flat=True))


# Sentences


def asked_text(notification: Notification, question: Question) -> str:
    if question.is_anonymous:
        return _("Somebody asks: %(question)s") % {"question": question}
    return _("%(person)s asks: %(question)s") % {"person": question.asker_name, "question": question}


def replied_text(notification: Notification, reply: Reply) -> str:
    values = {"person": reply.author_name, "question": reply.question}
    return _("%(person)s has answered your question “%(question)s”.") % values


def added_text(notification: Notification, reply: Reply) -> str:
    values = {"person": reply.author_name, "question": reply.question}
    if reply.by_asker:
        return _("Something was added to the question “%(question)s”.") % values
    return _("%(person)s has answered the question “%(question)s”.") % values


def chosen_text(notification: Notification, reply: Reply) -> str:
    return _("Your answer to “%(question)s” was chosen as the best.") % {"question": reply.question}


# Telling


def tell_topics_after_commit(question: Question, topics: Collection[int]) -> None:
    """The question has these topics newly."""
    if topics:
        transaction.on_commit(partial(tell_topics.enqueue, question.pk, sorted(topics)))


@task()
def tell_topics(question: int, topics: list[int]) -> None:
    """Who follows one of the topics, or one above it, is told once, people and those in charge of organisations that
    follow it; not who asked. Can run twice.
    """
    found = Question.objects.filter(pk=question).first()
    if found is None:
        return
    above = TopicAncestor.objects.filter(topic__in=topics).values_list("ancestor_id", flat=True)
    ancestors = sorted(set(above))
    told = set(Notification.objects.filter(kind=ASKED, object_id=question).values_list("recipient_id", flat=True))
    followed = followers_of(TOPICS, ancestors)
    readers = {*followed, *told_through_bodies(TOPICS, ancestors)} - told - {found.asker_id}
    of: dict[int, list[Source]] = defaultdict(list)
    for reader, ids in followed.items():
        of[reader] = [Source(TOPICS, id) for id in ids]
    people = get_user_model()._default_manager.filter(pk__in=readers, is_active=True)
    # Without saying by whom: who blocks somebody would learn by silence whose an anonymous question is.
    notify(ASKED, about=found, recipients=people, of=of)


def tell_reply(reply: Reply, *, by) -> None:
    """Who asked, and who follows the question. Nobody hears of what they wrote themselves."""
    question = reply.question
    people = get_user_model()._default_manager.filter(is_active=True).exclude(pk=by.pk)
    named = by if reply.is_named else None
    if not reply.by_asker:
        notify(REPLIED, about=reply, recipients=people.filter(pk=question.asker_id), by=named)
    following = set(followers_of(FOLLOWED, [question.pk])) - {question.asker_id}
    source = Source(FOLLOWED, question.pk)
    notify(ADDED, about=reply, recipients=people.filter(pk__in=following), by=named, of=source)


def tell_chosen(reply: Reply, *, by) -> None:
    authors = get_user_model()._default_manager.filter(pk=reply.author_id, is_active=True)
    notify(CHOSEN, about=reply, recipients=authors, by=None if reply.question.is_anonymous else by)


def register() -> None:
    followable_kinds.register(
        FollowableKind(
            name=FOLLOWED,
            label=gettext_lazy("Questions"),
            targets=followable,
            discreet=discreet_ones,
            icon="bulb",
            order=20,
        )
    )
    said = {"url": lambda notification, target: target.get_absolute_url(), "icon": "bulb"}
    said["discreet"] = lambda target: target.is_discreet
    notification_kinds.register(
        NotificationKind(
            name=REPLIED,
            label=gettext_lazy("Somebody answers your question"),
            targets=replies_to_own,
            text=replied_text,
            details=lambda notification, reply: reply.text,
            delivery=Delivery.AT_ONCE,
            addressed=True,
            personal=True,
            order=61,
            **said,
        )
    )
    notification_kinds.register(
        NotificationKind(
            name=CHOSEN,
            label=gettext_lazy("Your answer was chosen as the best"),
            targets=chosen_own,
            text=chosen_text,
            addressed=True,
            order=62,
            **said,
        )
    )
    notification_kinds.register(
        NotificationKind(
            name=ADDED,
            label=gettext_lazy("A question that you follow was answered"),
            targets=visible_replies,
            text=added_text,
            order=63,
            **said,
        )
    )
    notification_kinds.register(
        NotificationKind(
            name=ASKED,
            label=gettext_lazy("A question in a topic that you follow"),
            targets=visible_questions,
            text=asked_text,
            order=64,
            **said,
        )
    )
