"""Two browsers in a direct conversation: begun from a profile, live, ended by a block; and by form alone."""

import re

import pytest
from playwright.sync_api import Page, expect

from hanse_groups.models import Direct, Message
from tests.factories.direct import talk
from tests.factories.profiles import PLATFORM, ProfileFactory

from .talking import messages, write


@pytest.fixture
def people(network):
    """Of one cluster, with a profile each."""
    found = network["company.photonik"], network["editor.photonik"]
    for person in found:
        ProfileFactory(person=person, scopes=[PLATFORM])
    return found


def live(page: Page) -> Page:
    expect(page.locator("[data-chat]")).to_have_attribute("data-state", "live")
    return page


def test_two_people_begin_from_a_profile_and_talk(people, open_as, unreliable):
    one, other = people
    # The browser notes the refused message as an error.
    first, second = unreliable(one).new_page(), open_as(other)
    first.goto(other.profile.get_absolute_url())
    first.get_by_role("link", name="Write a message").click()
    first.get_by_label("Message").fill("Shall we share a stand?")
    first.get_by_role("button", name="Send").click()
    live(first)
    expect(messages(first, "Shall we share a stand?")).to_have_count(1)

    second.goto("/messages/")
    expect(second.get_by_label("My messages")).to_contain_text(one.get_full_name())
    second.locator("#direct").get_by_role("link", name=one.get_full_name()).click()
    live(second)
    write(second, "Gladly. *Which* fair?")
    expect(messages(first, "Gladly. Which fair?").locator("em")).to_have_text("Which")
    first.get_by_label("Message", exact=True).press_sequentially("The one")
    expect(second.locator(".typing")).to_contain_text(one.get_full_name())
    first.get_by_label("Message", exact=True).press("Enter")
    expect(messages(second, "The one")).to_have_count(1)
    assert Direct.objects.filter(conversation__messages__body="The one").count() == 1

    # Blocked from the conversation: what is sent then is refused, kept, and nobody is told why.
    second.get_by_role("link", name="People and settings").click()
    second.get_by_role("button", name=re.compile("^Block")).click()
    expect(second.get_by_text("nothing from there reaches you any more")).to_be_visible()
    write(first, "In Munich")
    failed = messages(first, "In Munich")
    expect(failed).to_contain_text("accepts no messages at present")
    expect(failed.get_by_role("button", name="Send again")).to_be_visible()
    assert not Message.objects.filter(body="In Munich").exists()
    second.get_by_role("link", name="Chat", exact=True).click()
    expect(second.get_by_text(f"You block {one.get_full_name()}")).to_be_visible()
    second.get_by_role("link", name="Whom you block").click()
    second.get_by_role("button", name=re.compile("^Block no longer")).click()
    expect(second.get_by_text("is no longer blocked")).to_be_visible()
    failed.get_by_role("button", name="Send again").click()
    expect(first.locator(".msg.pending, .msg.failed")).to_have_count(0)
    assert Message.objects.filter(body="In Munich").count() == 1


def test_works_without_scripts(people, open_as):
    one, other = people
    direct = talk(one, other, "By form alone")
    page = open_as(other, java_script_enabled=False)
    page.goto(direct.get_absolute_url())
    page.get_by_label("Message", exact=True).fill("So do I")
    page.get_by_role("button", name="Send").click()
    expect(messages(page, "So do I")).to_have_count(1)


def test_a_file_is_attached_sent_and_there_for_the_other_without_reload(people, open_as):
    one, other = people
    direct = talk(one, other, "Do you have the drawing?")
    here, there = open_as(other), open_as(one)
    for page in (here, there):
        page.goto(direct.get_absolute_url())
        live(page)
    drawing = {"name": "drawing.txt", "mimeType": "text/plain", "buffer": b"A lens"}
    here.locator("[data-attach]").set_input_files([drawing])
    expect(here.locator("[data-attached] .message-file")).to_contain_text("drawing.txt")
    here.get_by_role("button", name="Send").click()
    link = there.locator(".msg").last.get_by_role("link", name="drawing.txt")
    expect(link).to_be_visible()
    answer = there.request.get(link.get_attribute("href"))
    assert (answer.status, answer.body()) == (200, b"A lens")
    here.locator(".msg").last.get_by_role("link", name="drawing.txt").wait_for()
