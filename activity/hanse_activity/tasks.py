"""Sending the mails of notifications: never twice, and never what the reader may not see at that moment."""

from __future__ import annotations

import logging
import smtplib
from datetime import timedelta
from functools import partial

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone
from django_tasks import task

from hanse_access.viewer import Viewer

from .kinds import notification_kinds
from .mails import notification_mail
from .models import MailSuppression, Notification

logger = logging.getLogger(__name__)

Mail = Notification.Mail
MOST_TRIES = 8
FIRST_PAUSE = timedelta(minutes=5)
#: after this a mail that is still "being sent" was interrupted; no mail server is waited for as long
INTERRUPTED_AFTER = timedelta(hours=1)
#: reply codes of a mail server from here on say that trying again is in vain (RFC 5321, 4.2.1)
PERMANENT = 500
DEFAULT_DAYS = 180


@task()
def deliver(ids: list[int]) -> None:
    """Send the mails of these notifications as far as they wait. May run twice: each mail is claimed by one run."""
    for id in ids:
        claimed = Notification.objects.filter(pk=id, mail=Mail.WAITING).update(
            mail=Mail.SENDING, mail_changed_at=timezone.now()
        )
        if claimed:
            _set(id, _send(Notification.objects.select_related("recipient", "actor").get(pk=id)))


def _send(notification: Notification) -> Mail:
    person = notification.recipient
    if not person.is_active or notification.kind not in notification_kinds or notification.read_at:
        return Mail.LEFT_OUT
    if MailSuppression.objects.covers(person.email):
        return Mail.LEFT_OUT
    kind = notification_kinds[notification.kind]
    viewer = Viewer.of(person)
    target = kind.targets(viewer).filter(pk=notification.object_id).first()
    if target is None:
        return Mail.LEFT_OUT
    return _hand_over(notification, notification_mail(notification, kind, target, viewer))


def _hand_over(notification: Notification, mail: EmailMultiAlternatives) -> Mail:
    """Give a mail to the server. What it refused in so many words did not go out; after anything else nobody knows."""
    connection = mail.get_connection()
    try:
        connection.open()
    except OSError:  # smtplib's errors are OSErrors
        logger.exception("mail server cannot be reached", extra={"notification": notification.pk})
        return _try_later(notification)
    try:
        connection.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as refused:
        code = max((answer[0] for answer in refused.recipients.values()), default=0)
        if code < PERMANENT:
            return _try_later(notification)
        MailSuppression.objects.suppress(notification.recipient.email)
        return Mail.LEFT_OUT
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError):
        logger.exception("mail was refused", extra={"notification": notification.pk})
        return _try_later(notification)
    except Exception:
        logger.exception("mail was interrupted", extra={"notification": notification.pk})
        return Mail.UNKNOWN
    finally:
        connection.close()
    return Mail.SENT


def _try_later(notification: Notification) -> Mail:
    notification.mail_tries += 1
    notification.save(update_fields=["mail_tries"])
    return Mail.WAITING if notification.mail_tries < MOST_TRIES else Mail.LEFT_OUT


def _set(id: int, mail: Mail) -> None:
    Notification.objects.filter(pk=id, mail=Mail.SENDING).update(mail=mail, mail_changed_at=timezone.now())


def retry_mails() -> int:
    """Timed job: send again what a server did not take, with growing pauses. Returns how many are tried."""
    now = timezone.now()
    due = [
        pk
        for pk, tries, since in Notification.objects.filter(mail=Mail.WAITING).values_list(
            "pk", "mail_tries", "mail_changed_at"
        )[:1000]
        if since + FIRST_PAUSE * 2**tries <= now
    ]
    for start in range(0, len(due), 50):
        transaction.on_commit(partial(deliver.enqueue, due[start : start + 50]))
    return len(due)


def report_interrupted() -> int:
    """Timed job: a mail whose sending never ended may have gone out or not; it is not sent again, and said."""
    lost = Notification.objects.filter(
        mail=Mail.SENDING, mail_changed_at__lt=timezone.now() - INTERRUPTED_AFTER
    ).update(mail=Mail.UNKNOWN)
    if lost:
        logger.error("mails were interrupted while being sent", extra={"number": lost})
    return lost


def remove_old() -> int:
    """Timed job: notifications are for today; after HANSE_NOTIFICATION_DAYS they go. Returns their number."""
    days = getattr(settings, "HANSE_NOTIFICATION_DAYS", DEFAULT_DAYS)
    return Notification.objects.filter(created_at__lt=timezone.now() - timedelta(days=days)).delete()[0]
