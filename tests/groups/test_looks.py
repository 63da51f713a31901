"""What an open page asks for every few seconds: who is there, and who has read how far."""

import asyncio

import pytest
import pytest_asyncio
from django.conf import settings
from django.test import Client
from django.urls import reverse

from hanse_activity.blocks import block
from hanse_groups import actions, looks
from hanse_groups.models import Message, MessageSettings
from hanse_groups.people import key_in
from tests.factories.rooms import add, make_room, place_of, say

from .live import do, opened_pages, session_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


@pytest_asyncio.fixture
async def pages():
    async with opened_pages() as pages:
        yield pages


@pytest.fixture
def talk(room, member, other):
    add(room, member)
    add(room, other)
    return room


def last_verb(room) -> str:
    return Message.objects.filter(conversation=room.conversation).order_by("seq").last().data["verb"]


def sign_out(session: str) -> None:
    client = Client()
    client.cookies[settings.SESSION_COOKIE_NAME] = session
    assert client.post(reverse("account_logout")).status_code == 302


async def look(page) -> dict:
    await page.send(type="look")
    return await page.until("around")


async def test_who_has_read_is_shown_only_where_the_room_says_so(pages, talk, manager, member):
    page = await pages.open(member, talk)
    assert (await look(page))["read"] is None
    await do(actions.change_room)(talk, by=manager, shows_who_read=True)
    said = await do(say)(talk, member, "Read me")
    await do(actions.mark_read)(talk.conversation, by=manager, seq=said.seq)
    read = (await look(page))["read"]
    assert read[key_in(talk.conversation_id, manager.pk)]["seq"] == said.seq
    assert len(read) == 3
    await do(actions.change_room)(talk, by=manager, shows_who_read=False)
    assert (await look(page))["read"] is None


async def test_who_came_later_is_known_by_when(pages, talk, manager, member, stranger):
    await do(actions.change_room)(talk, by=manager, shows_who_read=True)
    said = await do(say)(talk, member, "Before")
    await do(actions.invite)(talk, by=manager, person=stranger)
    place = await do(place_of)(talk, stranger)
    await do(actions.accept_invitation)(place, by=stranger)
    page = await pages.open(member, talk)
    read = (await look(page))["read"][key_in(talk.conversation_id, stranger.pk)]
    assert read["since"] > said.created_at.isoformat()


async def test_that_it_changes_stands_in_the_chat(talk, manager):
    for shown, verb in ((True, "shows_who_read"), (False, "hides_who_read")):
        await do(actions.change_room)(talk, by=manager, shows_who_read=shown)
        assert await do(last_verb)(talk) == verb


async def test_who_was_removed_sees_nothing_of_it(pages, talk, manager, member):
    page = await pages.open(member, talk)
    await do(actions.remove)(await do(place_of)(talk, member), by=manager)
    await page.send(type="look")
    assert await page.until_closed() == 4403
    assert not page.heard("around")


async def test_a_page_without_a_chat_is_not_answered(pages, member):
    page = await pages.connect(member)
    await page.send(type="look")
    assert await page.answered() == []


def hide(person) -> None:
    MessageSettings.objects.update_or_create(person=person, defaults={"shows_presence": False})


class TestPresence:
    async def test_who_looks_is_there_for_the_others(self, pages, talk, manager, member):
        one, two = await pages.open(manager, talk), await pages.open(member, talk)
        here, there = key_in(talk.conversation_id, manager.pk), key_in(talk.conversation_id, member.pk)
        assert (await look(one))["present"] == [here]
        assert set((await look(two))["present"]) == {here, there}
        assert set((await look(one))["present"]) == {here, there}

    async def test_after_a_while_without_a_look_one_is_not(self, pages, talk, manager, member, monkeypatch):
        monkeypatch.setattr(looks, "STAYS", 1)
        one, two = await pages.open(manager, talk), await pages.open(member, talk)
        await look(two)
        await asyncio.sleep(1.1)
        assert (await look(one))["present"] == [key_in(talk.conversation_id, manager.pk)]

    async def test_who_signed_out_is_gone_at_once(self, pages, talk, manager, member):
        session = await do(session_of)(member)
        one, two = await pages.open(manager, talk), await pages.open(member, talk, session=session)
        here, there = key_in(talk.conversation_id, manager.pk), key_in(talk.conversation_id, member.pk)
        await look(two)
        assert set((await look(one))["present"]) == {here, there}
        await do(sign_out)(session)
        # The others are told that there is a reason to look again.
        assert "place" in await one.until("changes")
        assert (await look(one))["present"] == [here]
        await two.until_closed()

    async def test_who_does_not_show_it_does_not_see_it(self, pages, talk, manager, member):
        await do(hide)(member)
        one, two = await pages.open(manager, talk), await pages.open(member, talk)
        assert (await look(two))["present"] is None
        assert (await look(one))["present"] == [key_in(talk.conversation_id, manager.pk)]
        await two.send(type="typing")
        await one.send(type="typing")
        for page in (one, two):
            assert not [frame for frame in await page.answered() if frame["type"] == "typing"]

    async def test_it_is_not_seen_across_a_block(self, pages, talk, manager, member, other):
        await do(block)(member, manager)
        one, two = await pages.open(manager, talk), await pages.open(member, talk)
        third = await pages.open(other, talk)
        await look(one)
        assert (await look(two))["present"] == [key_in(talk.conversation_id, member.pk)]
        assert (await look(one))["present"] == [key_in(talk.conversation_id, manager.pk)]
        assert len((await look(third))["present"]) == 3

    async def test_another_conversation_tells_nothing(self, pages, talk, cluster, manager, member):
        elsewhere = await do(make_room)(cluster, owner=manager, members=[member])
        one, two = await pages.open(manager, talk), await pages.open(member, elsewhere)
        await look(one)
        assert (await look(two))["present"] == [key_in(elsewhere.conversation_id, member.pk)]
