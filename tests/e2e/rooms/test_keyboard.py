"""A whole visit to a room with the keyboard alone: nothing is clicked, everything is reached by Tab."""

import pytest
from playwright.sync_api import Page, expect

from hanse_groups.models import Message, Participant, Reaction, Room
from hanse_members.models import Cluster
from tests.factories.rooms import PLATFORM, make_room, say

from .talking import messages

#: Tabs until something must have been reached
MOST = 90


def reach(page: Page, name: str, role: str = "button", *, within=None):
    """Press Tab until this has the focus, which must be seen."""
    wanted = (within or page).get_by_role(role, name=name, exact=True)
    expect(wanted.first).to_be_attached()
    for _time in range(MOST):
        page.keyboard.press("Tab")
        if wanted.evaluate_all("all => all.includes(document.activeElement)"):
            outline = page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
            assert outline != "none", name
            return
    raise AssertionError(f"{role} {name!r} is not reached by Tab")


def press(page: Page, name: str, role: str = "button", *, within=None) -> None:
    reach(page, name, role, within=within)
    page.keyboard.press("Enter")


def reach_element(page: Page, wanted, key: str = "Tab") -> None:
    for _time in range(MOST):
        if wanted.evaluate("element => element === document.activeElement"):
            return
        page.keyboard.press(key)
    raise AssertionError(f"{wanted} is not reached by {key}")


@pytest.fixture
def open_room(people):
    owner, *_others = people
    room = make_room(Cluster.objects.get(slug="photonik-nord"), owner=owner, kind=Room.Kind.OPEN, scopes=[PLATFORM])
    say(room, owner, "Welcome, what did you measure?")
    return room


def test_joining_reading_writing_reacting_uploading_and_leaving(open_room, people, open_as):
    _owner, person, _third = people
    page = open_as(person)
    page.goto(f"/rooms/{open_room.uid}/")
    press(page, "Join the room")
    press(page, "Chat", "link", within=page.locator(".tabs"))
    expect(page.locator("[data-chat]")).to_have_attribute("data-state", "live")
    asked = messages(page, "what did you measure?")
    expect(asked).to_be_visible()

    reach_element(page, asked.locator("summary").first)
    page.keyboard.press("Enter")
    press(page, "Useful", within=asked)
    expect(asked.locator(".reaction")).to_be_visible()
    assert Reaction.objects.get(message__conversation=open_room.conversation).person == person

    field = page.get_by_label("Message", exact=True)
    reach_element(page, field)
    page.keyboard.type("Ten nanometres")
    page.keyboard.press("Enter")
    expect(page.locator(".msg.own[data-seq]").filter(has_text="Ten nanometres")).to_be_visible()
    assert Message.objects.filter(author=person, body="Ten nanometres").exists()

    with page.expect_file_chooser() as chooser:
        reach_element(page, page.locator("[data-attach]"))
        page.keyboard.press("Enter")
    chooser.value.set_files([{"name": "curve.txt", "mimeType": "text/plain", "buffer": b"1 2 3"}])
    expect(page.locator("ul[data-attached]")).to_contain_text("curve.txt")
    reach_element(page, field, key="Shift+Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".msg.own[data-seq] .files").filter(has_text="curve.txt")).to_be_visible()

    page.goto(f"/rooms/{open_room.uid}/")
    press(page, "Leave the room", "link")
    page.wait_for_url("**/leave/")
    press(page, "Leave")
    page.wait_for_url(lambda address: "/leave/" not in address)
    place = Participant.objects.get(conversation=open_room.conversation, person=person)
    assert place.state == Participant.State.LEFT
