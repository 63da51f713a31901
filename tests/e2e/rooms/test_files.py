"""Files of rooms in the browser: dropped and chosen, with what is refused; files of messages, pasted and dropped."""

import base64
import re

import pytest
from playwright.sync_api import Page, expect

from hanse_groups import actions
from hanse_groups.models import FileVersion, Message, RoomFile
from hanse_site.demo.room_files import pdf
from tests.factories.files import image_bytes
from tests.factories.room_files import bring

from ..conftest import session_cookie
from ..crawl import LOOKS, Inspector
from .talking import open_chat

#: hands files to the page as if they were dropped or pasted on the element
HAND_OVER = """([selector, kind, files]) => {
    const data = new DataTransfer();
    for (const [name, type, text] of files) {
        data.items.add(new File([Uint8Array.from(atob(text), c => c.charCodeAt(0))], name, {type}));
    }
    const element = document.querySelector(selector);
    const event = kind === "paste"
        ? new ClipboardEvent("paste", {clipboardData: data, bubbles: true, cancelable: true})
        : new DragEvent(kind, {dataTransfer: data, bubbles: true, cancelable: true});
    element.dispatchEvent(event);
}"""


@pytest.fixture
def open_to_refuse(browser, browser_context_args, live_server):
    """As ``open_as``, for what is refused: browsers note the answer as an error. Scripts have none."""
    contexts, errors = [], []

    def open_to_refuse(person, **options):
        context = browser.new_context(**{**browser_context_args, **options})
        context.add_cookies([session_cookie(person, live_server.url)])
        context.on("weberror", lambda error: errors.append(str(error.error)))
        contexts.append(context)
        return context.new_page()

    yield open_to_refuse
    for context in contexts:
        context.close()
    assert errors == []


def hand_over(page: Page, selector: str, kind: str, *files: tuple[str, str, bytes]) -> None:
    page.evaluate(HAND_OVER, [selector, kind, [[n, t, base64.b64encode(c).decode()] for n, t, c in files]])


def upload(name: str, content: bytes, kind: str = "text/plain") -> dict:
    return {"name": name, "mimeType": kind, "buffer": content}


def listed(page: Page):
    return page.locator("#files-results .file-name")


def test_files_are_chosen_and_dropped_and_what_is_refused_stays_to_be_read(room, people, open_to_refuse, settings):
    settings.HANSE_UPLOAD_MAX_BYTES = 100_000
    page = open_to_refuse(people[1])
    page.goto(f"/rooms/{room.uid}/files/")
    page.locator("#id_files").set_input_files([upload("a.txt", b"one"), upload("b.txt", b"two")])
    page.get_by_role("button", name="Upload", exact=True).click()
    expect(listed(page)).to_have_text(["a.txt", "b.txt"])
    assert Message.objects.get(data__verb="files").data["count"] == 2

    hand_over(page, "main", "drop", ("a.txt", "text/plain", b"newer"))
    expect(page.locator("#files-results")).to_contain_text("version 2")

    hand_over(page, "main", "drop", ("c.txt", "text/plain", b"three"), ("CON", "text/plain", b"x"))
    expect(page.locator("[data-uploads] .refused")).to_contain_text("Windows keeps this name")
    expect(page.locator("[data-uploads] li")).to_have_count(2)
    page.reload()
    expect(listed(page)).to_have_text(["a.txt", "b.txt", "c.txt"])


def test_by_keyboard_and_without_javascript(room, people, open_to_refuse):
    page = open_to_refuse(people[1], java_script_enabled=False)
    page.goto(f"/rooms/{room.uid}/files/")
    page.get_by_label("Name of the folder").fill("Drawings")
    page.get_by_label("Name of the folder").press("Enter")
    expect(page.get_by_role("heading", name="Drawings")).to_be_visible()
    page.locator("#id_files").set_input_files(
        [upload("a.txt", b"The words of it"), upload("p.png", image_bytes("PNG"), "image/png")]
    )
    page.get_by_role("button", name="Upload", exact=True).press("Enter")
    expect(page.get_by_text("2 files are here now.")).to_be_visible()
    page.get_by_role("link", name="a.txt", exact=True).press("Enter")
    expect(page.get_by_text("The words of it")).to_be_visible()
    page.get_by_label("Name", exact=True).fill("p.png")
    page.get_by_role("button", name="Rename").press("Enter")
    expect(page.locator("#id_name_error")).to_contain_text("There is a file of this name here already")
    page.get_by_role("button", name="Put into the bin").press("Enter")
    expect(page.get_by_text("“a.txt” is in the bin.")).to_be_visible()
    page.get_by_role("link", name="Bin", exact=True).press("Enter")
    page.get_by_role("button", name=re.compile("^Restore")).press("Enter")
    expect(page.get_by_text("“a.txt” is back.")).to_be_visible()

    page.goto(f"/rooms/{room.uid}/chat/")
    page.locator("#attach").set_input_files([upload("with.txt", b"x")])
    page.get_by_label("Message", exact=True).fill("Here it is")
    page.get_by_role("button", name="Send").press("Enter")
    expect(page.locator(".msg").filter(has_text="Here it is").locator(".message-file")).to_contain_text("with.txt")


def test_files_of_a_message_are_chosen_pasted_and_dropped_and_reach_the_others(room, people, open_as):
    owner, member, _third = people
    other = open_as(owner)
    page = open_as(member)
    for each in (other, page):
        open_chat(each, room)
    page.locator("#attach").set_input_files([upload("chosen.txt", b"x")])
    hand_over(page, "#body", "paste", ("image.png", "image/png", image_bytes("PNG", (800, 400))))
    hand_over(page, "[data-chat]", "drop", ("dropped.csv", "text/csv", b"a;b"))
    expect(page.locator("[data-attached] li")).to_have_count(3)
    expect(page.locator("[data-attached] progress")).to_have_count(0)
    expect(page.locator("[data-attached] img")).to_have_count(1)
    page.get_by_role("button", name="Take away chosen.txt").click()
    expect(page.locator("[data-attached] li")).to_have_count(2)
    # Like a draft: it is there after a reload, and nobody else sees it.
    page.reload()
    expect(page.locator("[data-attached] li")).to_have_count(2)
    assert not FileVersion.objects.exclude(seq=0).exists()
    page.get_by_label("Message", exact=True).fill("Two files")
    page.get_by_label("Message", exact=True).press("Enter")
    expect(page.locator("[data-attached] li")).to_have_count(0)
    for each in (other, page):
        shown = each.locator(".msg").filter(has_text="Two files")
        expect(shown).to_have_count(1)
        expect(shown.locator(".message-file")).to_have_count(2)
        expect(shown.locator("img")).to_have_js_property("complete", True)
        assert shown.locator("img").evaluate("img => img.naturalWidth") == 480
    shown = other.locator(".msg").filter(has_text="Two files")
    actions.delete_message(Message.objects.get(kind="text"), by=member)
    expect(other.locator(".msg.gone")).to_have_count(1)
    expect(shown).to_have_count(0)
    expect(other.locator(".message-file:visible")).to_have_count(0)
    assert RoomFile.objects.filter(binned_at=None).count() == 0


def test_files_alone_are_a_message_and_what_is_refused_is_said_and_sends_nothing(room, people, open_as, settings):
    settings.HANSE_UPLOAD_MAX_BYTES = 1000
    page = open_as(people[1])
    page.goto(f"/rooms/{room.uid}/chat/")
    page.locator("#attach").set_input_files([upload("good.txt", b"x"), upload("large.txt", b"x" * 1001)])
    expect(page.locator("[data-attached] .refused")).to_contain_text("This file is too large.")
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".msg.pending")).to_have_count(0)
    assert not Message.objects.filter(kind="text").exists()
    page.get_by_role("button", name="Take away large.txt").click()
    page.get_by_role("button", name="Send").click()
    expect(page.locator(".msg .message-file")).to_contain_text("good.txt")
    expect(page.locator(".msg.pending")).to_have_count(0)
    assert Message.objects.get(kind="text").body == ""


@pytest.mark.parametrize("language", ["en", "de"])
def test_axe_finds_nothing_on_the_pages_of_files(room, people, open_as, language):
    owner, member, _third = people
    folder = actions.make_folder(
        room, by=member, name="Drawings with a rather long name that has to be wrapped somewhere"
    )
    text, picture = (
        bring(room, member, "notes.txt"),
        bring(room, owner, f"{'a' * 100}.png", image_bytes("PNG", (900, 500))),
    )
    bring(room, owner, "notes.txt", b"more words")
    others = [
        bring(room, owner, "paper.pdf", pdf(["A page"])),
        bring(room, owner, "sound.wav", b"RIFF\x24\0\0\0WAVEfmt " + b"\0" * 40),
        bring(room, owner, "model.step", b"\0\1"),
    ]
    actions.bin_file(bring(room, member, "binned.txt").room_file, by=member)
    bring(room, member, "inside.csv", b"a;b", folder=folder)
    member.language = language
    member.save()
    page = open_as(member)
    base = f"/rooms/{room.uid}/files/"
    files = [version.room_file.get_absolute_url() for version in (text, picture, *others)]
    inside = folder.get_absolute_url()
    for address in (base, f"{base}bin/", *files, inside, f"{inside}change/"):
        assert Inspector().problems(page, address, language, LOOKS) == [], address
