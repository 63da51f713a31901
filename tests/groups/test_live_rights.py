"""Open pages follow what changes who may do what, as it happens: roles, states of the room, ownership, break-glass."""

import pytest

from hanse_access.actions import break_glass
from hanse_access.operators import operator_group
from hanse_groups import actions
from hanse_groups.models import Participant, Room
from hanse_site.account.actions import delete_account
from tests.factories.people import UserFactory
from tests.factories.rooms import add, place_of, say

from .live import do, uid_of
from .talk import browser

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.asyncio]
NO_PLACE = 4403
MEMBER = {"leads": False, "may_pin": True, "writable": True}
LEADER = {**MEMBER, "leads": True}


async def place_told(page) -> dict:
    """What the page is told next of what its reader may do."""
    while True:
        frame = await page.until("changes")
        if "place" in frame:
            return frame["place"]


def verbs(page) -> list[str]:
    """The system lines in English that the page has heard."""
    frames = [frame for frame in page.frames if frame["type"] == "changes"]
    return [message["lines"]["en"] for frame in frames for message in frame["messages"] if message["kind"] == "system"]


class TestRoles:
    async def test_a_page_says_what_its_reader_may_do_when_it_is_ready(self, pages, talk, manager, member):
        for person, expected in ((manager, LEADER), (member, MEMBER)):
            page = await pages.open(person, talk)
            assert page.frames[-1]["place"] == expected

    async def test_tools_of_moderators_come_and_go_with_the_role(self, pages, talk, manager, member):
        page = await pages.open(member, talk)
        for role, expected in (("moderator", LEADER), ("guest", {**MEMBER, "may_pin": False}), ("member", MEMBER)):
            await do(lambda role=role: actions.set_role(place_of(talk, member), role, by=manager))()
            assert await place_told(page) == expected

    async def test_so_they_do_where_a_room_is_handed_over(self, pages, talk, manager, member):
        one, two = await pages.open(manager, talk), await pages.open(member, talk)
        await do(lambda: actions.hand_over(talk, by=manager, to=place_of(talk, member)))()
        assert await place_told(two) == LEADER
        # The former owner stays as moderator.
        assert await place_told(one) == LEADER
        await do(lambda: actions.set_role(place_of(talk, manager), "member", by=member))()
        assert await place_told(one) == MEMBER

    async def test_a_page_without_a_socket_learns_it_with_its_next_question(self, talk, manager, member):
        address = f"/conversations/{await do(uid_of)(talk)}/changes/?after=0"
        await do(lambda: actions.set_role(place_of(talk, member), "moderator", by=manager))()
        assert (await do(lambda: browser(member).get(address).json()["place"])()) == LEADER


async def test_pages_can_be_written_in_or_read_only_as_the_room_is(pages, talk, manager, member):
    page = await pages.open(member, talk)
    await do(actions.archive_room)(talk, by=manager)
    assert await place_told(page) == {**MEMBER, "writable": False}
    await do(actions.reopen_room)(talk, by=manager)
    assert await place_told(page) == MEMBER


class TestTheLastOwnerDeletesTheAccount:
    async def test_a_moderator_owns_the_room_and_the_open_pages_hear_it(self, pages, talk, manager, member, other):
        await do(lambda: actions.set_role(place_of(talk, member), "moderator", by=manager))()
        gone, heir, witness = [await pages.open(person, talk) for person in (manager, member, other)]
        await do(lambda: delete_account(user=manager))()
        assert await gone.until_closed() == 4401
        await place_told(witness)
        await witness.answered()
        assert any("now owns the room" in line for line in verbs(witness))
        assert await do(lambda: place_of(talk, member).role)() == Participant.Role.OWNER
        await do(lambda: actions.remove(place_of(talk, other), by=member))()
        assert await witness.until_closed() == NO_PLACE
        await heir.answered()

    async def test_else_the_patron_owns_it(self, pages, talk, manager, member, other):
        await do(lambda: actions.change_room(talk, by=manager, patron=member))()
        heir, witness = await pages.open(member, talk), await pages.open(other, talk)
        await do(lambda: delete_account(user=manager))()
        assert await place_told(heir) == LEADER
        assert await place_told(witness) == MEMBER

    async def test_else_the_room_is_archived_and_the_pages_are_for_reading(self, pages, talk, manager, member):
        page = await pages.open(member, talk)
        await do(lambda: delete_account(user=manager))()
        while (await place_told(page))["writable"]:
            pass
        assert await do(lambda: Room.objects.get(pk=talk.pk).state)() == Room.State.ARCHIVED


class TestBreakGlass:
    REASON = "A court order obliges us to look into it"

    async def test_everybody_in_the_room_sees_it_at_once_and_the_operator_gets_no_socket(
        self, pages, talk, manager, member
    ):
        def operator():
            person = UserFactory()
            person.groups.add(operator_group())
            return person

        person = await do(operator)()
        page = await pages.open(member, talk)
        await do(lambda: break_glass(by=person, scope=talk.scope, reason=self.REASON))()
        line = await page.until("changes")
        assert self.REASON in line["messages"][0]["lines"]["en"]
        looking = await pages.connect(person)
        await looking.send(type="open", conversation=await do(uid_of)(talk), after=0)
        assert await looking.until_closed() == NO_PLACE
        await do(say)(talk, manager, "Not for operators")
        await page.until_said("Not for operators")
        assert not looking.heard("Not for operators")

    async def test_an_operator_who_takes_part_and_is_removed_hears_no_more(self, pages, talk, manager, member):
        """The glass opens pages, whatever else the operator was in the room."""

        def operator():
            person = UserFactory()
            person.groups.add(operator_group())
            add(talk, person, role="guest")
            break_glass(by=person, scope=talk.scope, reason=self.REASON)
            return person

        person = await do(operator)()
        page = await pages.open(person, talk)
        await do(lambda: actions.remove(place_of(talk, person), by=manager))()
        assert await page.until_closed() == NO_PLACE
        await do(say)(talk, manager, "Afterwards")
        assert not page.heard("Afterwards")
