"""What a mail provider tells by webhook: mails that came back, and answers to mails (django-anymail)."""

from __future__ import annotations

from anymail.signals import EventType, inbound, tracking

from hanse_activity.answers import take_in
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


def answered(sender, event, **kwargs) -> None:
    """A mail without an address of ours is the host's own affair."""
    recipient = event.message.envelope_recipient
    take_in(event.message, [recipient] if recipient else [])


def connect() -> None:
    inbound.connect(answered, dispatch_uid="hanse_site_mail_answers")
    tracking.connect(suppress, dispatch_uid="hanse_site_mail_tracking")
