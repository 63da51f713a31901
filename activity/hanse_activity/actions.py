"""Telling people, and marking as read."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db import models
from django.utils import timezone

from .blocks import blockers_of
from .kinds import notification_kinds
from .models import Notification
from .tasks import send_after_commit

Mail = Notification.Mail


def notify(
    kind: str, *, about: models.Model, recipients: Iterable[models.Model], by=None, **data: Any
) -> list[Notification]:
    """Tell ``recipients`` (people, ``by`` left out) of ``about``, in the transaction of what happened.

    Mails go out after commit. Who may not see ``about`` is told nothing, then and later: that is asked when the list
    is read and when the mail is sent, so recipients may be chosen generously. ``data`` takes codes and numbers only.
    Raises KeyError for a kind that nobody registered.
    """
    registered = notification_kinds[kind]
    now = timezone.now()
    ids = {person.pk for person in recipients} - {getattr(by, "pk", None)}
    if registered.personal and by is not None:
        ids -= set(blockers_of(by).values_list("person_id", flat=True))
    told = Notification.objects.bulk_create(
        Notification(
            recipient_id=id,
            kind=kind,
            object_id=about.pk,
            actor=by,
            data=data,
            created_at=now,
            mail=Mail.WAITING if registered.mailed else Mail.NONE,
            mail_changed_at=now,
        )
        for id in sorted(ids)
    )
    if registered.mailed:
        send_after_commit([notification.pk for notification in told], "notifications")
    return told


def mark_read(notifications: models.QuerySet[Notification]) -> int:
    """Returns how many were unread. Expects notifications of the person who reads."""
    return notifications.unread().update(read_at=timezone.now())
