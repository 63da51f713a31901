"""The administration under the strict Content-Security-Policy: what the overrides in hanse_base keep working.

Console errors, breaches of the policy among them, fail the test by the fixture ``page``.
"""

import re

import pytest
from playwright.sync_api import expect
from wagtail.models import Locale

from tests.factories.pages import PageFactory, home_page
from tests.factories.people import UserFactory
from tests.testapp.models import ScopedTestPage


@pytest.fixture
def editor(page, sign_in):
    home_page()
    Locale.objects.get_or_create(language_code="de")
    editor = UserFactory(is_superuser=True, language="en")
    sign_in(editor)
    return editor


def test_editor_writes_and_publishes_a_page(page, editor):
    page.goto(f"/admin/pages/add/testapp/scopedtestpage/{home_page().pk}/")
    page.get_by_role("textbox", name="Title*").fill("Light in fog")
    page.locator(".public-DraftEditor-content").first.click()
    page.keyboard.type("Lidar sees more.")
    # The editor writes into its field a moment later.
    expect(page.locator("[name=intro]")).to_have_value(re.compile("Lidar sees more"))
    page.get_by_role("button", name="More actions").click()
    page.get_by_role("button", name="Publish").click()
    expect(page.get_by_text("created and published")).to_be_visible()
    assert "Lidar sees more." in ScopedTestPage.objects.get(title="Light in fog", live=True).intro


def test_empty_rich_text_shows_its_placeholder(page, editor):
    """Draftail styles it by a style element of its own, which the policy would refuse."""
    page.goto(f"/admin/pages/add/testapp/scopedtestpage/{home_page().pk}/")
    block = page.locator(".Draftail-block--unstyled").first
    block.click()
    content = block.evaluate("element => getComputedStyle(element, '::before').content")
    assert "Write something" in content


def test_new_piece_of_news_shows_where_its_title_goes_and_the_cards_of_its_audience(page, network, sign_in):
    sign_in(network["editor.photonik"])
    page.goto("/dashboard/")
    page.get_by_role("link", name="Add news").first.click()
    expect(page.get_by_placeholder("Page title*")).to_be_visible()
    for card in page.locator(".audience-card").all():
        expect(card).to_have_css("border-top-width", "1px")


def test_publication_date_has_a_picker(page, editor):
    child = PageFactory()
    page.goto(f"/admin/pages/{child.pk}/edit/")
    page.get_by_role("button", name="Toggle status").click()
    page.get_by_role("button", name="Set schedule").click()
    page.locator("#id_go_live_at").click()
    day = page.locator(".xdsoft_datetimepicker:visible .xdsoft_date:not(.xdsoft_other_month)").last
    day.click()
    expect(page.locator("#id_go_live_at")).not_to_have_value("")


def test_page_is_chosen_for_a_redirect(page, editor):
    page.goto("/admin/redirects/add/")
    page.get_by_role("button", name="Choose a page").click()
    page.locator(".modal-body").get_by_role("link", name="Test home", exact=True).click()
    expect(page.locator(".chooser__title")).to_have_text("Test home")


def test_page_permissions_of_a_group_are_an_inline_panel(page, editor):
    page.goto("/admin/groups/new/")
    page.get_by_role("button", name="Add a page permission").click()
    page.get_by_role("button", name="Choose a page").first.click()
    page.locator(".modal-body").get_by_role("link", name="Test home", exact=True).click()
    expect(page.locator(".chooser__title:visible")).to_have_text("Test home")


def test_workflow_takes_tasks_by_inline_panel_and_chooser(page, editor):
    page.goto("/admin/workflows/add/")
    page.get_by_role("button", name="Add task").click()
    page.get_by_role("button", name="Choose a task").click()
    expect(page.locator(".modal-body")).to_be_visible()


def test_page_is_translated(page, editor):
    child = PageFactory(title="A page to translate")
    page.goto(f"/admin/localize/submit/page/{child.pk}/")
    page.get_by_label("German").check()
    page.get_by_role("button", name="Submit").click()
    expect(page.locator(".js-translation-editor")).to_contain_text("A page to translate")
