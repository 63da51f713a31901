from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanse_activity.blocks import blocked_ids
from hanse_base.models import LinkToken

from .profiles import ProfileField


class FieldReleaseQuerySet(models.QuerySet["FieldRelease"]):
    @staticmethod
    def in_force_q(prefix: str = "") -> Q:
        """Opens the field to whom it was released."""
        running = Q(**{f"{prefix}expires_at__isnull": True}) | Q(**{f"{prefix}expires_at__gt": timezone.now()})
        return Q(**{f"{prefix}state": FieldRelease.State.RELEASED}) & running

    def in_force(self) -> FieldReleaseQuerySet:
        return self.filter(self.in_force_q())

    def waiting(self) -> FieldReleaseQuerySet:
        """Questions to answer. A field that was emptied meanwhile has nothing to be asked for."""
        return self.filter(state=FieldRelease.State.ASKED, field__is_filled=True)

    def of_owner(self, person) -> FieldReleaseQuerySet:
        return self.filter(field__profile__person_id=person.pk)

    def reaching(self, person) -> FieldReleaseQuerySet:
        """Of the owner, without questions from people whom they block."""
        return self.of_owner(person).exclude(state=FieldRelease.State.ASKED, person__in=blocked_ids(person))

    def by(self, person) -> FieldReleaseQuerySet:
        """To this person, or asked for by them."""
        return self.filter(person_id=person.pk)


class FieldRelease(models.Model):
    """A field of a profile for one reader: asked for, released, declined, taken back.

    To a ``person`` with an account, or to an ``outsider``, a name, who reads it by a link with the key ``token``. A row
    tells what became of one question; who asks again gets a new one, so all stay on record.
    """

    class State(models.TextChoices):
        ASKED = "asked", _("asked for")
        RELEASED = "released", _("released")
        DECLINED = "declined", _("declined")
        REVOKED = "revoked", _("taken back")

    field = models.ForeignKey(ProfileField, on_delete=models.CASCADE, related_name="releases", verbose_name=_("field"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        related_name="+",
        null=True,
        verbose_name=_("person"),
    )
    outsider = models.CharField(_("name of the reader"), max_length=150, blank=True)
    token = models.OneToOneField(LinkToken, on_delete=models.SET_NULL, related_name="+", null=True, editable=False)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ASKED)
    message = models.TextField(_("message"), max_length=500, blank=True)
    answer = models.TextField(_("answer"), max_length=500, blank=True)
    made_at = models.DateTimeField(_("asked for or released"), default=timezone.now)
    decided_at = models.DateTimeField(_("decided"), null=True)
    expires_at = models.DateTimeField(_("expires"), null=True)
    read_at = models.DateTimeField(_("last read"), null=True)

    objects = FieldReleaseQuerySet.as_manager()

    class Meta:
        verbose_name = _("release of a field")
        verbose_name_plural = _("releases of fields")
        ordering = ["-made_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.CheckConstraint(
                condition=Q(person__isnull=False, outsider="") | (Q(person__isnull=True) & ~Q(outsider="")),
                name="hanse_members_release_to_one",
            ),
            models.UniqueConstraint(
                fields=["field", "person"],
                condition=Q(state__in=["asked", "released"]),
                name="hanse_members_released_once",
            ),
        ]
        indexes = [models.Index(fields=["person", "state"], name="hanse_members_release_by_state")]

    def __str__(self) -> str:
        return f"{self.field_id}: {self.get_state_display()}"

    @property
    def is_in_force(self) -> bool:
        """Mirrors ``in_force_q`` for one row."""
        return self.state == self.State.RELEASED and (self.expires_at is None or self.expires_at > timezone.now())
