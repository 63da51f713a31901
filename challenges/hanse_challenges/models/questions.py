"""Quick questions and what is answered to them."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanse_access.models import AudienceScope, ScopedModel
from hanse_access.querysets import ScopedQuerySet
from hanse_access.readings import beyond_audience
from hanse_access.scopes import EDITORS, PUBLIC, Scope, ScopeKind, scope_kinds
from hanse_groups.models import Room
from hanse_members.models import Cluster, Topic
from hanse_members.models.clusters import ClusterQuerySet

if TYPE_CHECKING:
    from hanse_access.viewer import Viewer

LONGEST_TEXT = 4000
LONGEST_REPLY = 4000


def closed_kinds() -> list[str]:
    return [kind.name for kind in scope_kinds if kind.closed]


class QuestionQuerySet(ScopedQuerySet):
    @staticmethod
    def open_q(prefix: str = "") -> Q:
        """Can still be answered."""
        return ~Q(**{f"{prefix}state": Question.State.CLOSED})

    def open(self) -> QuestionQuerySet:
        return self.filter(self.open_q())

    def asked_by(self, person) -> QuestionQuerySet:
        return self.filter(asker_id=getattr(person, "pk", None))

    def with_number_of_replies(self) -> QuestionQuerySet:
        """``replies_shown``: how many answers everybody reads who sees the question."""
        shown = Reply.objects.shown().filter(question=OuterRef("pk")).order_by().values("question")
        number = shown.annotate(number=Count("pk")).values("number")
        return self.annotate(replies_shown=Coalesce(models.Subquery(number), 0))

    def mark_discreet(self) -> QuestionQuerySet:
        """``is_discreet``: for a closed circle, so that mails quote nothing of it."""
        return self.annotate(is_discreet=for_closed_circle("audience"))

    def discreet(self) -> QuestionQuerySet:
        return self.filter(for_closed_circle("audience"))


def for_closed_circle(audience: str) -> Exists:
    return Exists(AudienceScope.objects.filter(audience=OuterRef(audience), kind__in=closed_kinds()))


class Question(ScopedModel):
    """A quick question. Its address is a random number, so that it tells nothing.

    Who asked one that ``is_anonymous`` is told to nobody: read ``asker_name``, never ``asker``. ``cluster`` is one that
    the asker belonged to when asking: its management answers for the question, and is told so in the administration, as
    operators are; no page, list or facet shows it. Changed by the package's actions only.
    """

    class State(models.TextChoices):
        OPEN = "open", gettext_lazy("open")
        ANSWERED = "answered", gettext_lazy("answered")
        CLOSED = "closed", gettext_lazy("closed")

    #: it goes out within a minute, and a proposal would name who proposes
    is_proposable = False

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    asker = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        verbose_name=gettext_lazy("asked by"),
    )
    is_anonymous = models.BooleanField(gettext_lazy("without name"), default=False)
    cluster = models.ForeignKey(
        Cluster, on_delete=models.PROTECT, related_name="+", verbose_name=gettext_lazy("cluster")
    )
    title = models.CharField(gettext_lazy("question"), max_length=150)
    text = models.TextField(gettext_lazy("more about it"), max_length=LONGEST_TEXT, blank=True)
    topics = models.ManyToManyField(
        Topic, through="QuestionTopic", related_name="+", verbose_name=gettext_lazy("topics"), blank=True
    )
    state = models.CharField(gettext_lazy("state"), max_length=8, choices=State, default=State.OPEN)
    best = models.ForeignKey("Reply", on_delete=models.SET_NULL, related_name="+", null=True, editable=False)
    #: where it went on
    room = models.ForeignKey(Room, on_delete=models.SET_NULL, related_name="+", null=True, editable=False)
    asked_at = models.DateTimeField(gettext_lazy("asked"), default=timezone.now)
    #: when it was answered last, or asked
    active_at = models.DateTimeField(gettext_lazy("last answer"), default=timezone.now)
    edited_at = models.DateTimeField(null=True, editable=False)
    #: out of sight after a report, until it is shown again
    withheld = models.BooleanField(default=False, editable=False)

    objects = models.Manager.from_queryset(QuestionQuerySet)()

    class Meta:
        verbose_name = gettext_lazy("question")
        verbose_name_plural = gettext_lazy("questions")
        ordering = ["-asked_at", "-pk"]
        default_permissions = ("view",)
        indexes = [
            models.Index(fields=["-asked_at", "-id"], name="hanse_challenges_q_newest"),
            models.Index(fields=["-active_at", "-id"], name="hanse_challenges_q_active"),
            models.Index(fields=["asker", "-asked_at", "-id"], name="hanse_challenges_q_asker"),
        ]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("hanse_challenges:question", args=[self.uid])

    @property
    def asker_name(self) -> str:
        """For everybody: the name, or that there is none."""
        if self.is_anonymous:
            return _("Without name")
        return self.asker.get_full_name() if self.asker else _("Former member")

    @property
    def is_open(self) -> bool:
        return self.state != self.State.CLOSED

    # The rule

    @classmethod
    def shown_q(cls, now: datetime, prefix: str = "") -> Q:
        return Q(**{f"{prefix}withheld": False}) & ClusterQuerySet.active_q(f"{prefix}cluster__")

    @classmethod
    def stake_q(cls, viewer: Viewer, prefix: str = "") -> Q:
        return Q(**{f"{prefix}asker": viewer.user_id})

    def stakeholders(self) -> QuerySet:
        return get_user_model()._default_manager.filter(pk=self.asker_id, is_active=True)

    @classmethod
    def takes_kind(cls, kind: ScopeKind) -> bool:
        return kind.name != EDITORS.kind

    def check_audience(self, scopes: Collection[Scope]) -> None:
        """A question that nobody sees asks nobody."""
        if set(scopes) <= {EDITORS}:
            raise ValidationError(_("Please choose who can see this."))

    def audience_changeable_by(self, user) -> bool:
        return user.is_active and self.asker_id == user.pk

    def home_scope(self) -> Scope | None:
        return Scope("cluster", self.cluster_id)

    def named_in_trail(self, by):
        return None if self.is_anonymous and by is not None and by.pk == self.asker_id else by

    # Who does what

    def is_of(self, person) -> bool:
        return self.asker_id is not None and person is not None and self.asker_id == person.pk

    def reaches(self, viewer: Viewer) -> bool:
        """The audience admits the viewer, whether it is shown or not: who asked may have left those who were asked."""
        return not beyond_audience(Question.objects.filter(pk=self.pk), viewer).exists()

    def answers_kept_from(self, viewer: Viewer) -> bool:
        """Of a question that the viewer sees: whether only for having asked it, so that others' answers are not."""
        return self.is_of(viewer.user) and not self.reaches(viewer)

    def answerable_by(self, viewer: Viewer) -> bool:
        """Whoever sees it without a stake, on the public web members alone."""
        if viewer.user is None or not self.is_open:
            return False
        if not viewer.is_member and PUBLIC in self.audience.scope_set:
            return False
        return Question.objects.admitting(viewer).filter(pk=self.pk).exists()

    def has_answers_of_others(self) -> bool:
        return self.replies.filter(deleted_at=None, by_asker=False).exists()


class QuestionTopic(models.Model):
    """What a question is about."""

    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="topic_links")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="+")

    class Meta:
        verbose_name = gettext_lazy("topic of a question")
        verbose_name_plural = gettext_lazy("topics of questions")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["question", "topic"], name="hanse_challenges_question_topic_once")
        ]

    def __str__(self) -> str:
        return f"{self.question_id}: {self.topic_id}"


class ReplyQuerySet(models.QuerySet["Reply"]):
    def visible_to(self, viewer: Viewer) -> ReplyQuerySet:
        """Who sees a question sees its answers, who sees it for having asked it alone the own ones.

        What was taken out of sight keeps its place there.
        """
        rule = Question.admitted_q(viewer, prefix="question__")
        if viewer.user is not None:
            rule |= Question.stake_q(viewer, prefix="question__") & Q(author=viewer.user_id)
        return self.filter(rule)

    @staticmethod
    def shown_q(prefix: str = "") -> Q:
        return Q(**{f"{prefix}deleted_at": None, f"{prefix}withheld": False})

    def shown(self) -> ReplyQuerySet:
        return self.filter(self.shown_q())

    def mark_discreet(self) -> ReplyQuerySet:
        return self.annotate(is_discreet=for_closed_circle("question__audience"))


class Reply(models.Model):
    """What somebody answers, or whoever asked adds (``by_asker``): of an anonymous question that has no name either."""

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    question = models.ForeignKey(Question, on_delete=models.CASCADE, related_name="replies")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True)
    by_asker = models.BooleanField(default=False)
    text = models.TextField(gettext_lazy("answer"), max_length=LONGEST_REPLY, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    withheld = models.BooleanField(default=False)

    objects = ReplyQuerySet.as_manager()

    class Meta:
        verbose_name = gettext_lazy("answer to a question")
        verbose_name_plural = gettext_lazy("answers to questions")
        ordering = ["created_at", "pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["question", "created_at", "id"], name="hanse_challenges_r_question"),
            models.Index(fields=["author", "created_at", "id"], name="hanse_challenges_r_author"),
        ]

    def __str__(self) -> str:
        return _("Answer to “%(question)s”") % {"question": self.question}

    def get_absolute_url(self) -> str:
        return f"{self.question.get_absolute_url()}?reply={self.uid}#reply-{self.uid}"

    @property
    def is_named(self) -> bool:
        return not (self.by_asker and self.question.is_anonymous)

    @property
    def author_name(self) -> str:
        """For everybody: the name, or that there is none."""
        if not self.is_named:
            return _("Without name")
        return self.author.get_full_name() if self.author else _("Former member")

    @property
    def is_shown(self) -> bool:
        return self.deleted_at is None and not self.withheld

    def is_of(self, person) -> bool:
        return self.author_id is not None and person is not None and self.author_id == person.pk
