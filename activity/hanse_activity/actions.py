"""Telling people, and marking as read."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from .blocks import blockers_of
from .choices import Plan, plan_mails
from .delivery import Delivery, Source
from .kinds import NotificationKind, notification_kinds
from .live import announce
from .models import Notification
from .models.notifications import PAUSE, NotificationQuerySet
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
    plans = _plans(registered, _to_tell(registered, recipients, by), of)
    now = timezone.now()
    told = Notification.objects.bulk_create(
        Notification(recipient_id=id, kind=kind, object_id=about.pk, actor=by, data=data, **_planned(plan, now))
        for id, plan in plans.items()
    )
    send_after_commit([row.pk for row in told if row.mail == Mail.WAITING], "notifications")
    announce(plans)
    return told


def notify_until_read(
    kind: str,
    *,
    about: models.Model,
    recipients: Iterable[models.Model],
    by=None,
    of: Source | Mapping[int, Collection[Source]] | None = None,
    **data: Any,
) -> list[Notification]:
    """As ``notify``, for what goes on and on, such as a talk: each person has one notice of it until they read it.

    Whose notice waits for its mail is told nothing more: the mail says what is there when it is written. Once that has
    gone out and the notice is unread still, it stands on top again, with the ``data`` of now, and the next mail comes
    as the person chose: in the next digest, or at once, then an hour after the last one at the soonest.
    """
    registered = notification_kinds[kind]
    people = _to_tell(registered, recipients, by)
    if not people:
        return []
    unread = Notification.objects.unread().filter(kind=kind, object_id=about.pk, recipient__in=list(people))
    told = set(unread.values_list("recipient", flat=True))
    spent = list(unread.spent().select_for_update(of=("self",)).order_by("pk")) if told else []
    plans = _plans(registered, {row.recipient_id: people[row.recipient_id] for row in spent}, of)
    now = timezone.now()
    for row in spent:
        soonest = row.mail_changed_at + PAUSE if row.mail_changed_at and row.mail != Mail.NONE else now
        anew = {"actor": by, "data": data, "digest": None, "mail_tries": 0}
        anew |= _planned(plans[row.recipient_id], now, soonest)
        for name, value in anew.items():
            setattr(row, name, value)
    if spent:
        Notification.objects.bulk_update(spent, list(anew), batch_size=SLICE)
    send_after_commit([row.pk for row in spent if row.mail == Mail.WAITING], "notifications")
    announce(plans)
    new = [person for id, person in people.items() if id not in told]
    return [*spent, *notify(kind, about=about, recipients=new, by=by, of=of, **data)] if new else spent


def already_told(kind: str, about: models.Model) -> models.QuerySet:
    """Numbers of those whom ``notify_until_read`` would tell nothing more of this at present, as a subquery.

    To leave them out of the recipients beforehand; in a talk that is nearly always everybody.
    """
    unread = Notification.objects.unread().filter(kind=kind, object_id=about.pk)
    return unread.exclude(pk__in=unread.spent().order_by().values("pk")).order_by().values("recipient")


def _to_tell(kind: NotificationKind, recipients: Iterable[models.Model], by) -> dict[int, models.Model]:
    people = {person.pk: person for person in recipients}
    people.pop(getattr(by, "pk", None), None)
    if people and kind.personal and by is not None:
        for id in blockers_of(by).values_list("person_id", flat=True):
            people.pop(id, None)
    return people


def _plans(
    kind: NotificationKind,
    people: Mapping[int, models.Model],
    of: Source | Mapping[int, Collection[Source]] | None,
) -> dict[int, Plan]:
    sources = {id: [of] for id in people} if isinstance(of, Source) else dict(of or {})
    plans: dict[int, Plan] = {}
    ids = sorted(people)
    for start in range(0, len(ids), SLICE):
        plans |= plan_mails(kind, {id: people[id] for id in ids[start : start + SLICE]}, sources)
    return plans


def _planned(plan: Plan, now: datetime, soonest: datetime | None = None) -> dict[str, Any]:
    """What of a notification follows from the plan for its mail. ``soonest``: what comes at once waits until then."""
    due = plan.due_at
    if plan.delivery == Delivery.AT_ONCE and soonest is not None and soonest > now:
        due = max(soonest, due or soonest)
    goes_now = plan.delivery == Delivery.AT_ONCE and due is None
    return {
        "created_at": now,
        "source": plan.source.name if plan.source else "",
        "source_id": plan.source.id if plan.source else None,
        "delivery": plan.delivery,
        "mail": Mail.WAITING if goes_now else Mail.NONE,
        "mail_changed_at": now,
        "mail_due_at": due,
    }


def mark_read(notifications: NotificationQuerySet) -> int:
    """Returns how many were unread. Expects notifications of the person who reads, or of several people."""
    with transaction.atomic(savepoint=False):  # what is read with a message stands or falls with it
        unread = notifications.unread().locked()
        if unread:
            Notification.objects.filter(pk__in=[pk for pk, _person in unread]).update(read_at=timezone.now())
            announce(person for _pk, person in unread)
    return len(unread)
