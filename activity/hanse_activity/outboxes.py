"""Outboxes: what sends mails with rows of its own registers here, in ``AppConfig.ready()``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hanse_base.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from django.core.mail import EmailMultiAlternatives
    from django.db.models import QuerySet


def never(row: Any) -> None:
    return None


@dataclass(frozen=True)
class Outbox:
    """Rows of a model (``hanse_activity.models.mailed.Mailed``) whose mails are sent once each, and again if refused.

    ``rows`` gives all of them, with what ``write`` needs. ``write`` makes the mail at the moment of sending, so that it
    says what is true then and no link with a key waits anywhere; None when there is nothing to send any more. Addresses
    whose mails came back are left out by the outbox.

    Rows that may have to wait (``Timed``) also give ``held_until(row)``: asked at the moment of sending, the time until
    when it must not come, or None; and ``held()``, those that are sent when their time has come.
    """

    name: str
    rows: Callable[[], QuerySet]
    write: Callable[[Any], EmailMultiAlternatives | None]
    held_until: Callable[[Any], datetime | None] = never
    held: Callable[[], QuerySet] | None = None
    order: int = 100


outboxes: Registry[Outbox] = Registry()
