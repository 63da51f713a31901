from __future__ import annotations

from typing import NamedTuple

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Body(NamedTuple):
    """What follows by those in charge of it: the name of a kind of bodies, such as "organisations", and its number."""

    name: str
    id: int


class FollowQuerySet(models.QuerySet["Follow"]):
    def of(self, person) -> FollowQuerySet:
        return self.filter(person_id=person.pk)

    def of_body(self, body: Body) -> FollowQuerySet:
        return self.filter(body=body.name, body_id=body.id)


class Follow(models.Model):
    """Somebody wants to hear of something. ``kind`` is the name of a registered kind, ``object_id`` its row.

    Either a ``person``, or for a body such as an organisation those in charge of it: ``body`` is the name of a
    registered kind of bodies, ``body_id`` its row.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="follows",
        null=True,
        verbose_name=_("person"),
    )
    body = models.CharField(_("kind of body"), max_length=60, blank=True, default="")
    body_id = models.PositiveBigIntegerField(_("number of the body"), null=True)
    kind = models.CharField(_("kind"), max_length=60)
    object_id = models.PositiveBigIntegerField(_("number of the object"))
    created_at = models.DateTimeField(_("since"), default=timezone.now)

    objects = FollowQuerySet.as_manager()

    class Meta:
        verbose_name = _("follow")
        verbose_name_plural = _("follows")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["person", "kind", "object_id"], name="hanse_activity_follow_once"),
            models.UniqueConstraint(
                fields=["body", "body_id", "kind", "object_id"],
                condition=~Q(body=""),
                name="hanse_activity_body_follows_once",
            ),
            models.CheckConstraint(
                condition=Q(person__isnull=False, body="", body_id__isnull=True)
                | (Q(person__isnull=True, body_id__isnull=False) & ~Q(body="")),
                name="hanse_activity_follow_of_one",
            ),
        ]
        indexes = [models.Index(fields=["kind", "object_id"], name="hanse_activity_followers")]

    def __str__(self) -> str:
        return f"{self.body}{self.person_id or self.body_id} → {self.kind} {self.object_id}"
