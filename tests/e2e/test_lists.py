"""Lists: the news as people narrow it, and a list of items with more than one facet, with and without JavaScript."""

import re

import pytest
from django.urls import path
from playwright.sync_api import expect

from hanse_access.scopes import PUBLIC
from hanse_members.actions import create_cluster
from hanse_site import urls as site_urls
from hanse_site.setup import create_site_pages
from tests.factories.items import ItemFactory
from tests.factories.news import NewsPageFactory
from tests.testapp.views import items

urlpatterns = [path("items/", items), *site_urls.urlpatterns]
handler404 = site_urls.handler404


@pytest.fixture
def some_items(live_server, settings):
    settings.ROOT_URLCONF = __name__
    ItemFactory(title="Lidar offer", kind="offer", topic="optics")
    ItemFactory(title="Laser offer", kind="offer", topic="lasers")
    ItemFactory(title="Lens request", kind="request", topic="optics")


@pytest.fixture
def some_news(live_server):
    create_site_pages()
    alpha, beta = (create_cluster(name=name, slug=name.lower(), by=None) for name in ("Alpha", "Beta"))
    for number in range(13):
        NewsPageFactory(cluster=alpha, title=f"Alpha piece {number:02}", scopes=[PUBLIC])
    NewsPageFactory(cluster=beta, title="Beta piece", scopes=[PUBLIC])


def mark(page) -> None:
    """What a reload would wipe out."""
    page.evaluate("document.documentElement.dataset.kept = 'yes'")


def is_marked(page) -> bool:
    return page.evaluate("document.documentElement.dataset.kept") == "yes"


def rows(page):
    return page.locator(".browse-results li:not(.browse-more)")


def box(page, label: str):
    return page.locator(".facets").get_by_role("checkbox", name=re.compile(label, re.IGNORECASE))


def test_facets_narrow_without_a_reload_and_back_widens_again(page, some_items):
    page.goto("/items/")
    mark(page)
    expect(rows(page)).to_have_count(3)
    box(page, "offer").check()
    expect(rows(page)).to_have_count(2)
    expect(page).to_have_url(re.compile(r"/items/\?kind=offer$"))
    # the focus is where it was, the number is said, the other facet counts what is left
    expect(box(page, "offer")).to_be_focused()
    expect(page.locator("#items-status")).to_have_text(re.compile(r"2\s+found"))
    box(page, "optics").check()
    expect(rows(page)).to_have_count(1)
    expect(page).to_have_url(re.compile(r"kind=offer"))
    expect(page).to_have_url(re.compile(r"topic=optics"))
    assert is_marked(page)
    page.go_back()
    expect(rows(page)).to_have_count(2)
    expect(box(page, "optics")).not_to_be_checked()
    expect(box(page, "offer")).to_be_checked()
    page.go_back()
    expect(rows(page)).to_have_count(3)
    expect(box(page, "offer")).not_to_be_checked()


def test_who_removes_a_filter_goes_on_at_the_results(page, some_items):
    page.goto("/items/?kind=offer&topic=optics")
    page.get_by_role("link", name=re.compile("Remove the filter.*offer", re.IGNORECASE)).press("Enter")
    expect(rows(page)).to_have_count(2)
    expect(page.get_by_role("heading", name="Results")).to_be_focused()
    # Typing keeps its place.
    search = page.get_by_role("main").get_by_role("searchbox")
    search.press_sequentially("lens")
    expect(rows(page)).to_have_count(1)
    expect(search).to_be_focused()


def test_news_is_searched_while_one_types_and_continued(page, some_news, person, sign_in):
    sign_in(person)
    page.goto("/news/")
    mark(page)
    expect(rows(page)).to_have_count(12)
    page.get_by_role("link", name="Show more").click()
    expect(rows(page)).to_have_count(14)
    # Reading goes on with the first row that came.
    expect(rows(page).nth(12)).to_be_focused()
    expect(page.locator(".htmx-request, .htmx-settling, .htmx-added")).to_have_count(0)
    search = page.get_by_role("searchbox", name="Search the news")
    search.press_sequentially("beta")
    expect(rows(page)).to_have_count(1)
    expect(page).to_have_url(re.compile(r"/news/\?q=beta$"))
    expect(search).to_be_focused()
    expect(page.locator("#news-status")).to_have_text(re.compile(r"1\s+found"))
    assert is_marked(page)
    page.go_back()
    expect(rows(page).nth(1)).to_contain_text("Alpha piece")
    expect(search).to_have_value("")


def test_lists_are_plain_forms_without_javascript(some_items, open_as):
    plain = open_as(None, java_script_enabled=False)
    plain.goto("/items/")
    box(plain, "offer").check()
    plain.get_by_role("button", name="Apply filters").click()
    expect(plain).to_have_url(re.compile(r"kind=offer"))
    expect(rows(plain)).to_have_count(2)
    plain.get_by_role("main").get_by_role("searchbox").fill("laser")
    plain.get_by_role("button", name="Show", exact=True).click()
    expect(rows(plain)).to_have_count(1)
    expect(plain).to_have_url(re.compile(r"q=laser"))
    plain.get_by_role("link", name=re.compile("Remove the filter")).click()
    expect(plain).to_have_url(re.compile(r"/items/\?q=laser$"))
