"""Telling people, and marking as read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from .blocks import blockers_of
from .choices import Plan, plan_mails
from .delivery import Delivery, Source
from .kinds import notification_kinds
from .live import announce
from .models import Notification
from .models.notifications import NotificationQuerySet
from .tasks import send_after_commit

Mail = Notification.Mail
#: people whose choices are read at once; databases bound what one query can name
SLICE = 1000


def notify(
    kind: str,
    *,
    about: models.Model,
    recipients: Iterable[models.Model],
    by=None,
    of: Source | Mapping[int, Collection[Source]] | None = None,
    **data: Any,
) -> list[Notification]:
    """Tell ``recipients`` (people, ``by`` left out) of ``about``, in the transaction of what happened.

    Mails go out after commit, as each person has chosen. Who may not see ``about`` is told nothing, then and later:
    that is asked when the list is read and when the mail is sent, so recipients may be chosen generously. ``of`` is the
    source to which the news belongs, such as a room; or the sources by id of each person, such as the topics that each
    one follows. ``data`` takes codes and numbers only. Raises KeyError for a kind that nobody registered.
    """
    registered = notification_kinds[kind]
    now = timezone.now()
    people = {person.pk: person for person in recipients}
    people.pop(getattr(by, "pk", None), None)
    if registered.personal and by is not None:
        for id in blockers_of(by).values_list("person_id", flat=True):
            people.pop(id, None)
    sources = {id: [of] for id in people} if isinstance(of, Source) else dict(of or {})
    plans: dict[int, Plan] = {}
    ids = sorted(people)
    for start in range(0, len(ids), SLICE):
        part = {id: people[id] for id in ids[start : start + SLICE]}
        plans |= plan_mails(registered, part, sources)
    told = Notification.objects.bulk_create(
        Notification(
            recipient_id=id,
            kind=kind,
            object_id=about.pk,
            actor=by,
            data=data,
            created_at=now,
            source=plan.source.name if plan.source else "",
            source_id=plan.source.id if plan.source else None,
            delivery=plan.delivery,
            mail=Mail.WAITING if _goes_now(plan) else Mail.NONE,
            mail_changed_at=now,
            mail_due_at=plan.due_at,
        )
        for id, plan in plans.items()
    )
    send_after_commit([row.pk for row in told if row.mail == Mail.WAITING], "notifications")
    announce(plans)
    return told


def _goes_now(plan: Plan) -> bool:
    return plan.delivery == Delivery.AT_ONCE and plan.due_at is None


@transaction.atomic
def mark_read(notifications: NotificationQuerySet) -> int:
    """Returns how many were unread. Expects notifications of the person who reads, or of several people."""
    unread = notifications.unread().locked()
    Notification.objects.filter(pk__in=[pk for pk, _person in unread]).update(read_at=timezone.now())
    announce(person for _pk, person in unread)
    return len(unread)
