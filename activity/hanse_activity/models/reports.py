from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanse_access.operators import may

if TYPE_CHECKING:
    from hanse_access.viewer import Viewer

#: characters of a reason, of a statement, and of the copy of what was reported
LONGEST_REASON, LONGEST_COPY = 1000, 6000
DECIDES_ANYWHERE = "hanse_activity.change_report"


class ReportQuerySet(models.QuerySet["Report"]):
    def open(self) -> ReportQuerySet:
        return self.filter(state=Report.State.OPEN)

    def of(self, person) -> ReportQuerySet:
        return self.filter(reporter_id=person.pk)

    def about(self, kind: str, object_id: int) -> ReportQuerySet:
        return self.filter(kind=kind, object_id=object_id)

    def decided_by(self, viewer: Viewer) -> ReportQuerySet:
        """Those that this viewer decides: of the own scopes, operators all; never one's own, made or suffered."""
        if viewer.user is None:
            return self.none()
        mine = Q(pk__in=[])
        for kind, ids in viewer.decides.items():
            mine |= Q(scope_kind=kind, scope_id__in=ids)
        if may(viewer.user, DECIDES_ANYWHERE):
            mine = ~Q(pk__in=[])
        own = Q(author=viewer.user_id) | Q(reporter=viewer.user_id)
        return self.filter(mine).exclude(own)


class Report(models.Model):
    """Somebody thinks that a thing should not be shown. Holds a copy of what the reporter saw.

    ``kind`` is the name of a registered ``Reportable``, ``object_id`` its row, ``author`` whose it is. The deciders of
    the scope (kind and id) decide, and operators; where there is no scope, they alone. The reporter is named to nobody
    but them.
    """

    class State(models.TextChoices):
        OPEN = "open", _("not decided yet")
        DISMISSED = "dismissed", _("stays as it is")
        WITHHELD = "withheld", _("not shown any more")
        SHOWN_AGAIN = "shown_again", _("shown again")

    class Category(models.TextChoices):
        OFFENSIVE = "offensive", _("Insulting or hateful")
        UNTRUE = "untrue", _("Untrue or misleading")
        SECRET = "secret", _("Tells something confidential")
        UNLAWFUL = "unlawful", _("Breaks the law or somebody's rights")
        ADVERTISING = "advertising", _("Advertising")
        OTHER = "other", _("Something else")

    kind = models.CharField(_("kind"), max_length=60)
    object_id = models.PositiveBigIntegerField(_("number of the object"))
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, verbose_name=_("author")
    )
    #: otherwise nobody is told the author, not even those who decide
    author_named = models.BooleanField(default=True, editable=False)
    reporter = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, verbose_name=_("reported by")
    )
    category = models.CharField(_("what is wrong"), max_length=12, choices=Category)
    reason = models.TextField(_("reason"), max_length=LONGEST_REASON, blank=True)
    copy = models.TextField(_("what the reporter saw"), max_length=LONGEST_COPY, blank=True)
    scope_kind = models.CharField(max_length=40, blank=True, editable=False)
    scope_id = models.PositiveBigIntegerField(null=True, editable=False)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.OPEN)
    statement = models.TextField(_("statement of reasons"), max_length=LONGEST_REASON, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, verbose_name=_("decided by")
    )
    made_at = models.DateTimeField(_("reported"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True)

    objects = ReportQuerySet.as_manager()

    class Meta:
        verbose_name = _("report")
        verbose_name_plural = _("reports")
        ordering = ["made_at", "pk"]
        default_permissions = ("change",)
        constraints = [
            models.UniqueConstraint(
                fields=["kind", "object_id", "reporter"], condition=Q(state="open"), name="hanse_activity_reported_once"
            )
        ]
        indexes = [
            models.Index(fields=["scope_kind", "scope_id", "state"], name="hanse_activity_report_queue"),
            models.Index(fields=["kind", "object_id"], name="hanse_activity_report_about"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.object_id}: {self.get_category_display()}"

    @property
    def author_name(self) -> str:
        """For those who decide; empty where the account is gone or the author is not to be known."""
        return self.author.get_full_name() if self.author and self.author_named else ""


class BlockQuerySet(models.QuerySet["Block"]):
    def by(self, person) -> BlockQuerySet:
        return self.filter(person_id=person.pk)


class Block(models.Model):
    """A person wants to hear nothing from another one, who is not told."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="blocks", verbose_name=_("person")
    )
    blocked = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("blocked person")
    )
    #: as it was then: what became of the name since is not for who blocks
    name = models.CharField(_("name"), max_length=310, default="")
    made_at = models.DateTimeField(_("since"), default=timezone.now)

    objects = BlockQuerySet.as_manager()

    class Meta:
        verbose_name = _("block")
        verbose_name_plural = _("blocks")
        default_permissions = ()
        ordering = ["-made_at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["person", "blocked"], name="hanse_activity_blocked_once"),
            models.CheckConstraint(condition=~Q(person=models.F("blocked")), name="hanse_activity_blocks_another"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.blocked_id}"
