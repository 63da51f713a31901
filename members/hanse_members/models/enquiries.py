from __future__ import annotations

import uuid
from datetime import datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..roles import Role
from .clusters import Cluster, ClusterQuerySet
from .deputies import stands_in_for
from .memberships import Membership

if TYPE_CHECKING:
    from hanse_access.viewer import Viewer

#: characters of a question, an answer or a note
LONGEST_ENQUIRY = 4000


class EnquiryQuerySet(models.QuerySet["Enquiry"]):
    def readable_by(self, viewer: Viewer) -> EnquiryQuerySet:
        """The one rule: whoever asked, and the management of the cluster that answers now. Nobody else."""
        if viewer.user is None:
            return self.none()
        return self.filter(Q(asker_id=viewer.user_id) | self.managed_q(viewer))

    @staticmethod
    def managed_q(viewer: Viewer) -> Q:
        return Q(cluster_id__in=viewer.decides.get("cluster", frozenset()))

    def managed_by(self, viewer: Viewer) -> EnquiryQuerySet:
        """Those that the viewer answers for. Nobody answers the own one."""
        if viewer.user is None:
            return self.none()
        return self.filter(self.managed_q(viewer)).exclude(asker_id=viewer.user_id)

    def asked_by(self, person) -> EnquiryQuerySet:
        return self.filter(asker_id=person.pk)

    @staticmethod
    def unanswered_q() -> Q:
        """Somebody waits for an answer, and there is a management to give it."""
        states = [Enquiry.State.NEW, Enquiry.State.IN_WORK]
        return Q(state__in=states) & ClusterQuerySet.active_q("cluster__")

    def unanswered(self) -> EnquiryQuerySet:
        return self.filter(self.unanswered_q())

    @staticmethod
    def owned_q() -> Q:
        """Somebody of the management has it, and belongs to the management still."""
        managers = Membership.objects.with_role(Role.MANAGER).order_by()
        return Q(Exists(managers.filter(person_id=OuterRef("owner_id"), cluster_id=OuterRef("cluster_id"))))

    def waiting_for(self, viewer: Viewer) -> EnquiryQuerySet:
        """Unanswered ones that nobody has, that the viewer has, or somebody for whom the viewer stands in."""
        mine = Q(owner_id=viewer.user_id) | ~self.owned_q()
        for cluster, person in viewer.kept(stands_in_for):
            mine |= Q(cluster_id=cluster, owner_id=person)
        return self.managed_by(viewer).unanswered().filter(mine)


class Enquiry(models.Model):
    """A question to the management of a cluster. Its address is a random number, so that it tells nothing.

    What it is about is named by a registered kind of subject (``hanse_members.subjects``) and a number, so that who may
    not see it reads nothing of it. ``waiting_since`` is when the asker began to wait for an answer, ``reminded`` how
    many reminders went out since (``enquiry_reminders``).
    Changed by the package's actions only.
    """

    class State(models.TextChoices):
        NEW = "new", _("new")
        IN_WORK = "in_work", _("in work")
        ANSWERED = "answered", _("answered")
        CLOSED = "closed", _("closed")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    asker = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("asked by")
    )
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="+", verbose_name=_("cluster"))
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        verbose_name=_("taken care of by"),
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.NEW)
    subject_kind = models.CharField(_("about"), max_length=20)
    subject_id = models.PositiveBigIntegerField()
    text = models.TextField(_("question"), max_length=LONGEST_ENQUIRY)
    asked_at = models.DateTimeField(_("asked"), default=timezone.now)
    changed_at = models.DateTimeField(_("last change"), default=timezone.now)
    waiting_since = models.DateTimeField(default=timezone.now)
    reminded = models.PositiveSmallIntegerField(default=0)

    objects = EnquiryQuerySet.as_manager()

    class Meta:
        verbose_name = _("enquiry")
        verbose_name_plural = _("enquiries")
        ordering = ["-changed_at", "-pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["cluster", "state", "-changed_at", "-id"], name="hanse_members_enq_cluster"),
            models.Index(fields=["asker", "-changed_at", "-id"], name="hanse_members_enq_asker"),
            models.Index(
                fields=["waiting_since"], condition=Q(state__in=["new", "in_work"]), name="hanse_members_enq_waiting"
            ),
        ]

    def __str__(self) -> str:
        return _("Enquiry to %(cluster)s") % {"cluster": self.cluster}

    def get_absolute_url(self) -> str:
        return reverse("hanse_members:enquiry", args=[self.uid])

    @property
    def is_open(self) -> bool:
        return self.state in (self.State.NEW, self.State.IN_WORK)

    def days_waiting(self, now: datetime | None = None) -> int:
        return ((now or timezone.now()) - self.waiting_since).days


class EnquiryMessage(models.Model):
    """What was said and done after the question: by the asker, or for the management of ``cluster``.

    ``text`` is read by both sides; with a hand-over it is the note to the new management (``to_cluster``).
    """

    class Kind(models.TextChoices):
        REPLY = "reply", _("reply")
        ANSWER = "answer", _("answer")
        HANDED_OVER = "handed_over", _("handed over")
        TAKEN = "taken", _("taken care of")
        CLOSED = "closed", _("closed")

    enquiry = models.ForeignKey(Enquiry, on_delete=models.CASCADE, related_name="messages")
    kind = models.CharField(max_length=11, choices=Kind)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True)
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="+", null=True)
    to_cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="+", null=True)
    text = models.TextField(max_length=LONGEST_ENQUIRY, blank=True)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("message of an enquiry")
        verbose_name_plural = _("messages of enquiries")
        ordering = ["at", "pk"]
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.enquiry_id} {self.kind}"
