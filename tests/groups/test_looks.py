"""What an open page asks for every few seconds: who is there, and who has read how far."""

import pytest
import pytest_asyncio

from hanse_groups import actions
from hanse_groups.models import Message
from hanse_groups.people import key_in
from tests.factories.rooms import add, place_of, say

from .live import do, opened_pages

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
