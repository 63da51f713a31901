"""The list pattern, the dashboard and the frames in a browser, with and without JavaScript, under the strict policy."""

import pytest
from playwright.sync_api import expect

from hanse_site.setup import create_site_pages


@pytest.fixture
def pages(live_server):
    create_site_pages()


@pytest.fixture
def arranged(page, live_server):
    """The names of the cards in the order shown."""

    def names() -> list[str]:
        return page.locator("#arrange li .strong").all_inner_texts()

    return names


def test_cards_are_arranged_with_the_keyboard_and_the_focus_stays(page, pages, person, sign_in, arranged):
    sign_in(person)
    page.goto("/dashboard/arrange/")
    before = arranged()
    down = page.locator("#arrange li:first-child button[value=down]")
    button = down.get_attribute("id")
    down.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#arrange li .strong").first).to_have_text(before[1])
    assert arranged() == [before[1], before[0], *before[2:]]
    assert page.evaluate("document.activeElement.id") == button
    page.locator("#reset-cards").click()
    expect(page.locator("#arrange li .strong").first).to_have_text(before[0])


def test_the_language_switch_stays_at_an_application_address_and_follows_a_page(page, pages, person, sign_in):
    sign_in(person)
    page.goto("/news/")
    page.get_by_role("button", name="My menu").click()
    page.locator("#menu-me button[value=de]").click()
    expect(page.locator("html")).to_have_attribute("lang", "de")
    assert page.url.endswith("/news/")
    page.goto("/en/imprint/")
    page.locator(".masthead a[hreflang=de]").click()
    expect(page.locator("h1")).to_have_text("Impressum")


def test_escape_closes_a_menu_and_the_skip_link_leads_to_the_content(page, pages, person, sign_in):
    sign_in(person)
    page.goto("/dashboard/")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"
    page.get_by_role("button", name="My menu").click()
    expect(page.locator("#menu-me")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#menu-me")).to_be_hidden()


@pytest.fixture
def unwatched_page(browser, browser_context_args, page, person, sign_in):
    """Opens a page of the same person with other options, whose errors are not those of the test."""
    contexts = []
    sign_in(person)

    def open_page(**options):
        state = page.context.storage_state()
        contexts.append(browser.new_context(**{**browser_context_args, **options}, storage_state=state))
        return contexts[-1].new_page()

    yield open_page
    for context in contexts:
        context.close()


def test_without_javascript_the_bottom_bar_opens_everything(pages, unwatched_page):
    plain = unwatched_page(viewport={"width": 320, "height": 640}, java_script_enabled=False)
    plain.goto("/dashboard/")
    expect(plain.locator("#desk-side")).to_be_hidden()
    plain.locator(".desk-bar button").click()
    expect(plain.locator("#desk-side")).to_be_visible()
    expect(plain.locator("#desk-side").get_by_role("link", name="Imprint")).to_be_visible()


def test_a_server_that_cannot_be_reached_is_said_on_the_page(pages, unwatched_page):
    cut_off = unwatched_page()
    cut_off.goto("/dashboard/arrange/")
    cut_off.route("**/dashboard/arrange/", lambda route: route.abort())
    cut_off.locator("#arrange li:first-child button[value=down]").click()
    expect(cut_off.locator("[data-alerts]")).to_contain_text("could not be reached")


def test_paper_shows_what_there_is_to_read_in_the_light_colours(page, pages, person, sign_in):
    sign_in(person)
    page.emulate_media(media="print", color_scheme="dark")
    for path in ("/dashboard/", "/news/", "/en/imprint/"):
        page.goto(path)
        assert page.evaluate("getComputedStyle(document.documentElement).backgroundColor") == "rgb(255, 255, 255)", path
        expect(page.locator("h1")).to_be_visible()
        assert page.locator("button:visible, .button:visible, nav:visible, input:visible").count() == 0, path


def test_paper_goes_on_where_the_window_ends(page, pages, person, sign_in):
    sign_in(person)
    page.set_viewport_size({"width": 700, "height": 300})
    page.goto("/dashboard/arrange/")
    below = "[...document.querySelectorAll('main li')].at(-1).getBoundingClientRect().bottom"
    page.emulate_media(media="print")
    assert page.evaluate(f"{below} <= document.documentElement.scrollHeight")
    assert page.evaluate("document.documentElement.scrollHeight > innerHeight")
