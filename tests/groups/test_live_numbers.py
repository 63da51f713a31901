"""Open pages learn that there is something new in the rooms beside them: when, and that it tells nothing more."""

import asyncio

import pytest

from hanse_groups import actions, consumers
from hanse_groups.hub_sockets import TRY_AGAIN
from tests.factories.rooms import add, make_room, place_of, say

from .live import PATIENCE, do, uid_of

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]


async def until(condition) -> None:
    async with asyncio.timeout(PATIENCE):
        while not condition():
            await asyncio.sleep(0.01)


@pytest.fixture(autouse=True)
def soon(monkeypatch):
    monkeypatch.setattr(consumers, "NEWS_AFTER", 0.02)
    monkeypatch.setattr(consumers, "HEAR_AFTER", 0)


@pytest.fixture(autouse=True)
def joined(monkeypatch) -> list[int]:
    """How many rooms each page has joined the groups of, once it has: it does so beside everything else."""
    numbers: list[int] = []
    hear_of_rooms = consumers.LiveConsumer._hear_of_rooms

    async def noted(self) -> dict:
        found = await hear_of_rooms(self)
        numbers.append(len(self.rooms))
        return found

    monkeypatch.setattr(consumers.LiveConsumer, "_hear_of_rooms", noted)
    return numbers


@pytest.fixture
def listening(pages, joined):
    """Opens a page that hears of its rooms."""

    async def open_page(person, room=None):
        before = len(joined)
        page = await (pages.connect(person) if room is None else pages.open(person, room))
        await until(lambda: len(joined) > before)
        return page

    return open_page


async def test_a_message_in_a_room_of_which_one_is_told_only_when_mentioned(listening, talk, manager, member):
    page = await listening(member)
    await do(say)(talk, manager, "Secret words")
    await page.until("counts")
    assert not page.heard("Secret")
    assert page.frames[-1] == {"type": "counts"}


async def test_also_while_the_page_shows_another_chat(listening, cluster, talk, manager, member):
    second = await do(make_room)(cluster, owner=manager, members=[member])
    page = await listening(member, second)
    await do(say)(talk, manager, "Secret words")
    await page.until("counts")
    assert not page.heard("Secret")


async def test_many_messages_are_told_once(listening, talk, manager, member, monkeypatch):
    heard, gate = [], asyncio.Event()
    tell_news, tell_soon = consumers.LiveConsumer._tell_news, consumers.LiveConsumer._tell_news_soon

    def noted(self) -> None:
        heard.append(self)
        tell_news(self)

    async def later(self) -> None:
        await gate.wait()
        await tell_soon(self)

    monkeypatch.setattr(consumers.LiveConsumer, "_tell_news", noted)
    monkeypatch.setattr(consumers.LiveConsumer, "_tell_news_soon", later)
    page = await listening(member)
    for number in range(5):
        await do(say)(talk, manager, f"Number {number}")
    await until(lambda: len(heard) == 5)
    gate.set()
    await page.until("counts")
    assert await page.is_quiet()


async def test_the_chat_that_the_page_shows_hears_the_message_itself(listening, talk, manager, member):
    page = await listening(member, talk)
    await do(say)(talk, manager, "Hello")
    await page.until_said("Hello")
    assert await page.is_quiet()


async def test_not_of_one_s_own_messages_changes_and_reactions(listening, talk, manager, member):
    old = await do(say)(talk, manager, "Old")
    page = await listening(member)
    await do(say)(talk, member, "My own")
    await do(actions.edit_message)(old, by=manager, body="Older")
    await do(actions.react)(old, "agree", by=manager)
    assert not [frame for frame in await page.answered() if "read" not in frame]
    assert await page.is_quiet()


async def test_nobody_outside_of_the_room_hears_anything(listening, talk, manager, stranger, third):
    quiet = [await listening(person) for person in (stranger, third)]
    await do(say)(talk, manager, "Hello")
    for page in quiet:
        assert await page.is_quiet()


async def test_nothing_once_the_room_is_lost(listening, joined, talk, manager, member):
    page = await listening(member)
    await do(actions.remove)(await do(place_of)(talk, member), by=manager)
    await page.until("counts")  # told of the removal
    await until(lambda: joined[-1] == 0)
    await do(say)(talk, manager, "After the removal")
    assert await page.is_quiet()


async def test_a_page_that_goes_on_to_another_chat_still_hears_of_the_first(listening, cluster, talk, manager, member):
    second = await do(make_room)(cluster, owner=manager, members=[member])
    page = await listening(member, talk)
    await page.send(type="open", conversation=await do(uid_of)(second), after=0)
    await page.until("ready")
    await do(say)(talk, manager, "In the first")
    await page.until("counts")
    assert not page.heard("In the first")


async def test_a_room_that_was_joined_on_another_page_is_heard_of_within_a_minute(
    listening, joined, room, manager, member, monkeypatch
):
    monkeypatch.setattr(consumers, "SESSION_CHECK", 0.3)
    page = await listening(member)
    await do(add)(room, member)
    await page.until("counts")  # the invitation
    await until(lambda: joined[-1] == 1)
    await page.answered()
    await do(say)(room, manager, "Welcome")
    await page.until("counts")


async def test_a_page_that_cannot_be_watched_any_more_is_closed(listening, member, monkeypatch):
    """Otherwise it would stay open without anybody asking whether its session still holds."""
    monkeypatch.setattr(consumers, "SESSION_CHECK", 0.02)
    page = await listening(member)

    async def no_answer(self) -> None:
        raise ConnectionError  # as the channel layer does

    monkeypatch.setattr(consumers.LiveConsumer, "_own_rooms", no_answer)
    assert await page.until_closed() == TRY_AGAIN
