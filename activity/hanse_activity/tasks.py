"""Sending mails: never twice, and never what the reader may not see at that moment."""

from __future__ import annotations

import logging
import smtplib
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django_tasks import task

from .models import Digest, MailSuppression, Notification, ReturnedAnswer
from .models.mailed import Mailed, MailState
from .outboxes import Outbox, outboxes

logger = logging.getLogger(__name__)

Mail = MailState
#: mails that one task sends; more of them are shared among tasks
BATCH = 50
MOST_TRIES = 8
FIRST_PAUSE = timedelta(minutes=5)
#: so many mails of an outbox are tried again in one run of the timed job; the others come with the next
MOST_AT_ONCE = 1000
#: after this a mail that is still "being sent" was interrupted; no mail server is waited for as long
INTERRUPTED_AFTER = timedelta(hours=1)
#: reply codes of a mail server from here on say that trying again is in vain (RFC 5321, 4.2.1)
PERMANENT = 500
DEFAULT_DAYS = 180
#: days for which answers that went back are known, and what was written in them
RETURNED_DAYS = 7


def send_after_commit(ids: Sequence[int], outbox: str) -> None:
    """Have the mails of these rows sent once the transaction is committed. They must be waiting."""
    for start in range(0, len(ids), BATCH):
        transaction.on_commit(partial(deliver.enqueue, list(ids[start : start + BATCH]), outbox))


@task()
def deliver(ids: list[int], outbox: str = "notifications") -> None:
    """Send the mails of these rows as far as they wait. May run twice: each mail is claimed by one run."""
    box = outboxes[outbox]
    for id in ids:
        claimed = box.rows().filter(pk=id, mail=Mail.WAITING).update(mail=Mail.SENDING, mail_changed_at=timezone.now())
        if claimed and (row := box.rows().filter(pk=id).first()):
            until = box.held_until(row)
            if until is not None:
                _set(box, id, Mail.NONE, mail_due_at=until)
            else:
                _set(box, id, _send(box, row))


def _send(box: Outbox, row: Mailed) -> MailState:
    """Whatever goes wrong with one mail does not keep the others of the batch from going out."""
    about = {"outbox": box.name, "row": row.pk}
    try:
        mail = box.write(row)
    except Exception:  # texts and targets are the plugins' own
        logger.exception("a mail could not be written", extra=about)
        return _try_later(row)
    if mail is None or MailSuppression.objects.covers(mail.to[0]):
        return Mail.LEFT_OUT
    try:
        return _hand_over(row, mail, about)
    except Exception:
        logger.exception("mail was interrupted", extra=about)
        return Mail.UNKNOWN


def _hand_over(row: Mailed, mail: EmailMultiAlternatives, about: dict) -> MailState:
    """Give a mail to the server. What it refused in so many words did not go out; after anything else nobody knows."""
    connection = mail.get_connection()
    try:
        connection.open()
    except OSError:  # smtplib's errors are OSErrors
        logger.exception("mail server cannot be reached", extra=about)
        return _try_later(row)
    try:
        connection.send_messages([mail])
    except smtplib.SMTPRecipientsRefused as refused:
        code = max((answer[0] for answer in refused.recipients.values()), default=0)
        if code < PERMANENT:
            return _try_later(row)
        MailSuppression.objects.suppress(mail.to[0])
        return Mail.LEFT_OUT
    except (smtplib.SMTPSenderRefused, smtplib.SMTPDataError):
        logger.exception("mail was refused", extra=about)
        return _try_later(row)
    except Exception:
        logger.exception("mail was interrupted", extra=about)
        return Mail.UNKNOWN
    finally:
        connection.close()
    return Mail.SENT


def _try_later(row: Mailed) -> MailState:
    row.mail_tries += 1
    row.save(update_fields=["mail_tries"])
    return Mail.WAITING if row.mail_tries < MOST_TRIES else Mail.LEFT_OUT


def _set(box: Outbox, id: int, mail: MailState, **more: datetime) -> None:
    box.rows().filter(pk=id, mail=Mail.SENDING).update(mail=mail, mail_changed_at=timezone.now(), **more)


def release_held() -> int:
    """Timed job: send what waited for the end of somebody's quiet hours. Returns how many are sent."""
    number = 0
    for box in outboxes:
        if box.held is None:
            continue
        due = box.held().filter(mail=Mail.NONE, mail_due_at__lte=timezone.now()).order_by("mail_due_at", "pk")
        ids = list(due.values_list("pk", flat=True)[:MOST_AT_ONCE])
        with transaction.atomic():
            due.filter(pk__in=ids).update(mail=Mail.WAITING, mail_due_at=None, mail_changed_at=timezone.now())
            send_after_commit(ids, box.name)
        number += len(ids)
    return number


def retry_mails() -> int:
    """Timed job: send again what a server did not take, with growing pauses. Returns how many are tried."""
    now = timezone.now()
    over = Q(pk__in=[])
    for tries in range(MOST_TRIES):
        over |= Q(mail_tries=tries, mail_changed_at__lte=now - FIRST_PAUSE * 2**tries)
    number = 0
    for box in outboxes:
        waiting = box.rows().filter(over, mail=Mail.WAITING).order_by("mail_changed_at", "pk")
        due = list(waiting.values_list("pk", flat=True)[:MOST_AT_ONCE])
        send_after_commit(due, box.name)
        number += len(due)
    return number


def report_interrupted() -> int:
    """Timed job: a mail whose sending never ended may have gone out or not; it is not sent again, and said."""
    before = timezone.now() - INTERRUPTED_AFTER
    lost = sum(
        box.rows().filter(mail=Mail.SENDING, mail_changed_at__lt=before).update(mail=Mail.UNKNOWN) for box in outboxes
    )
    if lost:
        logger.error("mails were interrupted while being sent", extra={"number": lost})
    return lost


def remove_old() -> int:
    """Timed job: notifications are for today; after HANSE_NOTIFICATION_DAYS they go. Returns their number."""
    before = timezone.now() - timedelta(days=getattr(settings, "HANSE_NOTIFICATION_DAYS", DEFAULT_DAYS))
    Digest.objects.filter(made_at__lt=before).delete()
    ReturnedAnswer.objects.filter(at__lt=timezone.now() - timedelta(days=RETURNED_DAYS)).delete()
    return Notification.objects.filter(created_at__lt=before).delete()[0]
