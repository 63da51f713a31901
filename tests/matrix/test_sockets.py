"""Sockets, asked as every persona: the chat of a room of each kind opens for who is in it, and for nobody else."""

import json

import pytest
import pytest_asyncio
from django.contrib.auth.models import AnonymousUser

from tests.factories.rooms import owner_of, say
from tests.groups.live import do, opened_pages, session_of, uid_of

from .expected import SEES
from .test_rooms import EXPECTED, MISSING, build_rooms, mark
from .world import build

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio, pytest.mark.embedded]
SIGNED_OUT, NO_PLACE = 4401, 4403


@pytest_asyncio.fixture
async def pages():
    async with opened_pages() as pages:
        yield pages


async def refused(pages, session: str | None, uid: str) -> tuple:
    """What a socket hears that asks for this conversation, and the code that it is closed with."""
    page = await pages.connect(session=session)
    await page.send(type="open", conversation=uid, after=0)
    code = await page.until_closed()
    return code, json.dumps(page.frames).replace(uid, "ASKED")


async def test_the_chat_of_each_room_opens_for_who_is_in_it_alone(pages):
    world = await do(build)()
    built = await do(build_rooms)(world)
    opened = []
    for persona in SEES:
        person = world.people[persona]
        session = None if isinstance(person, AnonymousUser) else await do(session_of)(person)
        _cards, insides = EXPECTED[persona]
        missing = await refused(pages, session, MISSING)
        assert missing[0] == (NO_PLACE if session else SIGNED_OUT)
        for key, room in built.rooms.items():
            if key not in insides:
                assert await refused(pages, session, await do(uid_of)(room)) == missing, (persona, key)
                continue
            page = await pages.connect(session=session)
            await page.send(type="open", conversation=await do(uid_of)(room), after=0)
            await page.until("ready")
            opened.append((persona, key, page))
    for key, room in built.rooms.items():
        if key not in {"archived", "deleted"}:
            await do(say)(room, await do(owner_of)(room), f"later{mark(key)}")
    for persona, key, page in opened:
        assert page.heard(f"words{mark(key)}"), (persona, key)
        if key != "archived":
            await page.until_said(f"later{mark(key)}")
        await page.answered()
        others = [other for other in built.rooms if other != key]
        assert not any(page.heard(mark(other)) for other in others), (persona, key)
