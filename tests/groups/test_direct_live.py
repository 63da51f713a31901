"""Sockets follow direct conversations as they follow rooms, and two people who begin at once have one conversation."""

import asyncio
import threading
import uuid

import pytest
import pytest_asyncio
from django.db import connection, connections

from hanse_activity.blocks import block
from hanse_groups import actions
from hanse_groups.actions import direct as acts
from hanse_groups.models import Conversation, Direct, Message, Participant
from tests.factories.clusters import MembershipFactory
from tests.factories.direct import make_group, seat, talk, write
from tests.factories.profiles import PLATFORM, ProfileFactory

from .live import do, opened_pages

NO_PLACE = 4403


@pytest_asyncio.fixture
async def pages():
    async with opened_pages() as pages:
        yield pages


@pytest.fixture
def people(member, other, cluster):
    third = MembershipFactory(cluster=cluster).person
    for person in (member, other, third):
        ProfileFactory(person=person, scopes=[PLATFORM])
    return member, other, third


@pytest.mark.django_db(transaction=True)
@pytest.mark.asyncio
class TestSockets:
    async def test_a_message_reaches_the_other_page(self, pages, people):
        member, other, _third = people
        direct = await do(talk)(member, other)
        page = await pages.open(other, direct)
        await do(write)(member, other, "Are you there?")
        await page.until_said("Are you there?")

    async def test_nobody_else_opens_it(self, pages, people, manager):
        member, other, third = people
        direct = await do(talk)(member, other)
        for person in (third, manager):
            page = await pages.connect(person)
            await page.send(type="open", conversation=str(direct.conversation.uid), after=0)
            assert await page.until_closed() == NO_PLACE
            assert not page.heard("Hello")

    async def test_a_request_is_no_place_before_it_is_accepted(self, pages, people, stranger):
        member = people[0]
        direct = await do(talk)(stranger, member)
        page = await pages.connect(member)
        await page.send(type="open", conversation=str(direct.conversation.uid), after=0)
        assert await page.until_closed() == NO_PLACE
        await do(acts.accept)(await do(seat)(direct, member), by=member)
        page = await pages.open(member, direct, after=0)
        assert page.heard("Hello")

    async def test_leaving_closes_it_and_what_follows_does_not_reach_it(self, pages, people):
        member, other, third = people
        direct = await do(make_group)(member, other, third)
        page = await pages.open(other, direct)
        await do(acts.leave_group)(direct, by=other)
        await do(self.say)(direct, member, "Now we are alone")
        assert await page.until_closed() == NO_PLACE
        assert not page.heard("Now we are alone")

    async def test_deactivation_closes_it(self, pages, people):
        member, other, _third = people
        direct = await do(talk)(member, other)
        page = await pages.open(other, direct)
        other.is_active = False
        await do(other.save)()
        await page.until_closed()
        assert page.code in (4401, NO_PLACE)

    async def test_after_a_block_nothing_is_sent_and_no_typing_is_told(self, pages, people):
        member, other, _third = people
        direct = await do(talk)(member, other)
        theirs, mine = await pages.open(other, direct), await pages.open(member, direct)
        await mine.send(type="typing")
        await theirs.until("typing")
        await do(block)(other, member)
        await mine.send(type="typing")
        await mine.answered()
        with pytest.raises(actions.NotPossible):
            await do(write)(member, other, "Hello?")
        await asyncio.sleep(0)
        assert "typing" not in [frame["type"] for frame in await theirs.answered()]
        assert not theirs.heard("Hello?")

    @staticmethod
    def say(direct, person, body):
        actions.post_message(direct.conversation, by=person, body=body, client_key=uuid.uuid4())


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    @pytest.fixture(autouse=True)
    def _needs_rows_to_lock(self):
        if connection.vendor == "sqlite":
            pytest.skip("SQLite lets one transaction write at a time; the suite on PostgreSQL runs this")

    def test_two_who_begin_at_the_same_moment_have_one_conversation(self, people):
        member, other, _third = people
        acts_at_once = [lambda: write(member, other, "From one"), lambda: write(other, member, "From the other")] * 2
        begin, problems = threading.Barrier(len(acts_at_once)), []

        def run(act):
            try:
                begin.wait(timeout=20)
                act()
            except Exception as problem:
                problems.append(problem)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=run, args=[act]) for act in acts_at_once]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        assert problems == []
        assert Direct.objects.count() == Conversation.objects.count() == 1
        assert Participant.objects.count() == 2
        assert sorted(Message.objects.values_list("body", flat=True)) == ["From one"] * 2 + ["From the other"] * 2

    def test_a_stranger_who_is_written_to_at_the_same_moment_is_no_request_any_more(self, people, stranger):
        ProfileFactory(person=stranger, scopes=[PLATFORM])
        member = people[0]
        begin = threading.Barrier(2)

        def run(by, to):
            begin.wait(timeout=20)
            write(by, to)
            connections.close_all()

        threads = [threading.Thread(target=run, args=pair) for pair in ((member, stranger), (stranger, member))]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        assert list(Participant.objects.values_list("state", flat=True)) == ["active", "active"]
        assert Message.objects.count() == 2
