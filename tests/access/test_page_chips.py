"""Beside each page in the administration stands who sees it, in the words of the site."""

import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import PageViewRestriction

from hanse_access.actions import change_audience
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from tests.access.conftest import SECRET
from tests.factories.pages import PageFactory, ScopedPageFactory, give_page_permissions

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


def chips(html: str) -> dict[str, str]:
    """The words of the chip by the title of the page."""
    found = {}
    for part in html.split("data-listing-page-title")[1:]:
        title = re.search(r'_title">\s*(?:<svg.*?</svg>)?\s*(.*?)\s*</span>', part, re.S)
        chip = re.search(r'class="audience-chip (\w+)">.*?</span>(.*?)</span>', part, re.S)
        if title:
            found[title[1]] = f"{chip[1]}: {chip[2]}" if chip else ""
    return found


@pytest.fixture
def explore(client, editor, own):
    return lambda: client.get(reverse("wagtailadmin_explore", args=[own.pk])).content.decode()


def test_each_page_of_a_list_tells_who_sees_it(explore, own):
    ScopedPageFactory(title="For all", parent=own, scopes=[PUBLIC])
    ScopedPageFactory(title="For members", parent=own, scopes=[Scope("platform", 0)])
    ScopedPageFactory(title="For us", parent=own, scopes=[EDITORS], live=False)
    PageFactory(title="Plain", slug="plain", parent=own)
    assert chips(explore()) == {
        "For all": "public: Public",
        "For members": "platform: All members",
        "For us": "editors: Only the editors",
        "Plain": "public: Public",
    }


def test_it_follows_a_change_at_once(explore, own):
    page = ScopedPageFactory(title="News", parent=own, scopes=[PUBLIC])
    change_audience(page, scopes=[EDITORS], by=None)
    assert chips(explore()) == {"News": "editors: Only the editors"}


def test_what_wagtail_restricts_keeps_its_mark(explore, own):
    page = PageFactory(title="With a password", parent=own)
    PageViewRestriction.objects.create(page=page, restriction_type="password", password="x")  # noqa: S106
    html = explore()
    assert chips(html) == {"With a password": ""}
    assert "protected from public view" in html


def test_a_hidden_page_on_the_way_does_not_tell(client, editor):
    above = ScopedPageFactory(title=SECRET, slug="section", scopes=[EDITORS])
    give_page_permissions(editor, PageFactory(parent=above, slug="corner"))
    html = client.get(reverse("wagtailadmin_explore", args=[above.get_parent().pk])).content.decode()
    assert chips(html)[f"Page {above.pk}"] == ""


def test_more_rows_need_no_more_queries(explore, own):
    def asked() -> int:
        with CaptureQueriesContext(connection) as queries:
            explore()
        return len([query for query in queries if "hanse_access" in query["sql"]])

    for number in range(2):
        ScopedPageFactory(parent=own, scopes=[PUBLIC if number else EDITORS])
    few = asked()
    for number in range(12):
        ScopedPageFactory(parent=own, scopes=[PUBLIC if number % 2 else Scope("platform", 0)])
    assert asked() == few


def test_the_editor_says_who_sees_the_page_and_not_that_all_do(client, editor, own):
    closed = ScopedPageFactory(parent=own, scopes=[EDITORS])
    html = client.get(reverse("wagtailadmin_pages:edit", args=[closed.pk])).content.decode()
    assert "Visible to all" not in html
    assert "Visible to: Only the editors. Visit the live page" in html
    assert "Chosen in the form" in html
    plain = client.get(reverse("wagtailadmin_pages:edit", args=[own.pk])).content.decode()
    assert "Visible to all" in plain


def test_a_page_under_the_rule_takes_no_restriction_of_wagtail_besides(client, editor, own):
    page = ScopedPageFactory(parent=own, scopes=[PUBLIC])
    url = reverse("wagtailadmin_pages:set_privacy", args=[page.pk])
    client.post(url, {"restriction_type": "password", "password": "x"})
    assert not PageViewRestriction.objects.exists()
