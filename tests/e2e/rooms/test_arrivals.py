"""What arrives in a chat while its reader looks at something else."""

import pytest
from playwright.sync_api import Page, expect

from tests.factories.rooms import place_of, say

from .talking import messages, open_chat, write

pytestmark = pytest.mark.usefixtures("room")


def button(page: Page):
    return page.locator("button[data-to-newest]")


def scroll_up(page: Page) -> None:
    page.locator("[data-log]").evaluate("log => { log.scrollTop = log.scrollHeight / 2 }")


def test_what_comes_while_one_reads_above_is_counted_marked_and_reached_by_a_button(room, people, open_as):
    owner, reader, _third = people
    for number in range(40):
        say(room, owner, f"Earlier {number}")
    page = open_chat(open_as(reader), room)
    # All of it is new to the reader, who begins at the first of it.
    expect(page.locator("[data-unread]")).to_have_count(1)
    button(page).click()
    expect(button(page)).to_be_hidden()
    scroll_up(page)
    expect(button(page)).to_have_text("To the newest")
    say(room, owner, "First that is new")
    expect(button(page)).to_have_text("1 new, to the newest")
    say(room, owner, "Second that is new")
    expect(button(page)).to_have_text("2 new, to the newest")
    expect(page.locator("[data-unread] + .msg")).to_contain_text("First that is new")
    assert place_of(room, reader).last_read_seq < room.conversation.messages.last().seq
    button(page).focus()
    page.keyboard.press("Enter")
    expect(messages(page, "Second that is new")).to_be_in_viewport()
    expect(button(page)).to_be_hidden()
    expect(page.locator("[data-log]")).to_be_focused()
    write(page, "I have seen it")
    expect(messages(page, "I have seen it")).to_be_in_viewport()


def test_one_s_own_words_are_not_new_and_lead_to_the_end(room, people, open_as):
    owner, writer, _third = people
    for number in range(40):
        say(room, owner, f"Earlier {number}")
    page = open_chat(open_as(writer), room)
    scroll_up(page)
    write(page, "My own")
    expect(messages(page, "My own")).to_be_in_viewport()
    expect(button(page)).to_be_hidden()


def test_the_list_of_rooms_and_the_side_bar_show_the_same_number(room, people, open_as):
    owner, absent, _third = people
    say(room, owner, "One")
    page = open_as(absent)
    with page.expect_websocket() as socket:
        page.goto("/rooms/")
    socket.value.wait_for_event("framereceived")
    in_list = page.locator(".card").filter(has_text=room.name).locator(".count")
    in_side_bar = page.locator(".desk-side a").filter(has_text=room.name).locator(".count")
    expect(in_list).to_have_text("1 unread")
    expect(in_side_bar).to_have_text("1 unread")
    say(room, owner, "Two")
    expect(in_side_bar).to_have_text("2 unread")
    expect(in_list).to_have_text("2 unread")
