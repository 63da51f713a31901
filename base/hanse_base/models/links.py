from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class LinkTokenQuerySet(models.QuerySet["LinkToken"]):
    @staticmethod
    def valid_q(now: datetime) -> Q:
        return Q(revoked_at=None, expires_at__gt=now, uses__lt=F("use_limit"))

    def valid(self) -> LinkTokenQuerySet:
        return self.filter(self.valid_q(timezone.now()))


class LinkToken(models.Model):
    """The key in a link that was sent to somebody. Only its digest is kept; see ``hanse_base.link_tokens``.

    What the link is for refers to its row, which has none to a person.
    """

    purpose = models.CharField(_("purpose"), max_length=60)
    digest = models.CharField(_("digest"), max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("created"), default=timezone.now)
    expires_at = models.DateTimeField(_("expires"), db_index=True)
    use_limit = models.PositiveSmallIntegerField(_("how often it can be used"), default=1)
    uses = models.PositiveSmallIntegerField(_("how often it was used"), default=0)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)

    objects = LinkTokenQuerySet.as_manager()

    class Meta:
        verbose_name = _("key of a link")
        verbose_name_plural = _("keys of links")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"
