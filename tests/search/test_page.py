"""The page of the search."""

import re

import pytest
from django.test import Client
from django.urls import reverse

from tests.factories.news import NewsPageFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.rooms import make_room, say
from tests.groups.talk import browser

pytestmark = pytest.mark.django_db

ADDRESS = reverse("hanse_search:search")


def page(client: Client, **asked):
    response = client.get(ADDRESS, asked)
    assert response.status_code == 200
    return response


def titles(response) -> list[str]:
    return [str(row.found.title) for row in response.context["item_list"].rows]


def facet(response, name: str) -> dict[str, int]:
    drawn = {facet.name: facet for facet in response.context["item_list"].drawn_facets}
    return {str(o.label): o.count for o in (*drawn[name].first, *drawn[name].others)} if name in drawn else {}


@pytest.mark.parametrize("value", ["²", "9" * 30, "-1", "1.5", "x"])
@pytest.mark.parametrize("name", ["cluster", "topic", "room", "region", "year", "kind", "state", "language"])
def test_a_filter_that_is_none_finds_nothing(client, member, name, value):
    client.force_login(member)
    assert page(client, q="x", **{name: value}).context["item_list"].rows == []
    assert client.get(reverse("hanse_search:save"), {"q": "x", name: value}).status_code == 200


@pytest.fixture
def things(photonik, member):
    NewsPageFactory(cluster=photonik, title="Gyrotron week", date="2024-05-01")
    NewsPageFactory(cluster=photonik, title="Gyrotron month", date="2025-05-01")
    OrganisationFactory(name="Gyrotron Ltd", clusters=[photonik])
    say(make_room(photonik, members=[member]), member, "The gyrotron hums")


def test_results_with_facets_and_their_numbers(things, member):
    response = page(browser(member), q="gyrotron")
    assert response.context["item_list"].total == 4
    assert facet(response, "kind") == {"News": 2, "Organisations": 1, "Messages": 1}
    assert facet(response, "cluster") == {"Photonik Nord": 4}
    assert "2024" in facet(response, "year")
    html = response.content.decode()
    assert "<mark>Gyrotron</mark> week" in html
    assert "Visible to:" in html


def test_a_facet_narrows_and_the_others_are_counted_under_it(things, member):
    response = page(browser(member), q="gyrotron", kind=["news", "message"], year="2024")
    assert titles(response) == ["Gyrotron week"]
    assert facet(response, "kind") == {"News": 1}
    assert facet(response, "year") == {
        "2024": 1,
        "2025": 1,
        **{y: n for y, n in facet(response, "year").items() if y > "2025"},
    }
    assert response.context["item_list"].url() == f"{ADDRESS}?q=gyrotron&kind=news&kind=message&year=2024"


def test_the_order_can_be_chosen(things, member):
    newest = titles(page(browser(member), q="gyrotron", kind="news", sort="newest"))
    assert newest == ["Gyrotron month", "Gyrotron week"]
    assert titles(page(browser(member), q="gyrotron", kind="news", sort="oldest")) == newest[::-1]


def test_visitors_find_what_is_public(things):
    response = page(Client(), q="gyrotron")
    assert sorted(titles(response)) == ["Gyrotron Ltd", "Gyrotron month", "Gyrotron week"]
    assert "Visible to:" not in response.content.decode()


def test_more_goes_on_where_the_page_ends(photonik, member):
    for number in range(45):
        NewsPageFactory(cluster=photonik, title=f"Gyrotron {number:02}")
    client, seen = browser(member), []
    response = page(client, q="gyrotron")
    while True:
        seen += titles(response)
        more = response.context["item_list"].more_url
        if more is None:
            break
        response = client.get(more)
    assert len(seen) == len(set(seen)) == 45


@pytest.mark.parametrize("after", ["nonsense", "WyJyZWxldmFuY2UiLG51bGxd:1:1", "\x00", "9" * 300])
def test_a_place_that_is_not_known_shows_the_beginning(things, member, after):
    response = page(browser(member), q="gyrotron", after=after)
    assert len(titles(response)) == 4
    assert response.context["item_list"].notices


def test_nothing_found_says_what_to_do_and_a_hidden_word_is_like_one_that_stands_nowhere(
    things, photonik, member, other
):
    def answer(word):
        html = page(browser(other), q=word).content.decode()
        html = re.sub(r'nonce="[^"]+"|value="[^"]{60,}"|data-csrf="[^"]+"|"csrfToken": "[^"]+"', "", html)
        return html.replace(word, "WORD")

    assert answer("hums") == answer("wxyz")
    assert "Nothing matches" in answer("wxyz")


def test_without_a_question_everything_newest_first(things, member):
    response = page(browser(member))
    assert response.context["item_list"].total >= 4


def test_what_cannot_be_read_is_said(member, clusters_to_search):
    for asked in ({"q": "x" * 999}, {"q": "a\x00b"}, {"sort": "best"}, {"kind": "x" * 99}):
        assert page(browser(member), **asked).context["item_list"].notices, asked


def test_htmx_gets_the_part_that_changes(things, member):
    response = browser(member).get(ADDRESS, {"q": "gyrotron"}, HTTP_HX_REQUEST="true", HTTP_HX_TARGET="search-results")
    html = response.content.decode()
    assert "<html" not in html
    assert 'id="search-facets"' in html
    assert response["HX-Push-Url"] == f"{ADDRESS}?q=gyrotron"


def test_the_field_is_in_the_header_of_every_other_page(member, clusters_to_search):
    client = browser(member)
    assert 'data-shortcut="/"' in client.get(reverse("hanse_base:dashboard")).content.decode()
    html = client.get(ADDRESS).content.decode()
    assert html.count('name="q"') == 1


def test_only_reading(member, clusters_to_search):
    assert browser(member).post(ADDRESS).status_code == 405


def test_the_number_of_queries_does_not_grow_with_what_is_found(photonik, member, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client = browser(member)
    room = make_room(photonik, members=[member])

    def ask() -> int:
        page(client, q="gyrotron")
        with CaptureQueriesContext(
            connection,
        ) as captured:
            assert titles(page(client, q="gyrotron"))
        return len(captured)

    def add(number: int) -> None:
        NewsPageFactory(cluster=photonik, title=f"Gyrotron {number}")
        OrganisationFactory(name=f"Gyrotron {number}", clusters=[photonik])
        say(room, member, f"gyrotron {number}")

    add(0)
    few = ask()
    for number in range(1, 7):
        add(number)
    assert ask() == few
