"""The numbers in the frame of an open page follow what happens elsewhere."""

import pytest
from playwright.sync_api import Page, expect

from hanse_access.viewer import Viewer
from hanse_activity.unread import count_unread
from hanse_groups import actions
from tests.factories.direct import talk
from tests.factories.rooms import place_of, say

from .talking import chat, messages, open_chat, write

pytestmark = pytest.mark.usefixtures("room")


def bell(page: Page):
    return page.locator(".desk-end [data-frame-part=notifications]")


def in_side_bar(page: Page, room):
    return page.locator(".desk-side a").filter(has_text=room.name)


def unread_of(person) -> int:
    return count_unread(Viewer.of(person))


def open_dashboard(page: Page) -> Page:
    """Opens it and waits until its socket is there."""
    with page.expect_websocket() as socket:
        page.goto("/dashboard/")
    socket.value.wait_for_event("framereceived")
    return page


def test_an_open_page_learns_of_messages_and_of_their_being_read(room, people, open_as):
    owner, absent, _third = people
    actions.set_level(room.conversation, "all", by=absent)
    page = open_dashboard(open_as(absent))
    expect(in_side_bar(page, room).locator(".count")).to_have_count(0)
    before = unread_of(absent)
    say(room, owner, "The sample is here")
    expect(in_side_bar(page, room).locator(".count")).to_have_text("1 unread")
    expect(bell(page).locator(".count")).to_have_text(str(before + 1))
    expect(page).to_have_title(f"({before + 1}) Dashboard – Hanse")
    expect(bell(page).get_by_role("link")).to_have_accessible_name(f"Notifications, {before + 1} unread")

    chat_page = page.context.new_page()
    open_chat(chat_page, room)
    expect(in_side_bar(page, room).locator(".count")).to_have_count(0)
    expect(page).to_have_title(f"({before}) Dashboard – Hanse" if before else "Dashboard – Hanse")
    assert unread_of(absent) == before


def test_the_side_bar_counts_in_rooms_of_which_one_is_told_only_when_mentioned(room, people, open_as):
    owner, absent, _third = people
    assert place_of(room, absent).level == "mentions"
    page = open_dashboard(open_as(absent))
    before = unread_of(absent)
    say(room, owner, "The sample is here")
    say(room, owner, "And the second one")
    expect(in_side_bar(page, room).locator(".count")).to_have_text("2 unread")
    assert unread_of(absent) == before


def test_the_number_beside_messages_follows_on_an_open_page(people, open_as):
    one, two, _third = people
    page = open_dashboard(open_as(two))
    number = page.locator(".desk-side [data-frame-part=count-messages] .count")
    # The demo has conversations with something new for them too.
    before = int(number.inner_text().split()[0]) if number.count() else 0
    direct = talk(one, two, "Do you have a minute?")
    expect(number).to_have_text(f"{before + 1} waiting")
    open_direct = page.context.new_page()
    open_direct.goto(direct.get_absolute_url())
    if before:
        expect(number).to_have_text(f"{before} waiting")
    else:
        expect(number).to_have_count(0)


def test_the_side_bar_of_the_chat_itself_follows_and_keeps_its_place(room, people, open_as):
    owner, second, _third = people
    page = open_chat(open_as(second), room)
    current = in_side_bar(page, room)
    expect(current).to_have_attribute("aria-current", "page")
    page.evaluate("document.querySelector('.desk-side').dataset.same = 'yes'")
    current.focus()
    actions.change_room(room, by=owner, name="Lens trial")
    say(room, owner, f"Hello @{second.get_full_name()}")
    renamed = page.locator(".desk-side a").filter(has_text="Lens trial")
    expect(renamed).to_have_attribute("aria-current", "page")
    expect(renamed).to_be_focused()
    expect(page.locator(".desk-side[data-same]")).to_have_count(1)


def test_a_room_that_is_lost_leaves_the_side_bar(room, people, open_as):
    owner, loser, _third = people
    page = open_dashboard(open_as(loser))
    expect(in_side_bar(page, room)).to_have_count(1)
    actions.remove(place_of(room, loser), by=owner)
    expect(in_side_bar(page, room)).to_have_count(0)
    assert page.goto(chat(room)).status == 404


def test_who_has_read_stands_under_one_s_own_message_where_the_room_shows_it(room, people, open_as):
    owner, writer, reader = people
    actions.change_room(room, by=owner, shows_who_read=True)
    page = open_chat(open_as(writer), room)
    write(page, "The sample is here")
    mine = messages(page, "The sample is here")
    expect(mine.locator("[data-slot=readers]")).to_be_hidden()
    open_chat(open_as(reader), room)
    page.bring_to_front()
    page.reload()
    expect(mine.locator("[data-slot=readers] summary")).to_have_text("Read by 1 of 2")
    mine.locator("[data-slot=readers] summary").click()
    expect(mine.locator("[data-slot=readers]")).to_contain_text(reader.get_full_name())
