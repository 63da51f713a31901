from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class BreakGlassQuerySet(models.QuerySet["BreakGlass"]):
    @staticmethod
    def open_q(now=None) -> Q:
        now = now or timezone.now()
        return Q(opened_at__lte=now, closes_at__gt=now, closed_early_at__isnull=True)

    def open(self, now=None) -> BreakGlassQuerySet:
        return self.filter(self.open_q(now))


class BreakGlass(models.Model):
    """An operator's look into a closed scope: a reason, 30 minutes, page views only, on record.

    Page views ask ``shortcuts.get_visible_or_404(…, page_view=True)``; lists, search, feeds, mails, files and exports
    never count it.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", verbose_name=_("operator")
    )
    kind = models.CharField(max_length=20)
    scope_id = models.PositiveBigIntegerField()
    reason = models.TextField(_("reason"))
    opened_at = models.DateTimeField(_("opened"), default=timezone.now)
    closes_at = models.DateTimeField(_("closes"))
    closed_early_at = models.DateTimeField(null=True, blank=True)

    objects = BreakGlassQuerySet.as_manager()

    class Meta:
        verbose_name = _("break-glass access")
        verbose_name_plural = _("break-glass accesses")
        indexes = [
            models.Index(fields=["person", "closes_at"], name="hanse_access_glass_person"),
            models.Index(fields=["kind", "scope_id", "-opened_at"], name="hanse_access_glass_scope"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.scope_id}"
