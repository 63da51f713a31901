"""A tool of a room that another plugin brings: it stands beside the others, and obeys the room."""

import pytest
from django.urls import reverse

from hanse_access.actions import break_glass
from hanse_access.operators import operator_group
from hanse_groups.models import Participant
from hanse_groups.room_tools import RoomTool, room_tools
from tests.factories.people import UserFactory
from tests.factories.rooms import add

from .talk import browser
from .visits import page

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
ADDRESS = "/test/room-notes/{}/"


def notes_of(request, room, place):
    return {"words": f"Notes of {room.name} for {place.person.get_full_name()}"} if place.leads else None


@pytest.fixture
def notes(settings):
    settings.ROOT_URLCONF = "tests.groups.tool_urls"
    tool = RoomTool(
        name="notes",
        label="Shared notes",
        url=lambda room: reverse("room_notes", args=[room.uid]),
        icon="list",
        order=40,
        new=lambda room, place: 3,
        shown=lambda room, place: place.role != Participant.Role.GUEST,
        template="testapp/room_notes.html",
        home=notes_of,
    )
    room_tools.register(tool)
    yield tool
    room_tools.unregister("notes")


def tab(response) -> list[tuple]:
    return [(each["count"], each["current"]) for each in response.context["tabs"] if each["label"] == "Shared notes"]


def test_it_is_a_tab_on_every_page_of_the_room_in_its_order(notes, room, ada):
    for address in (room.get_absolute_url(), page(room, "chat"), page(room, "files"), page(room, "people")):
        answer = browser(ada).get(address)
        assert tab(answer) == [(3, False)]
        assert f'href="{ADDRESS.format(room.uid)}"' in answer.text
        labels = [str(each["label"]) for each in answer.context["tabs"]]
        assert labels.index("Files") < labels.index("Shared notes") < labels.index("People")


def test_its_own_page_is_current_and_for_who_is_in_the_room_alone(notes, room, ada, stranger):
    where = ADDRESS.format(room.uid)
    answer = browser(ada).get(where)
    assert tab(answer) == [(0, True)]
    missing = browser(stranger).get(ADDRESS.format("00000000-0000-4000-8000-000000000000"))
    assert browser(stranger).get(where).status_code == missing.status_code == 404


def test_it_has_a_part_on_the_home_page_for_whom_it_has_something(notes, room, manager, ada):
    assert f"Notes of Room for {manager.get_full_name()}" in browser(manager).get(room.get_absolute_url()).text
    assert "Notes of Room" not in browser(ada).get(room.get_absolute_url()).text


def test_it_is_left_out_where_it_serves_nobody(notes, room):
    guest = UserFactory()
    add(room, guest, role="guest")
    assert tab(browser(guest).get(room.get_absolute_url())) == []


def test_an_operator_who_looks_in_gets_the_tab_without_numbers_and_no_part(notes, room):
    operator = UserFactory()
    operator.groups.add(operator_group())
    break_glass(by=operator, scope=room.scope, reason="A court order obliges us to look into it")
    answer = browser(operator).get(room.get_absolute_url())
    assert tab(answer) == [(0, False)]
    assert "Notes of Room" not in answer.text
    assert browser(operator).get(ADDRESS.format(room.uid)).status_code == 404


def test_without_its_plugin_nothing_of_it_is_left(room, ada):
    assert tab(browser(ada).get(room.get_absolute_url())) == []
