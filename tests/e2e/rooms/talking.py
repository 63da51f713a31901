"""What people do on the page of a chat."""

from playwright.sync_api import Page, expect

from hanse_groups.models import Message

#: what a browser shows on a busy machine can take long
expect.set_options(timeout=30_000)


def chat(room) -> str:
    return f"/rooms/{room.uid}/chat/"


def open_chat(page: Page, room) -> Page:
    """Opens it and waits until the socket is there."""
    page.goto(chat(room))
    expect(page.locator("[data-chat]")).to_have_attribute("data-state", "live")
    return page


def write(page: Page, text: str) -> None:
    page.get_by_label("Message", exact=True).fill(text)
    page.get_by_label("Message", exact=True).press("Enter")


def messages(page: Page, text: str):
    return page.locator(".msg").filter(has_text=text)


def shown(page: Page) -> list[str]:
    """The texts of all messages, in the order of the page."""
    return [text.strip() for text in page.locator(".msg:not(.line) [data-slot=body]").all_inner_texts()]


def in_table(room) -> list[str]:
    said = Message.objects.filter(conversation=room.conversation, kind="text", deleted_at=None)
    return list(said.order_by("seq").values_list("body", flat=True))
