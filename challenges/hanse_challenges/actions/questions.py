"""Asking, changing and ending a question."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanse_access.actions import change_audience
from hanse_access.scopes import PUBLIC, Scope
from hanse_access.viewer import Viewer
from hanse_activity.models import Follow
from hanse_members.actions.errors import NotPermitted, NotPossible
from hanse_members.models import Cluster, Membership, Topic

from ..models import Question, QuestionTopic, Reply
from ..notifications import FOLLOWED, tell_chosen, tell_topics_after_commit

State = Question.State
PLATFORM = Scope("platform", 0)
#: topics of one question
MOST_TOPICS = 5


def may_ask(person) -> bool:
    """Members of any cluster."""
    return person.is_authenticated and person.is_active and Membership.objects.approved().of(person).exists()


@transaction.atomic
def ask_question(
    *,
    by,
    title: str,
    scopes: Iterable[Scope | tuple[str, int]],
    text: str = "",
    topics: Collection[Topic] = (),
    is_anonymous: bool = False,
) -> Question:
    """Ask those who hold any of ``scopes``. Followers of its topics, and of those above them, are told after commit.

    Raises NotPermitted for who belongs to no cluster, ValidationError for an audience out of reach.
    """
    if not may_ask(by):
        raise NotPermitted
    wanted = {Scope(*scope) for scope in scopes}
    question = Question.objects.create(
        asker=by,
        is_anonymous=is_anonymous,
        cluster=_answering_cluster(by, wanted),
        title=_line(title),
        text=text.strip(),
    )
    change_audience(question, scopes=wanted, by=by)
    added = _set_topics(question, topics)
    tell_topics_after_commit(question, added)
    return question


@transaction.atomic
def change_question(
    question: Question,
    *,
    by,
    title: str,
    scopes: Iterable[Scope | tuple[str, int]],
    text: str = "",
    topics: Collection[Topic] = (),
) -> Question:
    """By who asked. That it was changed is shown. Followers of topics that are new are told.

    Raises NotPossible for more readers than those whom others have answered.
    """
    question = own(question, by=by)
    require_reached(question, by)
    wanted = {Scope(*scope) for scope in scopes}
    if not _are_within(wanted, question.audience.scope_set) and question.has_answers_of_others():
        raise NotPossible(_("Others answered those who see this now. It can be shown to fewer; ask anew for more."))
    words = {"title": _line(title), "text": text.strip()}
    if any(getattr(question, name) != value for name, value in words.items()):
        question.title, question.text, question.edited_at = words["title"], words["text"], timezone.now()
        question.save(update_fields=["title", "text", "edited_at"])
    change_audience(question, scopes=wanted, by=by)
    tell_topics_after_commit(question, _set_topics(question, topics))
    return question


@transaction.atomic
def delete_question(question: Question, *, by) -> None:
    """By who asked, while nobody has answered: what others wrote stays. Raises NotPossible else."""
    question = own(question, by=by)
    if question.has_answers_of_others():
        raise NotPossible(_("Somebody has answered already. You can close the question; what others wrote stays."))
    if question.withheld:
        raise NotPossible(_("This is out of sight after a report. You can object to that."))
    Follow.objects.filter(kind=FOLLOWED, object_id=question.pk).delete()
    question.delete()


@transaction.atomic
def close_question(question: Question, *, by) -> Question:
    """Nothing more is answered. By who asked."""
    question = own(question, by=by)
    return _to(question, State.CLOSED)


@transaction.atomic
def reopen_question(question: Question, *, by) -> Question:
    question = own(question, by=by)
    require_reached(question, by)
    return _to(question, State.ANSWERED if question.best_id else State.OPEN)


@transaction.atomic
def choose_answer(reply: Reply, *, by) -> Question:
    """Say which answer was the best; another one before it is so no longer. By who asked, who is not chosen."""
    question = own(reply.question, by=by)
    require_reached(question, by)
    reply = Reply.objects.select_for_update(of=("self",)).get(pk=reply.pk)
    if reply.by_asker or not reply.is_shown:
        raise NotPossible(_("This answer cannot be chosen."))
    if question.best_id == reply.pk:
        return question
    question.best = reply
    if question.state == State.OPEN:
        question.state = State.ANSWERED
    question.save(update_fields=["best", "state"])
    tell_chosen(reply, by=by)
    return question


@transaction.atomic
def take_choice_back(question: Question, *, by) -> Question:
    return unchoose(own(question, by=by))


def unchoose(question: Question) -> Question:
    """No answer is the best. In the caller's transaction, with the row locked."""
    question.best = None
    if question.state == State.ANSWERED:
        question.state = State.OPEN
    question.save(update_fields=["best", "state"])
    return question


def locked(question: Question) -> Question:
    return Question.objects.select_for_update(of=("self",)).get(pk=question.pk)


def own(question: Question, *, by) -> Question:
    """The row, locked. Raises NotPermitted unless ``by`` asked it."""
    question = locked(question)
    if not by.is_active or not question.is_of(by):
        raise NotPermitted
    return question


def require_reached(question: Question, person) -> None:
    """Raises NotPossible for who asked or answered it and no longer belongs to those who are asked."""
    if not question.reaches(Viewer.of(person)):
        raise NotPossible(_("You no longer belong to those who see this question."))


def _to(question: Question, state: str) -> Question:
    if question.state != state:
        question.state = state
        question.save(update_fields=["state"])
    return question


def _line(text: str) -> str:
    return " ".join(text.split())


def _are_within(wanted: Collection[Scope], before: Collection[Scope]) -> bool:
    """Whoever holds one of ``wanted`` holds one of ``before``. All members of clusters hold the platform."""
    inside = {scope for scope in wanted if scope.kind == "cluster"} if PLATFORM in before else set()
    return PUBLIC in before or set(wanted) <= {*before, *inside}


def _answering_cluster(person, scopes: Collection[Scope]) -> Cluster:
    """An own cluster that is asked, else the one that the person has belonged to for longest."""
    mine = Membership.objects.approved().of(person).select_related("cluster").order_by("decided_at", "pk")
    clusters = [membership.cluster for membership in mine]
    asked = [cluster for cluster in clusters if Scope("cluster", cluster.pk) in scopes]
    return (asked or clusters)[0]


def _set_topics(question: Question, topics: Collection[Topic]) -> set[int]:
    """Returns those that are new. Raises NotPossible for too many or one that was merged."""
    wanted = {topic.pk for topic in topics}
    present = set(question.topic_links.values_list("topic_id", flat=True))
    # Locked, so that none is merged into another meanwhile.
    there = Topic.objects.in_use().select_for_update(of=("self",)).filter(pk__in=wanted).order_by("pk")
    if len(wanted) > MOST_TOPICS or len(there) < len(wanted):
        raise NotPossible(_("These topics cannot be kept. Please choose again."))
    question.topic_links.filter(topic__in=present - wanted).delete()
    QuestionTopic.objects.bulk_create(QuestionTopic(question=question, topic_id=id) for id in sorted(wanted - present))
    return wanted - present
