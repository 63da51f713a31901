"""Stopping mails by the link in one of them: signed, without signing in (RFC 8058)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.contrib.auth import get_user_model
from django.core import signing
from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _

from hanse_access.viewer import Viewer
from hanse_base.link_tokens import NoSuchLink

from .choices import Choices, choose
from .delivery import Delivery, Source, source_named
from .kinds import NotificationKind, notification_kinds
from .models.delivery import OTHERS

SALT = "hanse_activity.stops"


@dataclass(frozen=True)
class Stop:
    """What one link stops for one person: a kind of news, what comes from one source, or a digest (its period)."""

    person: int
    kind: str = ""
    source: Source | None = None
    period: str = ""

    def path(self) -> str:
        """The address, from "/" on. It does not expire: mails are kept, and who has the link can only stop mails."""
        what = [self.kind, list(self.source) if self.source else None, self.period]
        return reverse("hanse_activity:stop", args=[signing.dumps([self.person, *what], salt=SALT)])


def stop_for(person, kind: NotificationKind, source: Source | None) -> Stop | None:
    """What the link in a mail about one thing stops; None where nobody can be spared the mail."""
    if kind.required:
        return None
    if source is not None and not kind.addressed:
        return Stop(person.pk, source=source)
    return Stop(person.pk, kind=kind.name)


def read_stop(token: str) -> Stop:
    """Raises NoSuchLink for what was never written here."""
    try:
        person, kind, source, period = signing.loads(token, salt=SALT)
    except signing.BadSignature as no_link:
        raise NoSuchLink from no_link
    return Stop(person, kind, Source(*source) if source else None, period)


@transaction.atomic
def carry_out(stop: Stop) -> None:
    """No more such mails. Nothing happens for an account that is gone, or when it was done before."""
    person = get_user_model()._default_manager.filter(pk=stop.person).first()
    if person is None:
        return
    if stop.period:
        choose(person, **_without_digest(Choices.of(person), Delivery(stop.period)))
    elif stop.source is not None:
        choose(person, of_sources={stop.source: Delivery.OFF})
    elif stop.kind in notification_kinds and not notification_kinds[stop.kind].required:
        choose(person, kinds={stop.kind: Delivery.OFF})


def _without_digest(choices: Choices, period: Delivery) -> dict[str, Any]:
    """Everything that comes in this digest and need not: also what a later plugin would add to it."""
    kinds = {
        kind.name: Delivery.OFF for kind in notification_kinds if not kind.required and choices.of_kind(kind) == period
    }
    if choices.others == period:
        kinds[OTHERS] = Delivery.OFF
    sources = {source: Delivery.OFF for source, chosen in choices.sources.items() if chosen == period}
    return {"kinds": kinds, "of_sources": sources}


def describe(stop: Stop) -> str:
    """What the link stops, in words. Says no more than the mail did that it came with."""
    if stop.period:
        return _("Your daily digest") if stop.period == Delivery.DAILY else _("Your weekly digest")
    if stop.source is None:
        return str(notification_kinds[stop.kind].label) if stop.kind in notification_kinds else _("Notifications")
    source = source_named(stop.source.name)
    person = get_user_model()._default_manager.filter(pk=stop.person).first()
    if source is None or person is None:
        return _("Notifications")
    thing = None
    if stop.source.id not in source.discreet([stop.source.id]):
        thing = source.things(Viewer.of(person)).filter(pk=stop.source.id).first()
    return f"{source.label}: {thing}" if thing is not None else str(source.label)
