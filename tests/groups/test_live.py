"""The socket of an open page: what reaches it, and that nothing does once the right to read is lost."""

import importlib
import json
import uuid
from datetime import timedelta

import pytest
import pytest_asyncio
from django.conf import settings as site_settings
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import hanse_site.asgi
from hanse_groups import actions, consumers, hints, reading
from hanse_groups.models import Message, Room
from hanse_members.actions import end_membership, suspend_membership
from hanse_members.models import Cluster, Membership
from hanse_site.account.actions import delete_account
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.people import UserFactory
from tests.factories.rooms import PLATFORM, add, make_room, place_of, say

from .live import do, last_seq, opened_pages, session_of, uid_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]

SIGNED_OUT, NO_PLACE = 4401, 4403


@pytest_asyncio.fixture
async def pages():
    async with opened_pages() as pages:
        yield pages


@pytest.fixture
def talk(room, member, other):
    """A room with its manager and two members."""
    add(room, member)
    add(room, other)
    return room


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
        monkeypatch.setattr(reading, "changes", lambda *args: asked.append(args))
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


# Losing the right to read: what ends, and the code that the page is closed with


def is_removed(room, person, manager, session):
    actions.remove(place_of(room, person), by=manager)


def is_barred(room, person, manager, session):
    actions.ban(place_of(room, person), by=manager)


def leaves(room, person, manager, session):
    actions.leave(room, by=person)


def leaves_the_cluster(room, person, manager, session):
    end_membership(Membership.objects.get(person=person, cluster=room.cluster), by=person)


def is_suspended_in_the_cluster(room, person, manager, session):
    suspend_membership(Membership.objects.get(person=person, cluster=room.cluster), by=manager)


def is_removed_as_a_row(room, person, manager, session):
    Membership.objects.get(person=person, cluster=room.cluster).delete()


def is_deactivated(room, person, manager, session):
    person.is_active = False
    person.save()


def deletes_the_account(room, person, manager, session):
    delete_account(user=person)


def signs_out(room, person, manager, session):
    client = Client()
    client.cookies[site_settings.SESSION_COOKIE_NAME] = session
    assert client.post(reverse("account_logout")).status_code == 302


def ends_other_sessions(room, person, manager, session, where="usersessions_list"):
    """From another browser, on a page of the account."""
    here, elsewhere = Client(), Client()
    here.cookies[site_settings.SESSION_COOKIE_NAME] = session
    here.get(reverse("hanse_base:dashboard"))
    elsewhere.force_login(person, backend=site_settings.AUTHENTICATION_BACKENDS[0])
    elsewhere.get(reverse("hanse_base:dashboard"))
    assert elsewhere.post(reverse(where)).status_code == 302


def signs_out_everywhere(room, person, manager, session):
    ends_other_sessions(room, person, manager, session, "hanse_account:sign_out_everywhere")


def has_a_new_password(room, person, manager, session):
    person.set_password("another-good-password")
    person.save()


LOSSES = [
    (is_removed, NO_PLACE),
    (is_barred, NO_PLACE),
    (leaves, NO_PLACE),
    (leaves_the_cluster, NO_PLACE),
    (is_suspended_in_the_cluster, NO_PLACE),
    (is_removed_as_a_row, NO_PLACE),
    (is_deactivated, SIGNED_OUT),
    (deletes_the_account, SIGNED_OUT),
    (signs_out, SIGNED_OUT),
    (ends_other_sessions, SIGNED_OUT),
    (signs_out_everywhere, SIGNED_OUT),
    (has_a_new_password, SIGNED_OUT),
]


class TestLosing:
    async def open_both(self, pages, room, person, witness):
        """A page of each, and the session of the first one."""
        session = await do(session_of)(person)
        loser, seeing = await pages.open(person, room, session=session), await pages.open(witness, room)
        await do(say)(room, witness, "Before")
        await loser.until_said("Before")
        await seeing.until_said("Before")
        return loser, seeing, session

    async def talk_on(self, pages, room, witness, person):
        """Something is said and typed; the page of ``person`` hears both."""
        writer = await pages.open(person, room)
        await do(say)(room, person, "Afterwards")
        await writer.send(type="typing")
        await witness.until_said("Afterwards")
        await witness.until("typing")

    async def check(self, loser):
        """Nothing of what was said and typed since has reached it, and nothing more is answered."""
        assert not loser.heard("Afterwards")
        assert not any(frame["type"] == "typing" for frame in loser.frames)
        for kind in ("open", "ping", "typing"):
            await loser.send(type=kind, conversation="x", after=0)
        assert await loser.is_quiet()

    async def newcomer(self, cluster, room):
        def come():
            person = MembershipFactory(cluster=cluster).person
            add(room, person)
            return person

        return await do(come)()

    async def test_the_page_is_closed_at_once_and_nothing_more_reaches_it(self, pages, cluster, talk, manager, other):
        for loses, code in LOSSES:
            person = await self.newcomer(cluster, talk)
            loser, witness, session = await self.open_both(pages, talk, person, other)
            await do(loses)(talk, person, manager, session)
            assert await loser.until_closed() == code, loses
            await self.talk_on(pages, talk, witness, other)
            await self.check(loser)

    async def test_so_it_is_with_the_next_word_when_the_hint_of_the_loss_was_lost(
        self, pages, cluster, talk, manager, other, monkeypatch
    ):
        send = hints.send_to
        for loses, code in LOSSES:
            person = await self.newcomer(cluster, talk)
            loser, witness, session = await self.open_both(pages, talk, person, other)
            monkeypatch.setattr(hints, "send_to", lambda group, event: None)
            await do(loses)(talk, person, manager, session)
            monkeypatch.setattr(hints, "send_to", send)
            await self.talk_on(pages, talk, witness, other)
            assert await loser.until_closed() == code, loses
            await self.check(loser)

    async def test_typing_alone_is_enough_to_end_it(self, pages, cluster, talk, manager, member, other, monkeypatch):
        loser, writer = await pages.open(member, talk), await pages.open(other, talk)
        monkeypatch.setattr(hints, "send_to", lambda group, event: None)
        await do(is_removed)(talk, member, manager, None)
        await writer.send(type="typing")
        assert await loser.until_closed() == NO_PLACE
        assert not any(frame["type"] == "typing" for frame in loser.frames)

    async def test_who_loses_the_last_cluster_is_out_of_a_room_for_all(self, pages, cluster, manager, member, stranger):
        room = await do(make_room)(cluster, owner=manager, scopes=[PLATFORM], members=[member, stranger])
        loser, witness, _session = await self.open_both(pages, room, stranger, member)
        await do(lambda: end_membership(Membership.objects.get(person=stranger), by=stranger))()
        assert await loser.until_closed() == NO_PLACE
        await self.talk_on(pages, room, witness, member)
        await self.check(loser)

    async def test_so_is_whose_only_cluster_is_suspended(self, pages, cluster, manager, member, stranger):
        room = await do(make_room)(cluster, owner=manager, scopes=[PLATFORM], members=[member, stranger])
        loser, witness, _session = await self.open_both(pages, room, stranger, member)

        def suspend():
            foreign = Membership.objects.get(person=stranger).cluster
            foreign.state = Cluster.State.SUSPENDED
            foreign.save()

        await do(suspend)()
        assert await loser.until_closed() == NO_PLACE
        await self.talk_on(pages, room, witness, member)
        await self.check(loser)

    async def test_who_belongs_to_another_cluster_of_the_room_stays(self, pages, cluster, manager, member):
        second = await do(ClusterFactory)()
        for person in (manager, member):
            await do(MembershipFactory)(person=person, cluster=second)
        scopes = [("cluster", cluster.pk), ("cluster", second.pk)]
        room = await do(make_room)(cluster, owner=manager, scopes=scopes, members=[member])
        page = await pages.open(member, room)
        await do(lambda: end_membership(Membership.objects.get(person=member, cluster=cluster), by=member))()
        await do(say)(room, manager, "Still here")
        await page.until_said("Still here")

    async def test_a_guest_is_out_when_removed(self, pages, talk, manager, member):
        guest = await do(UserFactory)()
        await do(add)(talk, guest, role="guest")
        loser, witness, _session = await self.open_both(pages, talk, guest, member)
        await do(lambda: actions.remove(place_of(talk, guest), by=manager))()
        assert await loser.until_closed() == NO_PLACE
        await self.talk_on(pages, talk, witness, member)
        await self.check(loser)

    async def test_nobody_hears_anything_of_a_deleted_room(self, pages, talk, manager, member, other):
        everybody = [await pages.open(person, talk) for person in (manager, member, other)]
        await do(actions.delete_room)(talk, by=manager)
        for page in everybody:
            assert await page.until_closed() == NO_PLACE
            assert not page.heard("deleted")

    async def test_nor_of_rooms_at_home_in_a_suspended_cluster(self, pages, talk, manager, member, stranger):
        await do(add)(talk, stranger)
        everybody = [await pages.open(person, talk) for person in (manager, member, stranger)]

        def suspend():
            home = Cluster.objects.get(pk=talk.cluster_id)
            home.state = Cluster.State.SUSPENDED
            home.save()

        await do(suspend)()
        for page in everybody:
            assert await page.until_closed() == NO_PLACE

    async def test_another_session_of_the_same_person_goes_on(self, pages, talk, manager, member):
        session = await do(session_of)(member)
        ended, kept = await pages.open(member, talk, session=session), await pages.open(member, talk)
        await do(signs_out)(talk, member, manager, session)
        assert await ended.until_closed() == SIGNED_OUT
        await do(say)(talk, manager, "Hello")
        await kept.until_said("Hello")

    async def test_a_session_that_nobody_speaks_of_is_missed_within_a_minute(self, pages, talk, member, monkeypatch):
        monkeypatch.setattr(consumers, "SESSION_CHECK", 0.05)
        page = await pages.open(member, talk)
        await do(Session.objects.all()._raw_delete)("default")
        assert await page.until_closed() == SIGNED_OUT

    async def test_who_lost_the_place_types_to_nobody(self, pages, talk, manager, member, other, monkeypatch):
        loser, reader = await pages.open(member, talk), await pages.open(other, talk)
        monkeypatch.setattr(hints, "send_to", lambda group, event: None)
        await do(is_removed)(talk, member, manager, None)
        await loser.send(type="typing")
        assert await loser.until_closed() == NO_PLACE
        assert not any(frame["type"] == "typing" for frame in await reader.answered())

    async def test_who_comes_back_hears_again(self, pages, talk, manager, member):
        await do(is_removed)(talk, member, manager, None)
        await do(add)(talk, member)
        page = await pages.open(member, talk)
        await do(say)(talk, manager, "Welcome back")
        await page.until_said("Welcome back")
