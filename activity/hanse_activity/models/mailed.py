from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class MailState(models.TextChoices):
    """What became of a mail."""

    NONE = "none", _("no mail")
    WAITING = "waiting", _("waiting")
    SENDING = "sending", _("being sent")
    SENT = "sent", _("sent")
    UNKNOWN = "unknown", _("interrupted, perhaps sent")
    LEFT_OUT = "left_out", _("left out")


#: rows whose mail is not done with; for a partial index on ``mail`` and ``mail_changed_at``
UNDER_WAY = Q(mail__in=["waiting", "sending"])


class Mailed(models.Model):
    """A row with which a mail goes out, sent by an outbox (``hanse_activity.outboxes``)."""

    Mail = MailState

    mail = models.CharField(_("mail"), max_length=10, choices=MailState, default=MailState.NONE)
    mail_tries = models.PositiveSmallIntegerField(_("tries to send"), default=0)
    mail_changed_at = models.DateTimeField(_("mail changed"), null=True)

    class Meta:
        abstract = True


class Timed(Mailed):
    """A row whose mail may have to wait: ``mail_due_at`` says until when; ``mail`` is "none" so long."""

    mail_due_at = models.DateTimeField(_("mail waits until"), null=True)

    class Meta:
        abstract = True
