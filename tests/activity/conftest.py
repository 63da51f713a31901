"""A clock that stands, and kinds of news that belong to rooms, as a later plugin would register them."""

import zoneinfo
from datetime import datetime

import pytest
import time_machine

from hanse_activity.delivery import Delivery, DeliverySource, delivery_sources
from hanse_activity.kinds import NotificationKind, notification_kinds
from tests.testapp.models import Item, Room

BERLIN = zoneinfo.ZoneInfo("Europe/Berlin")


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of December 2026 in Berlin; the 1st is a Tuesday."""
    return datetime(2026, 12, day, hour, minute, tzinfo=BERLIN)


@pytest.fixture
def clock():
    """Tuesday at noon, and standing."""
    with time_machine.travel(at(1, 12), tick=False) as traveller:
        yield traveller


#: numbers of the rooms about which nothing is quoted
SECRET: set[int] = set()


def kind(name: str, **more) -> NotificationKind:
    return NotificationKind(
        name=name,
        label=name.partition(".")[2].capitalize(),
        targets=lambda viewer: Item.objects.visible_to(viewer),
        text=lambda notification, item: f"{item.title} ({name})",
        url=lambda notification, item: f"/items/{item.pk}/",
        **more,
    )


KINDS = [
    kind("circles.posted"),
    kind("circles.named", delivery=Delivery.AT_ONCE, addressed=True),
    kind("circles.asked", delivery=Delivery.AT_ONCE),
    kind("circles.ruled", required=True),
]


@pytest.fixture
def rooms():
    SECRET.clear()
    for each in KINDS:
        notification_kinds.register(each)
    source = DeliverySource(
        name="circles",
        label="Circles",
        things=lambda viewer: Room.objects.filter(people=viewer.user_id),
        discreet=lambda ids: SECRET & set(ids),
    )
    delivery_sources.register(source)
    yield
    delivery_sources.unregister("circles")
    for each in KINDS:
        notification_kinds.unregister(each.name)
