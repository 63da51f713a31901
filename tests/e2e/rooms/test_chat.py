"""Several browsers in one room: live, through lost connections, closed tabs and lost places; by keyboard and without
JavaScript."""

import re

import pytest
from playwright.sync_api import Page, expect

from hanse_groups import actions
from hanse_members.models import Cluster
from tests.factories.rooms import add, make_room, place_of, say

from ..crawl import LOOKS, Inspector
from .talking import chat, in_table, messages, open_chat, shown, write


def test_three_people_talk_and_see_each_other_at_once(room, people, open_as):
    owner, second, third = (open_chat(open_as(person), room) for person in people)
    second.get_by_label("Message", exact=True).press_sequentially("Here")
    expect(owner.locator(".typing")).to_contain_text(people[1].get_full_name())
    write(second, "Here is the *sample*")
    for page in (owner, second, third):
        expect(messages(page, "Here is the sample")).to_have_count(1)
        expect(messages(page, "Here is the sample").locator("em")).to_have_text("sample")
    write(third, f"Well done @{people[1].get_full_name()}")
    expect(messages(second, "Well done")).to_have_class(re.compile("to-me"))
    expect(second.locator(".msg.pending")).to_have_count(0)

    mine = messages(second, "Here is the sample")
    mine.locator("summary").first.click()
    mine.get_by_text("Change", exact=True).click()
    mine.get_by_label("Change the message").fill("Here are two samples")
    mine.get_by_role("button", name="Save").click()
    for page in (owner, second, third):
        expect(messages(page, "Here are two samples")).to_contain_text("changed")
        expect(messages(page, "Here is the sample")).to_have_count(0)

    theirs = messages(owner, "Here are two samples")
    theirs.locator("summary").first.click()
    theirs.get_by_label("Reason; the author will read it").fill("Not in this room, please")
    theirs.get_by_role("button", name="Delete").click()
    expect(second.get_by_text("The reason: Not in this room, please")).to_be_visible()
    expect(third.get_by_text("This message was deleted by whoever leads the room.")).to_be_visible()
    expect(third.get_by_text("Not in this room, please")).to_have_count(0)
    second.reload()
    expect(second.get_by_text("The reason: Not in this room, please")).to_be_visible()
    assert in_table(room) == [f"Well done @{people[1].get_full_name()}"]


def test_two_tabs_of_one_person_are_in_step(room, people, open_as):
    first = open_chat(open_as(people[1]), room)
    second = first.context.new_page()
    open_chat(second, room)
    for number, page in enumerate((first, second, first)):
        write(page, f"Number {number}")
    for page in (first, second):
        expect(messages(page, "Number")).to_have_count(3)
        expect(page.locator(".msg.pending")).to_have_count(0)
    assert sorted(in_table(room)) == ["Number 0", "Number 1", "Number 2"]


def test_what_was_typed_waits_for_the_next_visit_until_it_is_sent(room, people, open_as):
    page = open_chat(open_as(people[1]), room)
    field = page.get_by_label("Message", exact=True)
    field.fill("Half a thou")
    page.goto("/rooms/")
    open_chat(page, room)
    expect(field).to_have_value("Half a thou")
    write(page, "A whole thought")
    expect(messages(page, "A whole thought")).to_have_count(1)
    page.reload()
    expect(field).to_have_value("")
    assert in_table(room) == ["A whole thought"]


def test_who_was_offline_has_all_that_was_said_once_and_in_order(room, people, open_as, unreliable):
    owner, absent, _third = people
    other = open_chat(open_as(owner), room)
    context = unreliable(absent)
    page = open_chat(context.new_page(), room)
    say(room, owner, "Before")
    expect(messages(page, "Before")).to_have_count(1)

    context.set_offline(True)
    expect(page.locator("[data-connection]")).to_contain_text("No connection")
    write(page, "Written meanwhile")
    expect(page.locator(".msg.pending")).to_have_count(1)
    for number in range(250):
        say(room, owner, f"Passing {number}")
    expect(messages(other, "Passing 249")).to_have_count(1)
    assert shown(page) == ["Before", "Written meanwhile"]

    context.set_offline(False)
    expect(messages(page, "Passing 249")).to_have_count(1)
    expect(page.locator(".msg.pending")).to_have_count(0)
    expect(messages(other, "Written meanwhile")).to_have_count(1)
    assert len(in_table(room)) == 252
    assert shown(page) == shown(other) == in_table(room)


def hold_posts(page: Page, *, arrive: bool) -> list:
    """From now on the page gets no answer to what it sends. Gives the list of what it sent."""
    asked = []

    def hold(route):
        if route.request.method != "POST":
            route.continue_()
            return
        if arrive:
            route.fetch()
        else:
            route.abort()
        asked.append(route)

    page.route("**/messages/", hold)
    return asked


def test_a_tab_that_is_closed_while_it_sends_loses_and_doubles_nothing(room, people, unreliable):
    context = unreliable(people[1])
    for text, arrives in (("Never left", False), ("Arrived unanswered", True)):
        page = open_chat(context.new_page(), room)
        asked = hold_posts(page, arrive=arrives)
        write(page, text)
        expect(messages(page, text).first).to_be_visible()
        while not asked:
            page.wait_for_timeout(20)
        page.close()
        assert in_table(room).count(text) == int(arrives)
    page = open_chat(context.new_page(), room)
    for text in ("Never left", "Arrived unanswered"):
        expect(messages(page, text)).to_have_count(1)
    expect(page.locator(".msg.pending")).to_have_count(0)
    assert sorted(in_table(room)) == ["Arrived unanswered", "Never left"]


def test_what_the_server_could_not_take_is_sent_again_though_the_socket_stays(room, people, unreliable):
    page = open_chat(unreliable(people[1]).new_page(), room)
    refused = []

    def refuse(route):
        if route.request.method == "POST" and len(refused) < 2:
            refused.append(route.request.post_data)
            route.fulfill(status=503, body="")
        else:
            route.continue_()

    page.route("**/messages/", refuse)
    for text in ("First", "Second"):
        write(page, text)
    expect(messages(page, "Second")).to_have_attribute("data-seq", re.compile(r"\d+"))
    expect(page.locator(".msg.pending")).to_have_count(0)
    assert len(refused) == 2
    assert in_table(room) == ["First", "Second"] == shown(page)


def test_where_sockets_are_blocked_the_page_asks_by_itself(room, people, open_as):
    page = open_as(people[1])
    page.route_web_socket("**/ws/live/", lambda socket: socket.close())
    page.goto(chat(room))
    expect(page.locator("[data-chat]")).to_have_attribute("data-state", "polling")
    say(room, people[0], "Without a socket")
    expect(messages(page, "Without a socket")).to_have_count(1)
    write(page, "And back")
    expect(page.locator(".msg.pending")).to_have_count(0)
    expect(messages(page, "And back")).to_have_count(1)
    assert in_table(room) == ["Without a socket", "And back"]


def test_the_page_of_who_is_removed_says_so_and_is_empty(room, people, open_as):
    owner, loser, third = people
    actions.pin_message(say(room, owner, "Secret merger"), by=owner)
    page, other = open_chat(open_as(loser), room), open_chat(open_as(third), room)
    expect(messages(page, "Secret merger")).to_have_count(1)
    page.get_by_label("Message", exact=True).fill("Not sent yet")
    actions.remove(place_of(room, loser), by=owner)
    expect(page.get_by_text("You no longer take part in this room.")).to_be_visible()
    expect(page.get_by_text("Secret merger")).to_have_count(0)
    expect(page.locator(".msg")).to_have_count(0)
    page.get_by_label("Message", exact=True).press("Enter")
    expect(page.get_by_label("Message", exact=True)).to_have_value("Not sent yet")
    say(room, owner, "Among us")
    expect(messages(other, "Among us")).to_have_count(1)
    assert "Among us" not in page.content()
    assert page.goto(chat(room)).status == 404


def test_who_signs_out_in_another_tab_is_told(room, people, open_as):
    page = open_chat(open_as(people[1]), room)
    tab = page.context.new_page()
    tab.goto("/accounts/logout/")
    tab.locator("main").get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("You are signed out. What you typed is kept here.")).to_be_visible()


def test_without_javascript(room, people, open_as):
    say(room, people[0], "Who brings the sample?")
    page = open_as(people[1], java_script_enabled=False)
    page.goto(chat(room))
    page.get_by_label("Message", exact=True).fill("I do, **on Tuesday**")
    page.get_by_role("button", name="Send").click()
    expect(messages(page, "I do").locator("strong")).to_have_text("on Tuesday")
    mine = messages(page, "I do")
    mine.locator("summary").first.click()
    mine.get_by_text("Change", exact=True).click()
    mine.get_by_label("Change the message").fill("I do, on Wednesday")
    mine.get_by_role("button", name="Save").click()
    expect(messages(page, "I do, on Wednesday")).to_contain_text("changed")
    theirs = messages(page, "Who brings")
    theirs.locator("summary").first.click()
    theirs.get_by_role("button", name="I agree").click()
    expect(messages(page, "Who brings").locator(".reaction")).to_have_text("I agree 1")
    assert in_table(room) == ["Who brings the sample?", "I do, on Wednesday"]


def test_by_keyboard_alone(room, people, open_as):
    owner, second, _third = people
    say(room, owner, "Which lens?")
    page = open_chat(open_as(second), room)

    def tab_to(locator) -> None:
        for _ in range(80):
            if locator.evaluate("element => element === document.activeElement"):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"{locator} is not reached")

    field = page.get_by_label("Message", exact=True)
    tab_to(messages(page, "Which lens?").locator("summary").first)
    page.keyboard.press("Enter")
    tab_to(messages(page, "Which lens?").get_by_role("link", name="Answer", exact=True))
    page.keyboard.press("Enter")
    expect(field).to_be_focused()
    expect(page.locator("[data-answering]")).to_contain_text("Which lens?")
    page.keyboard.type(f"@{owner.get_full_name()[:3]}")
    expect(page.locator("[data-suggestions]")).to_contain_text(owner.get_full_name())
    page.keyboard.press("Enter")
    expect(field).to_have_value(f"@{owner.get_full_name()} ")
    page.keyboard.type("the wide one")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("or the long one")
    page.keyboard.press("Enter")
    said = messages(page, "the wide one")
    expect(said.locator("[data-slot=quote]")).to_contain_text("Which lens?")
    expect(said.locator(".mention")).to_have_text(f"@{owner.get_full_name()}")
    assert in_table(room)[-1] == f"@{owner.get_full_name()} the wide one\nor the long one"
    expect(field).to_be_focused()
    page.keyboard.type("x")
    page.keyboard.press("Backspace")
    expect(page.locator("[data-answering]")).to_be_hidden()


@pytest.mark.parametrize("language", ["en", "de"])
def test_axe_finds_nothing_in_either_look_or_width(room, people, open_as, language):
    owner, second, third = people
    first = say(
        room, owner, f"Hello @{second.get_full_name()}, see https://example.org and `code`\n\n> quoted\n\n- a\n- b"
    )
    actions.react(first, "agree", by=third)
    actions.pin_message(first, by=owner)
    say(room, third, "Good", quoted=first)
    actions.delete_message(say(room, second, "Gone"), by=owner, reason="Because")
    say(room, second, "A" * 300)
    second.language = language
    second.save()
    page = open_as(second)
    assert Inspector().problems(page, chat(room), language, LOOKS) == []
    expect(page.locator("[data-chat]")).to_have_attribute("data-state", "live")
    messages(page, "Hello").locator("summary").first.click()
    assert Inspector()._problems(page, chat(room), LOOKS[0]) == []


def test_a_newcomer_sees_no_words_of_before_on_the_open_page(people, open_as, network):
    owner, early, late = people
    cluster = Cluster.objects.get(slug="photonik-nord")
    room = make_room(cluster, owner=owner, members=[early], newcomers_see_all=False, name="Two times")
    before = say(room, owner, "Secret merger")
    add(room, late)
    page = open_chat(open_as(late), room)
    say(room, owner, "As I said", quoted=before)
    expect(messages(page, "As I said").locator("[data-slot=quote]")).to_contain_text("before you joined")
    actions.edit_message(before, by=owner, body="Secret sale")
    say(room, owner, "Afterwards")
    expect(messages(page, "Afterwards")).to_have_count(1)
    assert "Secret" not in page.content()
