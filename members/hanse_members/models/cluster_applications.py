from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from .clusters import Cluster
from .entries import ClusterEntry
from .memberships import LONGEST_TEXT


class ClusterApplicationQuerySet(models.QuerySet["ClusterApplication"]):
    def of(self, person) -> ClusterApplicationQuerySet:
        return self.filter(applicant_id=person.pk)

    def open(self) -> ClusterApplicationQuerySet:
        """Neither decided nor withdrawn."""
        return self.filter(state__in=ClusterApplication.OPEN)

    def sent(self) -> ClusterApplicationQuerySet:
        """Waits for an operator."""
        return self.filter(state=ClusterApplication.State.SENT)

    def claiming(self, entry: ClusterEntry) -> ClusterApplicationQuerySet:
        """Sent and not decided, for the cluster of this entry."""
        return self.filter(entry=entry, state__in=ClusterApplication.CLAIMS)


class ClusterApplication(models.Model):
    """Somebody asks that their cluster takes part: one of the directory (``entry``), or one that is not in it.

    Changed by the package's actions only. Read by the applicant and by operators. ``typed`` is what was typed and not
    sent yet, by field of the form. ``answer`` is the operator's question or reason. One of each person is open at a
    time, and one of each entry claims it.
    """

    class State(models.TextChoices):
        DRAFT = "draft", _("Not sent yet")
        SENT = "sent", _("Waits for the operator")
        ASKED = "asked", _("The operator has a question")
        ADMITTED = "admitted", _("Admitted")
        DECLINED = "declined", _("Declined")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    OPEN = (State.DRAFT, State.SENT, State.ASKED)
    CLAIMS = (State.SENT, State.ASKED)

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    applicant = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("applicant")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.DRAFT)
    entry = models.ForeignKey(
        ClusterEntry,
        on_delete=models.SET_NULL,
        related_name="applications",
        null=True,
        blank=True,
        verbose_name=_("entry in the directory of clusters"),
    )
    name = models.CharField(_("name of the cluster"), max_length=100, blank=True)
    slug = models.SlugField(_("wished address"), max_length=50, blank=True)
    carrier = models.CharField(_("carrier"), max_length=150, blank=True)
    function = models.CharField(_("function of the applicant"), max_length=150, blank=True)
    members = models.PositiveIntegerField(_("members"), null=True, blank=True)
    kinds = models.JSONField(_("kinds of members"), default=list, blank=True)
    regions = models.JSONField(_("regions"), default=list, blank=True)
    fields = models.JSONField(_("fields of work"), default=list, blank=True)
    contributes = models.TextField(_("contributes"), max_length=LONGEST_TEXT, blank=True)
    seeks = models.TextField(_("looks for"), max_length=LONGEST_TEXT, blank=True)
    languages = models.JSONField(_("languages"), default=list, blank=True)
    typed = models.JSONField(default=dict, blank=True, editable=False)
    created_at = models.DateTimeField(_("begun"), default=timezone.now)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("decided by"),
    )
    answer = models.TextField(_("answer of the operator"), max_length=LONGEST_TEXT, blank=True)
    cluster = models.OneToOneField(
        Cluster, on_delete=models.PROTECT, related_name="+", null=True, blank=True, verbose_name=_("cluster")
    )

    objects = ClusterApplicationQuerySet.as_manager()

    class Meta:
        verbose_name = _("application of a cluster")
        verbose_name_plural = _("applications of clusters")
        ordering = ["sent_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["applicant"],
                condition=Q(state__in=["draft", "sent", "asked"]),
                name="hanse_members_one_open_application",
            ),
            models.UniqueConstraint(
                fields=["entry"], condition=Q(state__in=["sent", "asked"]), name="hanse_members_one_claim"
            ),
        ]
        indexes = [models.Index(fields=["state", "sent_at"], name="hanse_members_applications")]

    def __str__(self) -> str:
        return self.name or str(_("Application of a cluster"))

    def get_absolute_url(self) -> str:
        return reverse("hanse_members:cluster_application", args=[self.uid])

    @property
    def is_changeable(self) -> bool:
        """The applicant may still write."""
        return self.state in (self.State.DRAFT, self.State.ASKED)
