"""Answers in threads, and turning the pages of a long talk, in the browser."""

from playwright.sync_api import expect

from tests.factories.rooms import say

from ..crawl import LOOKS, Inspector
from .talking import chat, messages, open_chat, write


def test_an_answer_in_a_thread_is_seen_at_once_by_both(room, people, open_as):
    owner, second, _third = people
    say(room, owner, "Which supplier?")
    asking, answering = open_chat(open_as(owner), room), open_chat(open_as(second), room)
    row = messages(answering, "Which supplier?")
    row.locator("summary").first.click()
    row.get_by_role("link", name="Answer in a thread").click()
    expect(answering.locator("[data-chat]")).to_have_attribute("data-state", "live")
    expect(answering.locator(".thread-bar")).to_contain_text(f"Answers to {owner.get_full_name()}")
    write(answering, "Ask Meyer")
    expect(answering.locator(".msg.pending")).to_have_count(0)
    expect(messages(answering, "Ask Meyer")).to_have_count(1)

    expect(messages(asking, "Which supplier?").locator("[data-slot=answers]")).to_contain_text("1 answer")
    expect(messages(asking, "Ask Meyer")).to_have_count(0)
    messages(asking, "Which supplier?").get_by_role("link", name="1 answer").click()
    expect(asking.locator("[data-chat]")).to_have_attribute("data-state", "live")
    expect(messages(asking, "Ask Meyer")).to_have_count(1)
    write(asking, "I asked him")
    expect(messages(answering, "I asked him")).to_have_count(1)
    say(room, owner, "Something else")
    write(answering, "You are welcome")
    expect(messages(asking, "You are welcome")).to_have_count(1)
    expect(messages(asking, "Something else")).to_have_count(0)
    asking.get_by_role("link", name="Back to the chat").click()
    expect(messages(asking, "Something else")).to_have_count(1)
    expect(messages(asking, "Which supplier?")).to_contain_text("3 answers")


def test_a_long_talk_is_turned_in_both_directions(room, people, open_as):
    owner, second, _third = people
    said = [say(room, owner, f"Number {number:03}.") for number in range(170)]
    page = open_as(second)
    page.goto(f"{chat(room)}?around={said[60].seq}#m-{said[60].uid}")
    expect(page.locator("[data-chat]")).to_have_attribute("data-state", "live")
    expect(messages(page, "Number 060.")).to_be_in_viewport()
    expect(messages(page, "Number 120.")).to_have_count(0)
    for _turn in range(4):
        page.locator("[data-log]").evaluate("log => { log.scrollTop = log.scrollHeight; }")
        page.wait_for_timeout(300)
    expect(messages(page, "Number 169.")).to_have_count(1)
    for _turn in range(6):
        page.locator("[data-log]").evaluate("log => { log.scrollTop = 0; }")
        page.wait_for_timeout(300)
    expect(messages(page, "Number 000.")).to_have_count(1)
    shown = page.locator(".msg:not(.line) [data-slot=body]").all_inner_texts()
    assert [text.strip() for text in shown] == [f"Number {number:03}." for number in range(170)]
    say(room, owner, "And one more")
    expect(messages(page, "And one more")).to_have_count(1)


def test_without_javascript(room, people, open_as):
    owner, second, _third = people
    say(room, owner, "Which supplier?")
    page = open_as(second, java_script_enabled=False)
    page.goto(chat(room))
    row = messages(page, "Which supplier?")
    row.locator("summary").first.click()
    row.get_by_role("link", name="Answer in a thread").click()
    page.get_by_label("Message", exact=True).fill("Ask Meyer")
    page.get_by_role("button", name="Send").click()
    expect(messages(page, "Ask Meyer")).to_have_count(1)
    expect(page.locator(".thread-bar")).to_have_count(1)
    page.get_by_role("link", name="Back to the chat").click()
    expect(messages(page, "Ask Meyer")).to_have_count(0)
    row = messages(page, "Which supplier?")
    row.locator("summary").first.click()
    row.get_by_role("link", name="Answer", exact=True).click()
    expect(page.locator("[data-answering]")).to_contain_text("Which supplier?")
    page.get_by_label("Message", exact=True).fill("Quoted")
    page.get_by_role("button", name="Send").click()
    expect(messages(page, "Quoted").locator("[data-slot=quote]")).to_contain_text("Which supplier?")


def test_axe_finds_nothing_on_the_page_of_a_thread(room, people, open_as):
    owner, second, _third = people
    begun = say(room, owner, "Which supplier?")
    say(room, second, "Ask Meyer", thread=begun)
    page = open_as(second)
    for address in (f"{chat(room)}?thread={begun.uid}", f"{chat(room)}?quote={begun.uid}"):
        assert Inspector().problems(page, address, "en", LOOKS) == []
