from __future__ import annotations

from django.db import models
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _


def address_key(address: str) -> str:
    """What stands for an address in the list of suppressed ones, which so holds no addresses itself."""
    return salted_hmac("hanse_activity.suppression", address.strip().lower(), algorithm="sha256").hexdigest()


class MailSuppressionManager(models.Manager["MailSuppression"]):
    def covers(self, address: str) -> bool:
        return self.filter(key=address_key(address)).exists()

    def suppress(self, address: str, reason: str = "bounced") -> None:
        """No more notifications by mail to this address, until its owner asks for them again."""
        self.get_or_create(key=address_key(address), defaults={"reason": reason})

    def resume(self, address: str) -> None:
        """The owner says that the address works."""
        self.filter(key=address_key(address)).delete()


class MailSuppression(models.Model):
    """An address whose mails came back, or whose owner called them spam: it gets no further notifications by mail."""

    class Reason(models.TextChoices):
        BOUNCED = "bounced", _("came back")
        COMPLAINED = "complained", _("called spam by its reader")

    key = models.CharField(max_length=64, unique=True, editable=False)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason)
    since = models.DateTimeField(_("since"), default=timezone.now)

    objects = MailSuppressionManager()

    class Meta:
        verbose_name = _("suppressed address")
        verbose_name_plural = _("suppressed addresses")

    def __str__(self) -> str:
        return f"{self.key[:8]} {self.reason}"
