"""Wagtail's page editor as an editor of news and entry pages uses it."""

import re

from playwright.sync_api import Locator, Page, expect

#: the levels by the words on the cards of "Who can see this?"
EDITORS, CLUSTERS, MEMBERS, PUBLIC = "Only the editors", "Chosen clusters", "All members", "Public"


class AudienceChoice:
    """The field "Who can see this?"."""

    def __init__(self, page: Page):
        self.field = page.locator("audience-field")
        self.reach = self.field.locator("output")

    def card(self, level: str) -> Locator:
        return self.field.locator(".audience-card").filter(has=self.field.page.locator("b", has_text=level))

    def choose(self, level: str, *clusters: str) -> None:
        """Besides what is ticked already, ``clusters`` are ticked."""
        self.card(level).get_by_role("radio").check()
        for cluster in clusters:
            self.field.get_by_role("checkbox", name=cluster).check()


class PageEditor:
    def __init__(self, page: Page):
        self.page = page
        self.audience = AudienceChoice(page)
        self.title = page.get_by_role("textbox", name="Title*")

    def add_text(self, text: str) -> None:
        """A block of text at the end of the content."""
        content = self.page.locator("[data-contentpath=body]")
        content.get_by_role("button", name="Insert a block").last.click()
        self.page.get_by_role("option", name="Text").click()
        content.get_by_role("textbox", name="Text", exact=True).last.click()
        self.page.keyboard.type(text)
        # The editor writes into its field a moment later.
        expect(content.locator("[name$=-value]").last).to_have_value(re.compile(re.escape(text)))

    def publish(self) -> None:
        self.page.get_by_role("button", name="More actions").click()
        self.page.get_by_role("button", name="Publish").click()
        expect(self.page.locator(".messages .success")).to_contain_text("published")


def write_news(page: Page, *, title: str, teaser: str = "In short.", text: str = "At length.") -> PageEditor:
    """From the dashboard to a filled form of a new piece, not saved yet."""
    page.goto("/dashboard/")
    page.get_by_role("link", name="Add news").first.click()
    editor = PageEditor(page)
    editor.title.fill(title)
    page.get_by_role("textbox", name="Summary").fill(teaser)
    editor.add_text(text)
    return editor
