"""How what a person is told reaches them by mail, and what it belongs to."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import models
from django.utils.translation import gettext_lazy as _

from hanse_base.registry import Registry

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from hanse_access.viewer import Viewer


class Delivery(models.TextChoices):
    """By mail. On the platform everything is listed in any case. In the order of how soon it comes."""

    AT_ONCE = "at_once", _("at once")
    DAILY = "daily", _("daily")
    WEEKLY = "weekly", _("weekly")
    OFF = "off", _("no mail")

    @property
    def is_digest(self) -> bool:
        return self in (Delivery.DAILY, Delivery.WEEKLY)


class Source(NamedTuple):
    """What a notification belongs to: the name of a kind of sources, such as "topics", and the number of one."""

    name: str
    id: int


def nothing(ids: Collection[int]) -> set[int]:
    return set()


@dataclass(frozen=True)
class DeliverySource:
    """Things of one kind from which news come, such as rooms: for each a person can choose how its news come.

    ``things(viewer)`` is the query set of those that the viewer has now, and only they send the viewer mails; it holds
    what ``str`` of each needs. ``discreet(ids)`` are those of them about which mails carry neither title nor text.
    ``name`` is none of a followable kind: these are sources of their own.
    """

    name: str
    label: Any
    things: Callable[[Viewer], QuerySet]
    discreet: Callable[[Collection[int]], Collection[int]] = nothing
    order: int = 100


delivery_sources: Registry[DeliverySource] = Registry()


def sources() -> Iterator[DeliverySource]:
    """What plugins have registered, and the things of each kind that people follow."""
    from .follows import followable_kinds, followed_things

    yield from delivery_sources
    for kind in followable_kinds:
        yield DeliverySource(kind.name, kind.label, followed_things(kind), kind.discreet, order=kind.order)


def source_named(name: str) -> DeliverySource | None:
    return next((source for source in sources() if source.name == name), None)
