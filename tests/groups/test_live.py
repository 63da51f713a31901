"""The socket of an open page: what reaches it, and that nothing does once the right to read is lost."""

import importlib
import json
import uuid
from datetime import timedelta

import pytest
from django.utils import timezone

import hanse_site.asgi
from hanse_groups import actions, consumers
from hanse_groups.live_reading import Reader
from hanse_groups.models import Message, Room
from tests.factories.rooms import add, make_room, say

from .live import do, last_seq, uid_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]

SIGNED_OUT, NO_PLACE = 4401, 4403


#: what no page of ours sends
GARBAGE = [
    "x",
    "[]",
    "null",
    "1",
    '"open"',
    "{}",
    '{"type": null}',
    '{"type": ["open"]}',
    '{"type": {"open": 1}}',
    '{"type": "disconnect"}',
    '{"type": "websocket.disconnect"}',
    '{"type": "message_changed"}',
    '{"type": NaN}',
    "[" * 1_999,
    '{"type": "typing", "person": {"key": "1", "name": "Somebody else"}}',
    '{"type": "open"' + " " * 3_000 + "}",
    "\x00",
]


class TestOpening:
    async def test_what_was_missed_comes_first_and_then_what_is_new(self, pages, talk, manager, member):
        missed = await do(say)(talk, manager, "Missed")
        page = await pages.open(member, talk, after=missed.seq - 1)
        assert [frame["type"] for frame in page.frames] == ["changes", "ready"]
        assert page.frames[0]["version"] == missed.seq
        assert page.heard("Missed")
        new = await do(say)(talk, manager, "New")
        frame = await page.until("changes")
        assert [message["id"] for message in frame["messages"]] == [str(new.uid)]
        assert frame["version"] == new.seq

    async def test_in_the_usual_case_a_message_is_forwarded_without_a_question(
        self, pages, talk, manager, member, monkeypatch
    ):
        page = await pages.open(member, talk)
        asked = []
        monkeypatch.setattr(Reader, "changes", lambda *args: asked.append(args))
        await do(say)(talk, manager, "Hello")
        await page.until_said("Hello")
        assert asked == []

    async def test_a_page_that_is_up_to_date_hears_only_that_it_is_ready(self, pages, talk, member):
        page = await pages.open(member, talk)
        assert [frame["type"] for frame in page.frames] == ["ready"]

    async def test_an_odd_number_means_from_the_beginning(self, pages, talk, member):
        page = await pages.connect(member)
        for after in (None, "x", -1, 2**70, True, [], {}):
            await page.send(type="open", conversation=await do(uid_of)(talk), after=after)
            frame = await page.until("changes")
            assert frame["messages"][0]["seq"] == 1, after
            await page.until("ready")

    async def test_foreign_hidden_deleted_and_missing_conversations_are_answered_alike(
        self, pages, cluster, talk, manager, stranger
    ):
        hidden = await do(make_room)(cluster, owner=manager, kind=Room.Kind.HIDDEN)
        deleted = await do(make_room)(cluster, owner=manager, members=[stranger])
        await do(actions.delete_room)(deleted, by=manager)
        answers = []
        uids = [await do(uid_of)(room) for room in (talk, hidden, deleted)]
        for uid in (*uids, str(uuid.uuid4()), "x", None, 1, ["x"]):
            page = await pages.connect(stranger)
            await page.send(type="open", conversation=uid, after=0)
            code = await page.until_closed()
            answers.append((code, json.dumps(page.frames).replace(str(uid)[:36], "…")))
        assert {code for code, _frames in answers} == {NO_PLACE}
        assert len({frames for _code, frames in answers}) == 1

    async def test_the_manager_of_the_cluster_has_no_socket_into_its_rooms(self, pages, cluster, manager, member):
        await do(actions.set_room_opening)(cluster, by_members=True, by=manager)
        room = await do(make_room)(cluster, owner=member)
        page = await pages.connect(manager)
        await page.send(type="open", conversation=await do(uid_of)(room), after=0)
        assert await page.until_closed() == NO_PLACE

    async def test_nobody_without_a_session_is_connected(self, pages, talk):
        for session in (None, "x" * 32):
            page = await pages.connect(session=session)
            await page.send(type="open", conversation=await do(uid_of)(talk), after=0)
            assert await page.until_closed() == SIGNED_OUT
            assert page.frames == []

    async def test_another_origin_is_refused(self, pages, member, settings):
        settings.ALLOWED_HOSTS = ["testserver"]
        try:
            application = importlib.reload(hanse_site.asgi).application
            for origin in (b"https://evil.example", b"null", None, b"http://testserver.evil.example"):
                assert not (await pages.connect(member, app=application, origin=origin)).accepted
            assert (await pages.connect(member, app=application)).accepted
        finally:
            settings.ALLOWED_HOSTS = ["*"]
            importlib.reload(hanse_site.asgi)

    async def test_garbage_is_not_answered_and_closes_nothing(self, pages, talk, member):
        page = await pages.open(member, talk)
        for text in GARBAGE:
            await page.send_text(text)
            await page.send_bytes(text.encode())
            assert await page.answered() == [], text[:80]

    async def test_a_flood_of_frames_ends_the_connection(self, pages, talk, member, other, monkeypatch):
        monkeypatch.setattr(consumers, "MOST_FRAMES", 5)
        page, reader = await pages.open(member, talk), await pages.open(other, talk)
        for _ in range(20):
            await page.send(type="typing")
        assert await page.until_closed() == 1008
        assert len([frame for frame in await reader.answered() if frame["type"] == "typing"]) <= 5

    async def test_a_page_can_go_on_to_another_conversation(self, pages, cluster, talk, manager, member):
        second = await do(make_room)(cluster, owner=manager, members=[member])
        page = await pages.open(member, talk)
        await page.send(type="open", conversation=await do(uid_of)(second), after=await do(last_seq)(second))
        await page.until("ready")
        await do(say)(talk, manager, "In the first")
        await do(say)(second, manager, "In the second")
        await page.until_said("In the second")
        assert not page.heard("In the first")


class TestHearing:
    async def test_changes_and_deletions_come_too(self, pages, talk, manager, member):
        said = await do(say)(talk, manager, "Helo")
        page = await pages.open(member, talk)
        await do(actions.edit_message)(said, by=manager, body="Hello")
        assert (await page.until_said("Hello"))["edited"] is True
        await do(actions.react)(said, "agree", by=member)
        assert "agree" in (await page.until("changes"))["messages"][0]["reactions"]
        await do(actions.delete_message)(said, by=manager)
        assert (await page.until("changes"))["messages"][0]["deleted"] is True

    async def test_the_reason_of_a_deletion_reaches_nobody_by_the_socket(self, pages, talk, manager, member, other):
        said = await do(say)(talk, member, "Rude")
        everybody = [await pages.open(person, talk) for person in (manager, member, other)]
        await do(actions.delete_message)(said, by=manager, reason="Please stay friendly")
        for page in everybody:
            await page.until("changes")
            assert not page.heard("friendly")

    async def test_whoever_came_later_hears_an_answer_without_the_words_that_it_quotes(
        self, pages, cluster, manager, member
    ):
        room = await do(make_room)(cluster, owner=manager, newcomers_see_all=False)
        before = await do(say)(room, manager, "Secret merger")
        await do(add)(room, member)
        page = await pages.open(member, room)
        await do(say)(room, manager, "As I said", quoted=before)
        message = await page.until_said("As I said")
        assert message["quote"]["text"] == ""
        await do(actions.edit_message)(before, by=manager, body="Secret sale")
        await do(say)(room, manager, "Afterwards")
        await page.until_said("Afterwards")
        assert not page.heard("Secret")

    async def test_typing_reaches_the_others_and_not_oneself(self, pages, talk, manager, member, other):
        writer, reader = await pages.open(member, talk), await pages.open(other, talk)
        await writer.send(type="typing")
        frame = await reader.until("typing")
        assert set(frame["person"]) == {"key", "name", "organisation", "image"}
        assert frame["person"]["name"] == member.get_full_name()
        assert await writer.answered() == []

    async def test_typing_stays_in_its_conversation(self, pages, cluster, talk, manager, member, other):
        second = await do(make_room)(cluster, owner=manager, members=[member, other])
        writer, reader = await pages.open(member, second), await pages.open(other, talk)
        await writer.send(type="typing")
        await writer.answered()
        assert await reader.answered() == []

    async def test_what_is_read_on_one_device_is_read_on_all(self, pages, talk, manager, member, other):
        said = await do(say)(talk, manager)
        own = [await pages.open(member, talk) for _ in range(2)]
        foreign = await pages.open(other, talk)
        await do(lambda: actions.mark_read(talk.conversation, by=member, seq=said.seq))()
        for page in own:
            assert (await page.until("read"))["seq"] == said.seq
        assert await foreign.answered() == []

    async def test_messages_removed_for_good_leave_open_pages(self, pages, talk, manager, member):
        await do(actions.change_room)(talk, by=manager, retention_days=30)
        old = await do(say)(talk, manager, "Old")
        page = await pages.open(member, talk)
        month = timezone.now() - timedelta(days=31)
        await do(Message.objects.filter(pk=old.pk).update)(created_at=month)
        await do(actions.remove_old_messages)()
        assert (await page.until("changes"))["floor"] == old.seq
