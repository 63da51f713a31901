"""Digests: one mail to each person and period, with what is still new and may still be seen when it is sent."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from hanse_access.viewer import Viewer
from hanse_base.zones import zone_of

from .choices import Choices, quiet_until
from .delivery import Delivery, Source, sources
from .kinds import NotificationKind, notification_kinds
from .mails import Line, MailContent, Section, build_mail
from .models import Digest, Notification
from .stops import Stop
from .tasks import BATCH, send_after_commit
from .times import MORNING, next_morning
from .writing import language_of

if TYPE_CHECKING:
    from django.core.mail import EmailMultiAlternatives

logger = logging.getLogger(__name__)

#: notifications that one digest looks at, and lines that it has at most; more of it is on the platform
MOST_READ, MOST_LINES = 500, 60


def gather_digests() -> int:
    """Timed job: make the digests that are due. Returns how many.

    May run twice, also at the same time: the row of a digest is unique for person, period and day, each notification
    goes into one digest by a conditional update, and the mail is claimed when it is sent.
    """
    now = timezone.now()
    due = Notification.objects.held().filter(mail_due_at__lte=now, delivery__in=[Delivery.DAILY, Delivery.WEEKLY])
    pairs = list(due.order_by("recipient_id", "delivery").values_list("recipient_id", "delivery").distinct())
    number = 0
    for start in range(0, len(pairs), BATCH):
        part = pairs[start : start + BATCH]
        people = get_user_model()._default_manager.in_bulk([person for person, _period in part])
        with transaction.atomic():
            found = (_gather(people[person], Delivery(period), now) for person, period in part if person in people)
            made = [digest.pk for digest in found if digest is not None]
            send_after_commit(made, "digests")
        number += len(made)
    return number


def _gather(person, period: Delivery, now: datetime) -> Digest | None:
    due = Notification.objects.of(person).held().filter(delivery=period, mail_due_at__lte=now)
    due.locked()
    zone = zone_of(person)
    local = now.astimezone(zone)
    digest = None
    if local.time() >= MORNING:
        fields = {"mail": Digest.Mail.WAITING, "mail_changed_at": now, "made_at": now}
        digest, made = Digest.objects.get_or_create(person=person, period=period, day=local.date(), defaults=fields)
        if not made:
            digest = None
    if digest is None:
        # Too early, since the person moved to another time zone, or there was one today: with the next one.
        due.update(mail_due_at=next_morning(period, now, zone))
    elif not due.update(digest=digest, mail_due_at=None):
        digest.delete()  # another run took them meanwhile, for another day
        return None
    return digest


def held_until(digest: Digest) -> datetime | None:
    return quiet_until(digest.person)


def write_digest(digest: Digest) -> EmailMultiAlternatives | None:
    """None when nothing of it is new, visible and wanted any more, or nobody is there.

    The number of queries depends on the kinds and sources in it, not on the rows.
    """
    person = digest.person
    if not person.is_active:
        return None
    unread = digest.notifications.unread().order_by("-created_at", "-pk")
    rows = list(unread.select_related("actor", "recipient")[: MOST_READ + 1])
    with translation.override(language_of(person)), timezone.override(zone_of(person)):
        found = _Reading(Viewer.of(person), Choices.of(person)).read(rows[:MOST_READ])
        if not found:
            return None
        sections, number = _sections(found)
        more = len(rows) > MOST_READ or number > MOST_LINES
        period = Delivery(digest.period)
        return build_mail(
            person.email,
            MailContent(
                subject=_subject(period, number),
                paragraphs=(_("This is new for you:"),),
                sections=sections,
                url=reverse("hanse_activity:notifications"),
                action=_("All notifications, with more that is new") if more else _("All notifications"),
                note=_("You get this mail because you have an account there."),
                choose=reverse("hanse_activity:delivery"),
                stop=Stop(person.pk, period=period).path(),
            ),
            greeting=_("Hello %(name)s,") % {"name": person.get_short_name()},
        )


def _subject(period: Delivery, number: int) -> str:
    if period == Delivery.DAILY:
        text = ngettext("Your day: %(number)d thing is new", "Your day: %(number)d things are new", number)
    else:
        text = ngettext("Your week: %(number)d thing is new", "Your week: %(number)d things are new", number)
    return text % {"number": number}


def _sections(found: list[tuple[str, Line, int]]) -> tuple[tuple[Section, ...], int]:
    """By heading, in the order given, each line once; and how many things they tell of."""
    groups: dict[str, dict[Line, None]] = {}
    lines = number = 0
    for heading, line, tells in found:
        group = groups.setdefault(heading, {})
        if line in group:
            continue
        number += tells
        if lines < MOST_LINES:
            group[line] = None
            lines += 1
    return tuple(Section(heading, tuple(group)) for heading, group in groups.items() if group), number


class _Reading:
    """What one reader may be told now, as lines under headings: a source by name where there is one, else the kind."""

    def __init__(self, viewer: Viewer, choices: Choices) -> None:
        self.viewer = viewer
        self.choices = choices

    def read(self, rows: list[Notification]) -> list[tuple[str, Line, int]]:
        """Heading, line and how many things it tells of, sources first, then kinds, each in their order."""
        rows = [row for row in rows if row.kind in notification_kinds]
        self._load_sources(rows)
        wanted = [row for row in rows if self._is_wanted(row)]
        found: list[tuple[tuple, str, Line, int]] = []
        for kind in notification_kinds:
            own = [row for row in wanted if row.kind == kind.name]
            try:
                found += self._of_kind(kind, own) if own else []
            except Exception:  # texts and targets are the plugins' own; the others are told nevertheless
                logger.exception("notifications could not be written", extra={"kind": kind.name})
        return [(heading, line, number) for _key, heading, line, number in sorted(found, key=lambda each: each[0])]

    def _load_sources(self, rows: list[Notification]) -> None:
        numbers: dict[str, set[int]] = {}
        for row in rows:
            if (source := row.belongs_to) is not None:
                numbers.setdefault(source.name, set()).add(source.id)
        self.names: dict[Source, str] = {}
        self.discreet: set[Source] = set()
        self.labels: dict[str, tuple[int, str]] = {}
        for position, source in enumerate(sources()):
            if ids := numbers.get(source.name):
                self.labels[source.name] = (position, str(source.label))
                things = source.things(self.viewer).filter(pk__in=ids)
                self.names |= {Source(source.name, thing.pk): str(thing) for thing in things}
                self.discreet |= {Source(source.name, id) for id in source.discreet(sorted(ids))}

    def _is_wanted(self, row: Notification) -> bool:
        """Not what comes from a source that the reader has left, nor what is switched off meanwhile."""
        kind, source = notification_kinds[row.kind], row.belongs_to
        if source is not None and source not in self.names and not kind.addressed:
            return False
        return self.choices.of_news(kind, [source] if source else [])[0] != Delivery.OFF

    def _of_kind(self, kind: NotificationKind, rows: list[Notification]) -> Iterator[tuple[tuple, str, Line, int]]:
        targets = kind.targets(self.viewer).in_bulk([row.object_id for row in rows])
        kind.prepare(list(targets.values()), self.viewer)
        unsaid: dict[tuple[tuple, str], int] = {}
        for row in rows:
            target = targets.get(row.object_id)
            if target is None or not kind.still_tells(target):
                continue
            source = row.belongs_to
            place, heading = self._place(kind, source)
            if kind.discreet(target) or source in self.discreet:
                unsaid[place, heading] = unsaid.get((place, heading), 0) + 1
            else:
                details = kind.details(row, target) if kind.details else ""
                yield place, heading, Line(kind.text(row, target), kind.url(row, target), details), 1
        for (place, heading), number in unsaid.items():
            yield place, heading, Line(self._unsaid(kind, number), reverse("hanse_activity:notifications")), number

    def _place(self, kind: NotificationKind, source: Source | None) -> tuple[tuple, str]:
        """Where it stands, and under which heading. Of a discreet source only what sort of thing it is."""
        if source is None or source.name not in self.labels:
            return (1, kind.order, kind.name), str(kind.label)
        position, label = self.labels[source.name]
        name = "" if source in self.discreet else self.names.get(source, "")
        return (0, position, name.casefold()), f"{label}: {name}" if name else label

    def _unsaid(self, kind: NotificationKind, number: int) -> str:
        return _("%(kind)s: %(number)d") % {"kind": kind.label, "number": number}
