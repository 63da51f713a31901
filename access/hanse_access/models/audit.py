from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _


class ActorKey(models.Model):
    """Pseudonym of a person in the audit trail.

    The trail refers to the key only. When a person deletes the account, ``erase_after`` is set, and the timed job
    "forget actors" then removes the reference to the person: the record stays, the name goes (design: privacy).
    """

    key = models.UUIDField(unique=True, default=uuid.uuid4, editable=False)
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+", verbose_name=_("person")
    )
    erase_after = models.DateTimeField(null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("pseudonym in the audit trail")
        verbose_name_plural = _("pseudonyms in the audit trail")
        indexes = [models.Index(fields=["erase_after"], name="hanse_access_actor_erase")]

    def __str__(self) -> str:
        return self.user.get_full_name() if self.user else str(_("Person no longer known"))


class AuditEvent(models.Model):
    """What somebody did. Append-only: database triggers refuse UPDATE and DELETE on SQLite and PostgreSQL.

    ``scope_kind`` and ``scope_id`` say to whose administration the event belongs, such as ("cluster", 3): its deciders
    may read it. ``data`` holds ids and codes, never names, titles or texts of people.
    """

    at = models.DateTimeField(_("when"), auto_now_add=True)
    actor = models.ForeignKey(
        ActorKey, on_delete=models.PROTECT, null=True, related_name="events", verbose_name=_("who")
    )
    verb = models.CharField(_("what"), max_length=60)
    object_type = models.CharField(_("kind of object"), max_length=100, blank=True)
    object_id = models.CharField(_("object"), max_length=64, blank=True)
    scope_kind = models.CharField(max_length=20, blank=True)
    scope_id = models.PositiveBigIntegerField(null=True)
    data = models.JSONField(_("details"), default=dict)

    class Meta:
        verbose_name = _("event of the audit trail")
        verbose_name_plural = _("audit trail")
        ordering = ["-pk"]
        indexes = [
            models.Index(fields=["scope_kind", "scope_id", "-id"], name="hanse_access_audit_scope"),
            models.Index(fields=["object_type", "object_id", "-id"], name="hanse_access_audit_object"),
            models.Index(fields=["verb", "-id"], name="hanse_access_audit_verb"),
        ]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.verb}"
