"""The search as people use it: the field in the header, results, facets, the way back, nothing found."""

import re

import pytest
from axe_playwright_python.base import AXE_SCRIPT
from django.urls import reverse
from playwright.sync_api import expect

from hanse_access.scopes import PUBLIC
from hanse_members.actions import create_cluster
from hanse_members.models import Cluster
from hanse_search.saved.actions import save_search
from hanse_site.setup import create_site_pages
from tests.factories.clusters import MembershipFactory
from tests.factories.news import NewsPageFactory
from tests.factories.rooms import make_room, say

from .crawl import LOOKS, Inspector


@pytest.fixture
def some_things(live_server, person):
    create_site_pages()
    alpha = create_cluster(name="Alpha", slug="alpha", by=None)
    MembershipFactory(cluster=alpha, person=person)
    for number in range(3):
        NewsPageFactory(cluster=alpha, title=f"Gyrotron {number}", teaser="A short summary", scopes=[PUBLIC])
    say(make_room(alpha, members=[person], name="Lidar"), person, "The gyrotron hums")


def rows(page):
    return page.locator(".browse-results li:not(.browse-more)")


def kind(page, label: str):
    return page.locator(".facets").get_by_role("checkbox", name=re.compile(label))


def test_from_the_header_to_an_item_and_back(page, some_things, person, sign_in):
    sign_in(person)
    page.goto(reverse("hanse_base:dashboard"))
    page.locator("body").press("/")
    field = page.get_by_role("combobox", name="Search everything")
    expect(field).to_be_focused()
    field.press_sequentially("gyrotron")
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"/search/\?q=gyrotron$"))
    expect(rows(page)).to_have_count(4)
    expect(page.locator("mark").first).to_have_text(re.compile("gyrotron", re.IGNORECASE))
    kind(page, "Messages").check()
    expect(rows(page)).to_have_count(1)
    expect(page).to_have_url(re.compile(r"kind=message"))
    expect(page.locator("#search-status")).to_have_text(re.compile(r"1\s+found"))
    page.go_back()
    expect(rows(page)).to_have_count(4)
    expect(kind(page, "Messages")).not_to_be_checked()
    page.go_forward()
    rows(page).get_by_role("link", name="Lidar", exact=True).click()
    expect(page.get_by_role("paragraph").filter(has_text="The gyrotron hums")).to_be_visible()


def test_it_goes_along_with_typing_and_says_what_to_do_when_nothing_is_found(page, some_things, person, sign_in):
    sign_in(person)
    page.goto(reverse("hanse_search:search"))
    page.locator("body").press("/")
    field = page.get_by_role("combobox", name="Search everything")
    expect(field).to_be_focused()
    field.press_sequentially("gyr")
    expect(rows(page)).to_have_count(4)
    field.press_sequentially("xyz")
    expect(page.get_by_text("Nothing matches")).to_be_visible()
    expect(field).to_be_focused()
    page.get_by_role("link", name="Show all").first.click()
    expect(rows(page).first).to_be_visible()


def test_the_same_way_in_german(some_things, person, open_as):
    page = open_as(person, locale="de-DE")
    page.goto(reverse("hanse_base:dashboard"))
    page.locator("body").press("/")
    field = page.get_by_role("combobox", name="Alles durchsuchen")
    field.press_sequentially("lid")
    offered = page.get_by_role("listbox", name="Vorschläge").get_by_role("group", name="Räume")
    expect(offered.get_by_role("option")).to_have_count(1)
    field.fill("gyrotron")
    field.press("Enter")
    expect(rows(page)).to_have_count(4)
    kind(page, "Nachrichten").check()
    expect(rows(page)).to_have_count(1)
    page.go_back()
    expect(rows(page)).to_have_count(4)
    field.fill("gyrotron qqqq")  # the results go along with typing
    expect(page.get_by_text("Nichts gefunden")).to_be_visible()
    page.get_by_role("link", name="Nur „gyrotron“").click()
    expect(rows(page)).to_have_count(4)


def test_it_is_a_plain_form_without_javascript(some_things, person, open_as):
    plain = open_as(person, java_script_enabled=False)
    plain.goto(reverse("hanse_base:dashboard"))
    plain.get_by_role("searchbox").fill("gyrotron")
    plain.get_by_role("searchbox").press("Enter")
    expect(rows(plain)).to_have_count(4)
    kind(plain, "News").check()
    plain.get_by_role("button", name="Apply filters").click()
    expect(rows(plain)).to_have_count(3)


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("asked", ["?q=gyrotron&kind=news", "?q=nothing", ""])
def test_results_are_sound_in_every_look(some_things, person, open_as, language, asked):
    Cluster.objects.update(short_name="An extraordinarily long name for short")
    page = open_as(person, fresh=True, locale=None)
    assert Inspector().problems(page, reverse("hanse_search:search") + asked, language, LOOKS) == []


def options(page):
    return page.get_by_role("listbox", name="Suggestions").get_by_role("option")


def test_suggestions_are_walked_through_by_keyboard(page, some_things, person, sign_in):
    sign_in(person)
    page.goto(reverse("hanse_base:dashboard"))
    field = page.get_by_role("combobox", name="Search everything")
    expect(field).to_have_attribute("aria-expanded", "false")
    field.press_sequentially("lid")
    expect(options(page)).to_have_count(1)
    expect(field).to_have_attribute("aria-expanded", "true")
    expect(page.get_by_role("status").filter(has_text="1 suggestion")).to_be_attached()
    field.press("ArrowDown")
    expect(options(page)).to_have_attribute("aria-selected", "true")
    chosen = options(page).get_attribute("id")
    expect(field).to_have_attribute("aria-activedescendant", chosen)
    field.press("ArrowDown")
    expect(options(page)).to_have_attribute("aria-selected", "false")
    field.press("Escape")
    expect(page.get_by_role("listbox")).to_be_hidden()
    expect(field).to_have_value("lid")
    field.press_sequentially("a")
    expect(options(page)).to_have_count(1)
    field.press("ArrowDown")
    field.press("Enter")
    expect(page).to_have_url(re.compile(r"/rooms/"))


def test_recent_searches_are_offered_and_a_suggestion_can_be_clicked(page, some_things, person, sign_in):
    sign_in(person)
    page.goto(reverse("hanse_search:search") + "?q=gyrotron")
    page.goto(reverse("hanse_base:dashboard"))
    page.get_by_role("combobox", name="Search everything").click()
    options(page).filter(has_text="gyrotron").click()
    expect(page).to_have_url(re.compile(r"/search/\?q=gyrotron$"))


def test_arrows_move_between_results_and_back_to_the_field(page, some_things, person, sign_in):
    sign_in(person)
    page.goto(reverse("hanse_search:search") + "?q=gyrotron")
    field = page.get_by_role("combobox", name="Search everything")
    field.focus()
    links = page.locator(".found h3 a")
    page.keyboard.press("ArrowDown")
    expect(links.nth(0)).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(field).to_be_focused()


def test_a_slip_a_way_on_and_a_search_that_is_kept(page, some_things, person, sign_in):
    sign_in(person)
    page.goto(reverse("hanse_search:search") + "?q=gyrotrom")
    page.get_by_role("link", name=re.compile("gyrotron", re.IGNORECASE), exact=False).first.wait_for()
    expect(page.get_by_text("Did you mean")).to_be_visible()
    page.goto(reverse("hanse_search:search") + "?q=gyrotron+qqqq")
    page.get_by_role("link", name="Only “gyrotron”").click()
    expect(rows(page)).to_have_count(4)
    page.get_by_role("link", name="By kind").click()
    expect(page.get_by_role("heading", name=re.compile("News"))).to_be_visible()
    page.get_by_role("link", name="Save this search").click()
    page.get_by_label("Name").fill("My gyrotrons")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("link", name="My gyrotrons", exact=True)).to_be_visible()


@pytest.mark.parametrize("language", ["en", "de"])
def test_the_open_list_and_the_other_pages_are_sound_in_every_look(some_things, person, open_as, language):
    page = open_as(person, fresh=True, locale=None)
    saved = save_search(person, name="Gyrotrons", text="gyrotron", facets={"kind": ["news"]})
    search = reverse("hanse_search:search")
    for address in (f"{search}?q=gyrotron&view=kinds", f"{search}?q=gyrotrom", f"{search}?q=gyrotron+qqqq&kind=news",
                    reverse("hanse_search:saved"), reverse("hanse_search:change", args=[saved.pk]),
                    reverse("hanse_search:save") + "?q=gyrotron"):  # fmt: skip
        assert Inspector().problems(page, address, language, LOOKS) == [], address
    page.goto(reverse("hanse_base:dashboard"))
    page.get_by_role("combobox").first.press_sequentially("gyro")
    expect(page.get_by_role("option").first).to_be_visible()
    page.evaluate(AXE_SCRIPT)
    found = page.evaluate("async () => (await axe.run(document)).violations.map((each) => each.id)")
    assert found == []
