"""What is the same for many open pages is taken in, made and read once; none of it weakens what each of them gets."""

import asyncio
import json
from uuid import UUID

import pytest
from channels.layers import get_channel_layer
from django.db import connection
from django.test.utils import CaptureQueriesContext

from hanse_groups import consumers, hints, hub_sockets, live_reading, reading
from hanse_groups.hints import conversation_group
from hanse_groups.hub import hub
from hanse_groups.live_reading import Reader
from tests.factories.rooms import add, make_room, say

from .live import PATIENCE, do, last_seq, session_of, uid_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


@pytest.fixture
def read(monkeypatch) -> list[int]:
    """The numbers after which the table was read for changes."""
    numbers: list[int] = []
    real = reading.changes_in

    def noted(conversation_id, version, *args, **kwargs):
        numbers.append(version)
        return real(conversation_id, version, *args, **kwargs)

    monkeypatch.setattr(reading, "changes_in", noted)
    return numbers


async def until(condition) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.01)


class TestHub:
    async def test_all_pages_of_a_process_hear_by_one_channel(self, pages, talk, manager, member, other):
        everybody = [await pages.open(person, talk) for person in (manager, member, other, member)]
        assert len(hub().listeners[conversation_group(talk.conversation.uid)]) == 4
        await do(say)(talk, manager, "Hello")
        for page in everybody:
            await page.until_said("Hello")

    async def test_a_group_is_left_with_the_last_page(self, pages, talk, member, other):
        group, here = conversation_group(await do(uid_of)(talk)), hub()
        first, second = await pages.open(member, talk), await pages.open(other, talk)
        await first.disconnect()
        assert len(here.listeners[group]) == 1
        await second.disconnect()
        assert here.listeners == {}
        assert here.tasks == []
        pages.open_ones.clear()
        again = await pages.open(member, talk)
        await do(say)(talk, other, "Hello again")
        await again.until_said("Hello again")

    async def test_a_page_that_breaks_is_forgotten(self, pages, talk, member, monkeypatch):
        page = await pages.open(member, talk)

        async def breaks(self, *args) -> None:
            raise RuntimeError

        monkeypatch.setattr(consumers.LiveConsumer, "receive", breaks)
        await page.send(type="ping")
        await until(lambda: hub().listeners == {})
        pages.open_ones.clear()

    async def test_a_page_that_cannot_keep_up_reads_what_it_did_not_hear(
        self, pages, talk, manager, member, monkeypatch
    ):
        monkeypatch.setattr(hub_sockets, "MOST_WAITING", 1)
        page = await pages.open(member, talk)
        [socket] = hub().listeners[conversation_group(talk.conversation.uid)]
        async with socket.turn:
            for number in range(4):
                await do(say)(talk, manager, f"Number {number}")
            await until(lambda: socket.is_behind)
        seen: list[int] = []
        while len(seen) < 4:
            seen += [message["seq"] for message in (await page.until("changes"))["messages"]]
        assert seen == sorted(set(seen))


class TestMissing:
    async def out_of_order(self, pages, talk, manager, member, monkeypatch, *, lost=False):
        kept = []
        send = hints.send_to
        page = await pages.open(member, talk)
        monkeypatch.setattr(hints, "send_to", lambda group, event: kept.append((group, event)))
        for body in ("First", "Second"):
            await do(say)(talk, manager, body)
        said = [pair for pair in kept if pair[1]["type"] == "message.changed"]
        assert len(said) == 2
        for group, event in said[:0:-1] if lost else said[::-1]:
            await do(send)(group, event)
        return page

    async def test_a_hint_that_was_overtaken_is_waited_for(self, pages, talk, manager, member, monkeypatch, read):
        monkeypatch.setattr(consumers, "MISSING_AFTER", PATIENCE)
        page = await self.out_of_order(pages, talk, manager, member, monkeypatch)
        assert [(await page.until("changes"))["messages"][0]["html"] for _ in range(2)] == [
            "<p>First</p>",
            "<p>Second</p>",
        ]
        assert read == []

    async def test_but_not_for_long(self, pages, talk, manager, member, monkeypatch):
        monkeypatch.setattr(consumers, "MISSING_AFTER", 0.01)
        page = await self.out_of_order(pages, talk, manager, member, monkeypatch, lost=True)
        [first, second] = (await page.until("changes"))["messages"]
        assert (first["html"], second["html"]) == ("<p>First</p>", "<p>Second</p>")


class TestReadings:
    async def test_pages_that_come_back_at_the_same_number_share_one_reading(
        self, pages, talk, manager, member, other, read
    ):
        after = await do(last_seq)(talk)
        said = [await do(say)(talk, manager, f"Number {number}") for number in range(3)]
        for person in (member, other, manager):
            page = await pages.open(person, talk, after=after)
            [frame] = [frame for frame in page.frames if frame["type"] == "changes"]
            assert [message["seq"] for message in frame["messages"]] == [message.seq for message in said]
        assert read == [after]

    async def test_it_holds_no_longer_than_until_the_next_change(self, pages, talk, manager, member, other):
        after = await do(last_seq)(talk)
        await do(say)(talk, manager, "First")
        await pages.open(member, talk, after=after)
        await do(say)(talk, manager, "Second")
        page = await pages.open(other, talk, after=after)
        assert page.heard("First")
        assert page.heard("Second")

    async def test_whoever_came_later_gets_nothing_from_before_by_it(self, pages, cluster, manager, member, other):
        room = await do(make_room)(cluster, owner=manager, newcomers_see_all=False)
        await do(add)(room, member)
        await do(say)(room, manager, "Secret merger")
        await do(add)(room, other)
        await do(say)(room, manager, "Afterwards")
        assert (await pages.open(member, room, after=0)).heard("Secret")
        page = await pages.open(other, room, after=0)
        assert page.heard("Afterwards")
        assert not page.heard("Secret")

    async def test_names_in_it_are_of_this_moment(self, pages, talk, manager, member, other, monkeypatch, read):
        monkeypatch.setattr(live_reading, "KEPT_FOR", 0)
        after = await do(last_seq)(talk)
        await do(say)(talk, manager, "Hello")
        for person in (member, other):
            await pages.open(person, talk, after=after)
        assert read == [after, after]

    async def test_who_lost_the_place_while_it_was_read_gets_nothing(self, talk, manager, member, monkeypatch):
        after = await do(last_seq)(talk)
        await do(say)(talk, manager, "Secret")
        real = reading.changes_in

        def lose(*args, **kwargs):
            found = real(*args, **kwargs)
            talk.conversation.participants.filter(person=member).update(state="removed")
            return found

        monkeypatch.setattr(reading, "changes_in", lose)
        reader = Reader(member, await do(session_of)(member))
        found = await do(reader.changes)(talk.conversation.uid, after)
        assert (found.has_session, found.place, found.frame) == (True, None, None)

    async def test_a_page_that_is_up_to_date_asks_for_session_and_place_only(self, talk, member):
        reader = Reader(member, await do(session_of)(member))
        uid, after = await do(uid_of)(talk), await do(last_seq)(talk)

        def asked() -> int:
            with CaptureQueriesContext(connection) as queries:
                reader.changes(UUID(uid), after)
            return len(queries)

        assert await do(asked)() == 2


async def test_what_is_said_travels_as_it_answers_the_post(talk, member, monkeypatch):
    sent = []
    monkeypatch.setattr(hints, "send_to", lambda group, event: sent.append(event))
    said = await do(say)(talk, member, "Hello")
    [frame] = [json.loads(event["frame"]) for event in sent if event["type"] == "message.changed"]
    assert frame == {"type": "changes", "messages": [said.shown], "version": said.seq, "floor": None}
    assert said.shown == (await do(reading.changes_in)(talk.conversation_id, said.seq - 1)).messages[0]


async def test_the_layer_has_one_channel_for_a_group(pages, talk, member, other):
    for person in (member, other):
        await pages.open(person, talk)
    layer = get_channel_layer()
    groups = getattr(layer, "groups", None)
    if groups is not None:
        [channels] = [channels for name, channels in groups.items() if str(talk.conversation.uid) in name]
        assert len(channels) == 1
