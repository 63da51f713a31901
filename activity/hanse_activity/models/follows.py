from __future__ import annotations

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class FollowQuerySet(models.QuerySet["Follow"]):
    def of(self, person) -> FollowQuerySet:
        return self.filter(person_id=person.pk)


class Follow(models.Model):
    """A person wants to hear of something. ``kind`` is the name of a registered kind, ``object_id`` its row."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="follows", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=60)
    object_id = models.PositiveBigIntegerField(_("number of the object"))
    created_at = models.DateTimeField(_("since"), default=timezone.now)

    objects = FollowQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "object_id"], name="hanse_activity_follow_once")
        ]
        indexes = [models.Index(fields=["kind", "object_id"], name="hanse_activity_followers")]

    def __str__(self) -> str:
        return f"{self.person_id} → {self.kind} {self.object_id}"
