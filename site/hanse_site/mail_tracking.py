"""What a mail provider tells by webhook of mails that came back (django-anymail)."""

from __future__ import annotations

from anymail.signals import EventType, tracking

from hanse_activity.models import MailSuppression

Reason = MailSuppression.Reason
#: "rejected" is the provider's own list of addresses that failed before
REASONS = {
    EventType.BOUNCED: Reason.BOUNCED,
    EventType.REJECTED: Reason.BOUNCED,
    EventType.COMPLAINED: Reason.COMPLAINED,
}


def suppress(sender, event, **kwargs) -> None:
    if event.recipient and event.event_type in REASONS:
        MailSuppression.objects.suppress(event.recipient, REASONS[event.event_type])


def connect() -> None:
    tracking.connect(suppress, dispatch_uid="hanse_site_mail_tracking")
