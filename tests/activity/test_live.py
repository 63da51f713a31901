"""The live badge: whoever keeps a page open is told that something has changed, and nothing else."""

import asyncio

import pytest
from asgiref.sync import async_to_sync
from channels.layers import InMemoryChannelLayer, get_channel_layer

from hanse_access.actions import change_audience
from hanse_access.scopes import Scope
from hanse_access.viewer import Viewer
from hanse_activity import live
from hanse_activity.actions import notify
from hanse_activity.lists import unread_count
from hanse_activity.live import announce, person_group
from hanse_activity.models import Notification
from hanse_activity.unread import count_unread
from tests.factories.items import ItemFactory, RoomFactory
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def layer(monkeypatch):
    """One for each test, in memory whatever the suite runs on: events are kept until they are looked at."""
    fresh = InMemoryChannelLayer()
    monkeypatch.setattr(live, "get_channel_layer", lambda: fresh)
    return fresh


@pytest.fixture
def reader():
    return UserFactory()


@pytest.fixture
def heard(layer):
    """What a person's socket has got so far; called first to join."""
    channels = {}

    def events(person):
        if person not in channels:
            channels[person] = async_to_sync(layer.new_channel)()
            async_to_sync(layer.group_add)(person_group(person.pk), channels[person])
            return []
        found = async_to_sync(drain)(layer, channels[person])
        assert {event.pop("group") for event in found} <= {person_group(person.pk)}
        return found

    async def drain(layer, channel):
        found = []
        while True:
            try:
                found.append(await asyncio.wait_for(layer.receive(channel), 0.05))
            except TimeoutError:
                return found

    return events


SAID = {"type": "person.notified"}


def test_after_commit_the_person_told_hears_of_it_and_nobody_else(
    rooms, reader, heard, django_capture_on_commit_callbacks
):
    other = UserFactory()
    heard(reader), heard(other)
    with django_capture_on_commit_callbacks(execute=False) as callbacks:
        notify("circles.posted", about=ItemFactory(title="Secret"), recipients=[reader])
        notify("circles.posted", about=ItemFactory(), recipients=[reader])
    assert heard(reader) == []
    for callback in callbacks:
        callback()
    assert heard(reader) == [SAID, SAID]
    assert heard(other) == []


def test_the_number_counts_what_the_person_may_see_like_the_bell(rooms, reader, rf):
    item = ItemFactory()
    notify("circles.posted", about=item, recipients=[reader])
    notify("circles.posted", about=ItemFactory(), recipients=[reader])
    change_audience(item, scopes=[Scope("room", RoomFactory().pk)], by=None)
    request = rf.get("/")
    request.user, request.viewer = reader, Viewer.of(reader)
    assert count_unread(request.viewer) == unread_count(request) == 1
    assert count_unread(Viewer.public()) == 0


def test_reading_is_announced_to_the_persons_other_pages(
    rooms, client, reader, heard, django_capture_on_commit_callbacks
):
    notify("circles.posted", about=ItemFactory(), recipients=[reader])
    notify("circles.posted", about=ItemFactory(), recipients=[reader])
    client.force_login(reader)
    heard(reader)
    with django_capture_on_commit_callbacks(execute=True):
        client.post(f"/notifications/{Notification.objects.first().pk}/open/")
    assert heard(reader) == [SAID]
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/notifications/read/")
    assert heard(reader) == [SAID]
    with django_capture_on_commit_callbacks(execute=True):
        client.post("/notifications/read/")
    assert heard(reader) == []


def test_many_people_are_told_by_a_worker_where_the_layer_reaches_it(
    heard, monkeypatch, django_capture_on_commit_callbacks, django_assert_num_queries
):
    monkeypatch.setattr(live, "DIRECTLY", 2)
    people = UserFactory.create_batch(3)
    for person in people:
        heard(person)
    handed_over = []
    with django_capture_on_commit_callbacks(execute=True):
        announce(person.pk for person in people)
    assert [heard(person) for person in people] == [[SAID]] * 3, "a layer in memory reaches no worker"
    monkeypatch.setattr(live, "InMemoryChannelLayer", type("Another", (), {}))
    monkeypatch.setattr(live, "say_changed_later", type("Task", (), {"enqueue": staticmethod(handed_over.append)}))
    with django_capture_on_commit_callbacks(execute=True):
        announce(person.pk for person in people)
        announce([people[0].pk])
    assert handed_over == [sorted(person.pk for person in people)]
    assert [heard(person) for person in people] == [[SAID], [], []]
    with django_assert_num_queries(0):
        live.say_changed(handed_over[0])
    assert [heard(person) for person in people] == [[SAID]] * 3


def test_a_layer_that_does_not_answer_breaks_nothing(
    rooms, reader, layer, monkeypatch, caplog, django_capture_on_commit_callbacks
):
    async def fail(group, message):
        raise ConnectionRefusedError

    monkeypatch.setattr(layer, "group_send", fail)
    with django_capture_on_commit_callbacks(execute=True):
        notify("circles.posted", about=ItemFactory(), recipients=[reader])
    assert Notification.objects.of(reader).exists()
    assert "cannot be reached" in caplog.text


def test_a_host_without_sockets_says_nothing(rooms, reader, monkeypatch, django_capture_on_commit_callbacks):
    monkeypatch.setattr(live, "get_channel_layer", None)
    with django_capture_on_commit_callbacks(execute=True):
        announce([reader.pk])
    live.say_changed([reader.pk])


def test_the_sites_layer_carries_it(reader, monkeypatch, django_capture_on_commit_callbacks):
    """Redis where the suite has one."""
    monkeypatch.setattr(live, "get_channel_layer", get_channel_layer)
    layer = get_channel_layer()

    async def listen():
        channel = await layer.new_channel()
        await layer.group_add(person_group(reader.pk), channel)
        await layer.group_send(person_group(reader.pk), SAID)
        return await asyncio.wait_for(layer.receive(channel), 5)

    assert async_to_sync(listen)() == SAID
    with django_capture_on_commit_callbacks(execute=True):
        announce([reader.pk])
