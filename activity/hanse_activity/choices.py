"""What people chose about mails, and what follows from it for one notification."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, time
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from hanse_base.zones import zone_of

from .delivery import Delivery, Source
from .kinds import NotificationKind, notification_kinds
from .models import DeliveryChoice, Notification, QuietHours
from .models.delivery import OTHERS
from .tasks import send_after_commit
from .times import end_of_quiet, next_morning

if TYPE_CHECKING:
    from django.db.models import QuerySet

SOONEST_FIRST = list(Delivery)


@dataclass
class Choices:
    """All that one person chose: by name of a kind, and by source. What is not here comes as its kind says."""

    kinds: dict[str, Delivery] = field(default_factory=dict)
    sources: dict[Source, Delivery] = field(default_factory=dict)

    @classmethod
    def of(cls, person) -> Choices:
        return choices_of(DeliveryChoice.objects.of(person)).get(person.pk, cls())

    @property
    def others(self) -> Delivery:
        return self.kinds.get(OTHERS, Delivery.DAILY)

    def of_kind(self, kind: NotificationKind) -> Delivery:
        chosen = self.kinds.get(kind.name)
        if chosen is None:
            chosen = self.others if OTHERS in self.kinds and kind.delivery.is_digest else kind.delivery
        return kind.delivery if kind.required and chosen == Delivery.OFF else chosen

    def of_news(self, kind: NotificationKind, of: Collection[Source]) -> tuple[Delivery, Source | None]:
        """How news of this kind come that belong to all of these sources, and the source by which they come so.

        What was chosen for a source counts before what was chosen for the kind; of several the soonest.
        """
        if not of:
            return self.of_kind(kind), None
        found = [(self._of_source(kind, source), source) for source in of]
        return min(found, key=lambda pair: SOONEST_FIRST.index(pair[0]))

    def _of_source(self, kind: NotificationKind, source: Source) -> Delivery:
        chosen = None if kind.addressed else self.sources.get(source)
        if chosen is None or (kind.required and chosen == Delivery.OFF):
            return self.of_kind(kind)
        return chosen


def choices_of(rows: QuerySet[DeliveryChoice]) -> dict[int, Choices]:
    """The choices in these rows by person: one query."""
    found: dict[int, Choices] = {}
    for person, kind, name, id, delivery in rows.values_list("person_id", "kind", "source", "source_id", "delivery"):
        choices = found.setdefault(person, Choices())
        if kind:
            choices.kinds[kind] = Delivery(delivery)
        else:
            choices.sources[Source(name, id)] = Delivery(delivery)
    return found


@dataclass(frozen=True)
class Plan:
    """How one person gets one mail. ``due_at`` is when it may come; None for at once, and for no mail."""

    delivery: Delivery
    source: Source | None
    due_at: datetime | None


def plan_mails(
    kind: NotificationKind, people: Mapping[int, Any], of: Mapping[int, Collection[Source]]
) -> dict[int, Plan]:
    """For each of these people (by id) the plan for news of this kind; ``of`` are the sources by person.

    Three queries at most, however many people there are.
    """
    named: dict[str, set[int]] = {}
    for source in {source for several in of.values() for source in several}:
        named.setdefault(source.name, set()).add(source.id)
    lines = Q(kind__in=[kind.name, OTHERS])
    for name, ids in named.items():
        lines |= Q(source=name, source_id__in=ids)
    chosen = choices_of(DeliveryChoice.objects.filter(lines, person__in=people))
    quiet = quiet_hours_of(people)
    now = timezone.now()
    plans = {}
    for id, person in people.items():
        delivery, source = chosen.get(id, Choices()).of_news(kind, of.get(id, ()))
        plans[id] = Plan(delivery, source, due_at(delivery, person, quiet.get(id), now))
    return plans


def quiet_hours_of(people: Iterable[int]) -> dict[int, tuple[time, time]]:
    rows = QuietHours.objects.filter(person__in=list(people)).values_list("person_id", "starts", "ends")
    return {person: (starts, ends) for person, starts, ends in rows}


def due_at(delivery: Delivery, person, quiet: tuple[time, time] | None, now: datetime) -> datetime | None:
    zone = zone_of(person)
    if delivery.is_digest:
        return next_morning(delivery, now, zone)
    if delivery == Delivery.AT_ONCE and quiet is not None:
        return end_of_quiet(*quiet, now, zone)
    return None


def quiet_until(person) -> datetime | None:
    """When this person's quiet hours are over, if it has some and they are now."""
    quiet = quiet_hours_of([person.pk]).get(person.pk)
    return end_of_quiet(*quiet, timezone.now(), zone_of(person)) if quiet is not None else None


@transaction.atomic
def choose(
    person,
    *,
    kinds: Mapping[str, Delivery] | None = None,
    of_sources: Mapping[Source, Delivery | None] | None = None,
) -> None:
    """Store choices, by name of a kind (or OTHERS) and by source (None: as the kind), and plan anew what waits.

    Kinds that are not named keep what was chosen for them. Raises KeyError for a kind that nobody registered, and
    ValueError for no mail about a kind that is required.
    """
    for name, delivery in (kinds or {}).items():
        if name != OTHERS and notification_kinds[name].required and delivery == Delivery.OFF:
            raise ValueError(f"{name} is required")
    rows = [DeliveryChoice(person=person, kind=name, delivery=chosen) for name, chosen in (kinds or {}).items()]
    dropped = Q(pk__in=[])
    for source, chosen in (of_sources or {}).items():
        if chosen is None:
            dropped |= Q(source=source.name, source_id=source.id)
        else:
            rows.append(DeliveryChoice(person=person, source=source.name, source_id=source.id, delivery=chosen))
    DeliveryChoice.objects.of(person).filter(dropped).delete()
    DeliveryChoice.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["person", "kind", "source", "source_id"],
        update_fields=["delivery"],
    )
    plan_again(person)


@transaction.atomic
def keep_quiet(person, hours: tuple[time, time] | None) -> None:
    """No mails from the one time of day until the other, which differ; None: at any time."""
    if hours is None:
        QuietHours.objects.filter(person=person).delete()
    else:
        QuietHours.objects.update_or_create(person=person, defaults={"starts": hours[0], "ends": hours[1]})
    plan_again(person)


def plan_again(person) -> None:
    """What the person was told and has no mail about yet comes as it is chosen now. In the caller's transaction."""
    choices, quiet = Choices.of(person), quiet_hours_of([person.pk]).get(person.pk)
    now = timezone.now()
    held = Notification.objects.of(person).held()
    held.locked()
    for name, source, source_id in held.order_by().values_list("kind", "source", "source_id").distinct():
        if name not in notification_kinds:
            continue
        of = [Source(source, source_id)] if source and source_id is not None else []
        delivery, _source = choices.of_news(notification_kinds[name], of)
        due = due_at(delivery, person, quiet, now)
        _plan(held.filter(kind=name, source=source, source_id=source_id), delivery, due, now)


def _plan(rows: QuerySet[Notification], delivery: Delivery, due: datetime | None, now: datetime) -> None:
    if delivery == Delivery.AT_ONCE and due is None:
        ids = list(rows.values_list("pk", flat=True))
        mail = Notification.Mail.WAITING
        rows.filter(pk__in=ids).update(mail=mail, delivery=delivery, mail_due_at=None, mail_changed_at=now)
        send_after_commit(ids, "notifications")
    else:
        rows.update(delivery=delivery, mail_due_at=due)
