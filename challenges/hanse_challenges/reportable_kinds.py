"""Questions and answers as something that one can report."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from hanse_access.scopes import Scope
from hanse_access.viewer import Viewer
from hanse_activity.reportables import Reportable, reportables
from hanse_members.models import Cluster
from hanse_members.reportable_kinds import objection as address_to_object

from .actions.questions import locked, unchoose
from .models import Question, Reply


def clusters(question: Question) -> list[Cluster]:
    """Whose management decides: first clusters that were asked, then the one through which it was asked."""
    asked = [scope.id for scope in question.audience.scope_set if scope.kind == "cluster"]
    found = list(Cluster.objects.active().filter(pk__in=asked).order_by("pk"))
    own = [cluster for cluster in found if cluster.pk == question.cluster_id]
    return [*own, *(cluster for cluster in found if cluster not in own), *([] if own else [question.cluster])]


def scopes(question: Question) -> list[Scope]:
    return [Scope("cluster", cluster.pk) for cluster in clusters(question)]


def reportable_questions(viewer: Viewer):
    return Question.objects.visible_to(viewer).select_related("asker", "cluster", "audience")


def reportable_replies(viewer: Viewer):
    replies = Reply.objects.visible_to(viewer).filter(deleted_at=None)
    return replies.select_related("author", "question__cluster", "question__audience")


def copy_of_question(question: Question, viewer: Viewer, scope: Scope | None) -> str:
    return "\n\n".join(part for part in (question.asker_name, question.title, question.text) if part)


def copy_of_reply(reply: Reply, viewer: Viewer, scope: Scope | None) -> str:
    return f"{reply.author_name}\n\n{reply.text}"


def set_question(withheld: bool):
    def store(question: Question) -> None:
        Question.objects.filter(pk=question.pk).update(withheld=withheld)

    return store


def withhold_reply(reply: Reply) -> None:
    question = locked(reply.question)
    Reply.objects.filter(pk=reply.pk).update(withheld=True)
    if question.best_id == reply.pk:
        unchoose(question)


def show_reply_again(reply: Reply) -> None:
    Reply.objects.filter(pk=reply.pk).update(withheld=False)


def register() -> None:
    reportables.register(
        Reportable(
            name="question",
            label=_("a question"),
            model=Question,
            key="uid",
            visible=reportable_questions,
            author=lambda question: question.asker,
            names_author=lambda question: not question.is_anonymous,
            personal=True,
            copy=copy_of_question,
            scopes=scopes,
            withhold=set_question(True),
            show_again=set_question(False),
            objection=lambda question: address_to_object([question.cluster]),
            order=50,
        )
    )
    reportables.register(
        Reportable(
            name="answer",
            label=_("an answer to a question"),
            model=Reply,
            key="uid",
            visible=reportable_replies,
            author=lambda reply: reply.author,
            names_author=lambda reply: reply.is_named,
            personal=True,
            copy=copy_of_reply,
            scopes=lambda reply: scopes(reply.question),
            withhold=withhold_reply,
            show_again=show_reply_again,
            objection=lambda reply: address_to_object(clusters(reply.question)),
            order=51,
        )
    )
