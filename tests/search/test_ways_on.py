"""What helps on: results by kind, what is like one of them, and what can be done where nothing was found."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hanse_access.scopes import Scope
from hanse_news.models import NewsPage
from hanse_search.searching import similar
from hanse_search.similarity import words_of
from tests.factories.news import NewsPageFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.rooms import make_room, say
from tests.groups.talk import browser

from .asking import viewer_of
from .elastic import fed

pytestmark = pytest.mark.django_db

ADDRESS = reverse("hanse_search:search")


def item_list(client: Client, **asked):
    response = client.get(ADDRESS, asked)
    assert response.status_code == 200
    return response.context["item_list"]


@pytest.fixture
def things(photonik, member):
    for number in range(5):
        NewsPageFactory(cluster=photonik, title=f"Gyrotron {number}", teaser="x", date=f"2026-01-0{number + 1}")
    OrganisationFactory(name="Gyrotron Ltd", clusters=[photonik])
    say(make_room(photonik, members=[member]), member, "The gyrotron hums")


class TestByKind:
    def test_the_best_of_each_kind_with_the_way_to_all(self, each_backend, things, member):
        found = item_list(browser(member), q="gyrotron", view="kinds")
        told = [(kind.source.name, kind.number, [str(r.found.title) for r in kind.results]) for kind in found.kinds]
        assert told == [
            ("organisation", 1, ["Gyrotron Ltd"]),
            ("news", 5, ["Gyrotron 4", "Gyrotron 3", "Gyrotron 2"]),
            ("message", 1, ["Room"]),
        ]
        assert found.rows == []
        assert found.total == 7
        assert found.kinds[1].url == f"{ADDRESS}?q=gyrotron&kind=news"

    def test_the_page_has_a_heading_for_each_kind(self, things, member):
        html = browser(member).get(ADDRESS, {"q": "gyrotron", "view": "kinds"}).content.decode()
        assert html.count("<h4>") == 5
        assert "All 5: News" in html
        assert "view=kinds" in browser(member).get(ADDRESS, {"q": "gyrotron"}).content.decode()

    def test_a_chosen_kind_is_the_only_one_and_nothing_is_said_as_always(self, things, member):
        assert [k.source.name for k in item_list(browser(member), q="gyrotron", view="kinds", kind="news").kinds] == [
            "news"
        ]
        html = browser(member).get(ADDRESS, {"q": "nowhereat", "view": "kinds"}).content.decode()
        assert "Nothing matches" in html

    def test_the_page_asks_the_same_for_many_kinds_as_for_one(self, things, member):
        """The rule, what operators set and the best of each kind are each read once."""
        client = browser(member)
        for kinds in (["news"], ["news", "organisation", "message"]):
            client.get(ADDRESS, {"q": "gyrotron", "view": "kinds", "kind": kinds})  # the labels of a page are kept
            with CaptureQueriesContext(connection) as asked:
                client.get(ADDRESS, {"q": "gyrotron", "view": "kinds", "kind": kinds})
            told = [query["sql"] for query in asked]
            assert len([sql for sql in told if "hanse_search_searchweight" in sql]) == 1
            assert len([sql for sql in told if "ROW_NUMBER()" in sql]) == 1
        assert len([sql for sql in told if 'FROM "hanse_search_searchdocument"' in sql]) <= 4

    @pytest.mark.parametrize("sort", ["newest", "oldest"])
    def test_each_kind_in_the_order_that_was_asked_for(self, each_backend, things, member, sort):
        found = item_list(browser(member), q="gyrotron", view="kinds", sort=sort, kind="news")
        (news,) = [[str(result.found.title) for result in kind.results] for kind in found.kinds]
        assert news == [f"Gyrotron {n}" for n in ((4, 3, 2) if sort == "newest" else (0, 1, 2))]

    @pytest.mark.elasticsearch
    def test_what_the_index_does_not_know_yet_takes_its_place_among_the_others(self, index, things, member, photonik):
        """Elasticsearch and the database answer together: three of each kind, whoever knows them."""
        fed()
        NewsPageFactory(cluster=photonik, title="Gyrotron now", teaser="x", date="2026-01-09")
        NewsPage.objects.filter(title="Gyrotron 4").update(title="Hulk")
        found = item_list(browser(member), q="gyrotron", view="kinds")
        told = {kind.source.name: (kind.number, [str(r.found.title) for r in kind.results]) for kind in found.kinds}
        assert told["news"] == (5, ["Gyrotron now", "Gyrotron 3", "Gyrotron 2"])


class TestNothingFound:
    def test_the_ways_on_are_counted_without_reading_everything_again(self, things, member):
        client = browser(member)
        with CaptureQueriesContext(connection) as asked:
            found = client.get(ADDRESS, {"q": "gyrotron ltd hums nowhere", "kind": "news"}).context["item_list"]
        assert [str(way.label) for way in found.ways_on] == ["Only “gyrotron”", "Only “ltd”", "Only “hums”"]
        told = [query["sql"] for query in asked]
        assert len([sql for sql in told if "hanse_search_searchweight" in sql]) == 1
        counted = [sql for sql in told if sql.startswith('SELECT "hanse_search_searchfacet"."name"')]
        assert len(counted) <= 2, "facets are counted for the page alone"

    def test_filters_can_be_removed_and_words_tried_alone(self, each_backend, things, member, photonik):
        client = browser(member)
        found = item_list(client, q="gyrotron ltd", kind="news", cluster=str(photonik.pk))
        assert [str(choice.label) for choice in found.remaining_choices] == ["News", "Photonik Nord"]
        assert [(str(way.label), way.number) for way in found.ways_on] == [
            ("Without filters", 1),
            ("Only “gyrotron”", 7),
            ("Only “ltd”", 1),
        ]
        html = client.get(ADDRESS, {"q": "gyrotron ltd", "kind": "news"}).content.decode()
        assert f'href="{ADDRESS}?q=gyrotron+ltd"' in html
        assert reverse("hanse_members:experts") in html

    def test_the_managements_of_the_own_clusters_are_named(self, member, manager, stranger, clusters_to_search):
        html = browser(member).get(ADDRESS, {"q": "nowhere"}).content.decode()
        assert "Ask the management of Photonik Nord" in html
        assert (
            "Ask the management of Photonik Nord"
            not in browser(stranger).get(ADDRESS, {"q": "nowhere"}).content.decode()
        )
        assert "Ask the management" not in Client().get(ADDRESS, {"q": "nowhere"}).content.decode()

    def test_a_filter_that_is_not_known_shows_no_name(self, member, photonik):
        hidden = make_room(photonik, kind="hidden", name="Zirconia")
        html = browser(member).get(ADDRESS, {"q": "x", "room": str(hidden.pk)}).content.decode()
        assert "Zirconia" not in html
        assert "Remove a filter" in html


class TestSimilar:
    def test_what_has_the_most_words_in_common_comes_first(self, photonik, member):
        page = NewsPageFactory(
            cluster=photonik, title="Laser welding of copper", teaser="Green lasers weld copper busbars"
        )
        for title in ("Copper busbars welded", "Welding copper by laser", "A copper roof", "Something else"):
            NewsPageFactory(cluster=photonik, title=title, teaser="x")
        item, others = similar(viewer_of(member), "news", page.pk, most=5)
        assert item.found.title == "Laser welding of copper"
        assert [str(result.found.title) for result in others] == ["Welding copper by laser", "Copper busbars welded"]

    def test_only_of_what_may_be_seen(self, photonik, leichtbau, member, stranger):
        own = NewsPageFactory(
            cluster=photonik, title="Laser welding", teaser="x", scopes=[Scope("cluster", photonik.pk)]
        )
        NewsPageFactory(cluster=leichtbau, title="Laser welding", teaser="x", scopes=[Scope("cluster", leichtbau.pk)])
        assert similar(viewer_of(member), "news", own.pk, most=5)[1] == []
        assert similar(viewer_of(stranger), "news", own.pk, most=5) is None
        hidden = browser(stranger).get(reverse("hanse_search:similar", args=["news", own.pk]))
        assert hidden.status_code == 404

    def test_the_page(self, photonik, member, things):
        client = browser(member)
        result = item_list(client, q="gyrotron", kind="news").rows[0]
        address = reverse("hanse_search:similar", args=["news", result.object_id])
        assert address in client.get(ADDRESS, {"q": "gyrotron"}).content.decode()
        assert client.get(address).status_code == 200
        for odd in ("nothing/1", "news/99999999999999999999999", "news/987654", "message/0"):
            assert client.get(f"/search/similar/{odd}/").status_code == 404

    def test_words_that_tell_something(self):
        assert words_of("The coating", ["This coating and that coatings with zirconia 2026"]) == ["coating", "zirconia"]
