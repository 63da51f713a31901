"""The administration under the strict Content-Security-Policy: what the overrides in hanse_base keep working.

Console errors, breaches of the policy among them, fail the test by the fixture ``page``.
"""

import re

import pytest
from django.core.files.base import ContentFile
from playwright.sync_api import Locator, expect
from wagtail.contrib.redirects.models import Redirect
from wagtail.documents.models import Document
from wagtail.models import GroupApprovalTask, Locale, Workflow

from hanse_news.models import NewsPage
from tests.factories.pages import PageFactory, home_page
from tests.factories.people import UserFactory
from tests.testapp.models import ScopedTestPage

from .editor import PUBLIC, AudienceChoice, PageEditor, write_news


@pytest.fixture
def editor(page, sign_in):
    home_page()
    Locale.objects.get_or_create(language_code="de")
    editor = UserFactory(is_superuser=True, language="en")
    sign_in(editor)
    return editor


def save(page) -> None:
    page.locator("footer.footer button[type=submit]").click()
    expect(page.locator(".messages .success")).to_be_visible()


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


def test_day_taken_in_the_picker_is_published(page, network, sign_in):
    sign_in(network["editor.photonik"])
    writing = write_news(page, title="On another day")
    writing.audience.choose(PUBLIC)
    field = page.locator("#id_date")
    today = field.input_value()
    field.click()
    days = page.locator(".xdsoft_datetimepicker:visible .xdsoft_date:not(.xdsoft_other_month)")
    days.nth(1 if today.endswith("-01") else 0).click()
    expect(field).not_to_have_value(today)
    taken = field.input_value()
    writing.publish()
    assert NewsPage.objects.get(title="On another day", live=True).date.isoformat() == taken


def test_page_is_chosen_for_a_redirect(page, editor):
    page.goto("/admin/redirects/add/")
    page.get_by_role("button", name="Choose a page").click()
    page.locator(".modal-body").get_by_role("link", name="Test home", exact=True).click()
    expect(page.locator(".chooser__title")).to_have_text("Test home")
    page.get_by_role("textbox", name="Redirect from").fill("/old/")
    save(page)
    assert Redirect.objects.get(old_path="/old").redirect_page.pk == home_page().pk


def test_page_permissions_of_a_group_are_an_inline_panel(page, editor):
    page.goto("/admin/groups/new/")
    page.get_by_role("button", name="Add a page permission").click()
    page.get_by_role("button", name="Choose a page").first.click()
    page.locator(".modal-body").get_by_role("link", name="Test home", exact=True).click()
    expect(page.locator(".chooser__title:visible")).to_have_text("Test home")


def test_workflow_takes_tasks_by_inline_panel_and_chooser(page, editor):
    first, second = (GroupApprovalTask.objects.create(name=name) for name in ("First look", "Second look"))
    page.goto("/admin/workflows/add/")
    page.get_by_role("textbox", name="Give your workflow a name*").fill("Four eyes")
    for number, task in enumerate((first, second)):
        page.get_by_role("button", name="Add task").click()
        page.locator(f"#inline_child_workflow_tasks-{number}").get_by_role("button", name="Choose a task").click()
        page.locator(".modal-body").get_by_role("tab", name="Existing").click()
        page.locator(".modal-body").get_by_role("link", name=task.name).click()
        expect(page.locator(f"#inline_child_workflow_tasks-{number}")).to_contain_text(task.name)
    # The second one goes up, which the script of the panel keeps in hidden fields.
    page.locator("#inline_child_workflow_tasks-1").get_by_role("button", name="Move up").click()
    save(page)
    workflow = Workflow.objects.get(name="Four eyes")
    assert list(workflow.workflow_tasks.values_list("task__name", flat=True)) == ["Second look", "First look"]


def insert(page, block: str) -> Locator:
    """A block at the end of the body."""
    content = page.locator("[data-contentpath=body]")
    content.get_by_role("button", name="Insert a block").last.click()
    page.get_by_role("option", name=block, exact=True).click()
    return content.locator("[data-streamfield-child]").last


def test_each_kind_of_chooser_stores_what_is_chosen(page, editor, settings):
    # A block that is not filled yet would be refused by what Wagtail saves meanwhile, which the browser notes.
    settings.WAGTAIL_AUTOSAVE_INTERVAL = 0
    document = Document.objects.create(title="Paper", file=ContentFile(b"x", "paper.txt"))
    page.goto(f"/admin/pages/add/testapp/scopedtestpage/{home_page().pk}/")
    page.get_by_role("textbox", name="Title*").fill("All choosers")
    AudienceChoice(page).choose(PUBLIC)
    for block, button, name in (
        ("Page", "Choose a page", "Test home"),
        ("Document", "Choose a document", "Paper"),
    ):
        child = insert(page, block)
        child.get_by_role("button", name=button).click()
        page.locator(".modal-body").get_by_role("link", name=name).first.click()
        expect(child.locator(".chooser__title")).to_have_text(name)
    child = insert(page, "File")
    child.get_by_role("button", name="Choose a file").click()
    page.locator(".modal-body").get_by_role("tab", name="Upload").click()
    page.locator(".modal-body input[type=file]").set_input_files(
        {"name": "plan.txt", "mimeType": "text/plain", "buffer": b"A plan"}
    )
    page.locator(".modal-body").get_by_role("combobox", name="Collection*").select_option("Root")
    page.locator(".modal-body").get_by_role("button", name="Upload").click()
    expect(child.locator(".chooser__title")).to_have_text("plan.txt")
    PageEditor(page).publish()
    body = ScopedTestPage.objects.get(title="All choosers", live=True).body
    assert [block.block_type for block in body] == ["page", "document", "private_file"]
    assert [block.value.pk for block in list(body)[:2]] == [home_page().pk, document.pk]
    stored = body[2].value["file"]
    assert (stored.label, stored.uploaded_by, stored.file.read()) == ("plan.txt", editor, b"A plan")


def test_page_is_translated(page, editor):
    child = PageFactory(title="A page to translate")
    page.goto(f"/admin/localize/submit/page/{child.pk}/")
    page.get_by_label("German").check()
    page.get_by_role("button", name="Submit").click()
    expect(page.locator(".js-translation-editor")).to_contain_text("A page to translate")
