from __future__ import annotations

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..delivery import Delivery
from .mailed import UNDER_WAY, Timed

#: in the place of a kind: all that come in a digest and have no line of their own, also those of later plugins
OTHERS = "*"


class DeliveryChoiceQuerySet(models.QuerySet["DeliveryChoice"]):
    def of(self, person) -> DeliveryChoiceQuerySet:
        return self.filter(person_id=person.pk)


class DeliveryChoice(models.Model):
    """How a person wants mails: about one kind of notification, or about what comes from one source such as a topic."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="delivery_choices", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=60, blank=True)
    source = models.CharField(_("source"), max_length=60, blank=True)
    source_id = models.PositiveBigIntegerField(_("number of the source"), default=0)
    delivery = models.CharField(_("mails"), max_length=10, choices=Delivery)

    objects = DeliveryChoiceQuerySet.as_manager()

    class Meta:
        verbose_name = _("choice of mails")
        verbose_name_plural = _("choices of mails")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["person", "kind", "source", "source_id"], name="hanse_activity_delivery_chosen_once"
            ),
            models.CheckConstraint(
                condition=Q(~Q(source=""), kind="") | Q(~Q(kind=""), source="", source_id=0),
                name="hanse_activity_delivery_of_kind_or_source",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.kind or f'{self.source} {self.source_id}'} {self.delivery}"


class QuietHours(models.Model):
    """When a person gets no mail of ours: from one time of day until another, in the person's time zone."""

    person = models.OneToOneField(
        settings.AUTH_USER_MODEL,
        on_delete=models.CASCADE,
        primary_key=True,
        related_name="+",
        verbose_name=_("person"),
    )
    starts = models.TimeField(_("from"))
    ends = models.TimeField(_("until"))

    class Meta:
        verbose_name = _("quiet hours")
        verbose_name_plural = _("quiet hours")
        default_permissions = ()
        constraints = [
            models.CheckConstraint(condition=~Q(starts=models.F("ends")), name="hanse_activity_quiet_hours_end")
        ]

    def __str__(self) -> str:
        return f"{self.person_id}: {self.starts:%H:%M}-{self.ends:%H:%M}"


class Digest(Timed):
    """The one mail of a day or a week to one person; ``notifications`` are what it was made for."""

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="digests", verbose_name=_("person")
    )
    period = models.CharField(_("period"), max_length=10, choices=Delivery)
    day = models.DateField(_("day"), help_text=_("In the time zone of the person."))
    made_at = models.DateTimeField(_("made"), default=timezone.now)

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["person", "period", "day"], name="hanse_activity_one_digest_a_day")
        ]
        indexes = [
            models.Index(fields=["mail", "mail_changed_at"], condition=UNDER_WAY, name="hanse_activity_digests_on"),
            models.Index(
                fields=["mail_due_at"],
                condition=Q(mail_due_at__isnull=False),
                name="hanse_activity_digests_held",
            ),
            models.Index(fields=["made_at"], name="hanse_activity_digest_age"),
        ]

    def __str__(self) -> str:
        return f"{self.period} {self.day} → {self.person_id}"
