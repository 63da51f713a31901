"""Atom feeds: public pieces only, whoever asks, and nothing sent twice."""

import html
import re
import time
import uuid
import xml.etree.ElementTree as ET
from datetime import datetime

import pytest
from django.urls import reverse
from django.utils.http import http_date

from hanse_access.actions import change_audience
from hanse_access.scopes import PUBLIC, Scope
from hanse_members.actions import create_cluster, suspend_cluster
from hanse_news.feeds import feed_url
from hanse_site.setup import create_site_pages
from tests.factories.clusters import MembershipFactory
from tests.factories.news import NewsPageFactory, news_index

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
ATOM = "{http://www.w3.org/2005/Atom}"


def titles(response):
    return [entry.find(f"{ATOM}title").text for entry in ET.fromstring(response.content).iter(f"{ATOM}entry")]


def test_a_feed_holds_public_pieces_only_whoever_asks(client, photonik, member):
    NewsPageFactory(cluster=photonik, title="Public")
    for scope in (Scope("platform", 0), Scope("cluster", photonik.pk)):
        NewsPageFactory(cluster=photonik, title="Closed", scopes=[scope])
    NewsPageFactory(cluster=photonik, title="Draft", live=False)
    client.force_login(member)
    for url in (
        reverse("hanse_news:feed", args=["en"]),
        reverse("hanse_news:cluster_feed", args=["en", "photonik-nord"]),
    ):
        response = client.get(url)
        assert response["Content-Type"].startswith("application/atom+xml")
        assert {"public", "no-cache"} <= set(response["Cache-Control"].split(", "))
        assert titles(response) == ["Public"]


@pytest.mark.parametrize("character", ["\x0b", "\x1f", "\ufffe", "\uffff"])
def test_one_piece_with_a_character_that_xml_lacks_does_not_take_the_feed_away(client, photonik, character):
    NewsPageFactory(cluster=photonik, title=f"Li{character}ght", teaser=f"Gl{character}ass")
    photonik.name = f"Photonik{character} Nord"
    photonik.save()
    for arguments in (["en"], ["en", "photonik-nord"]):
        name = "hanse_news:cluster_feed" if len(arguments) > 1 else "hanse_news:feed"
        assert titles(client.get(reverse(name, args=arguments))) == ["Light"]


def required(element) -> dict:
    """What RFC 4287 demands of a feed and of an entry."""
    return {
        "id": [found.text for found in element.findall(f"{ATOM}id")],
        "title": [found.text for found in element.findall(f"{ATOM}title")],
        "updated": [datetime.fromisoformat(found.text) for found in element.findall(f"{ATOM}updated")],
        "author": [found.text for found in element.findall(f"{ATOM}author/{ATOM}name")],
    }


@pytest.mark.parametrize("pieces", [0, 2])
def test_each_feed_has_what_the_format_demands(client, photonik, pieces):
    for language in ("en", "de"):
        NewsPageFactory.create_batch(pieces, cluster=photonik, language=language)
    ids = []
    addresses = [feed_url(language, cluster) for language in ("en", "de") for cluster in (None, photonik)]
    for address in addresses:
        root = ET.fromstring(client.get(address).content)
        links = {link.get("rel"): link.get("href") for link in root.findall(f"{ATOM}link")}
        assert links["self"] == f"http://testserver{address}"
        assert links["alternate"].startswith("http://testserver/")
        entries = root.findall(f"{ATOM}entry")
        assert len(entries) == pieces
        for element in (root, *entries):
            for name, values in required(element).items():
                assert len(values) == 1, name
                assert values[0], name
            assert required(element)["updated"][0].tzinfo
        ids += required(root)["id"]
    assert len(set(ids)) == len(addresses)


def test_what_looks_like_markup_is_read_as_it_was_written(client, photonik):
    teaser = "Losses < 3 dB & <b>no</b> cooling"
    NewsPageFactory(cluster=photonik, teaser=teaser)
    root = ET.fromstring(client.get(feed_url("en")).content)
    summary = root.find(f"{ATOM}entry/{ATOM}summary")
    assert summary.get("type") == "html"
    assert html.unescape(re.sub("<[^>]+>", "", summary.text)) == teaser


def test_a_piece_has_one_id_in_each_language_for_good(client, photonik):
    page = NewsPageFactory(cluster=photonik)
    translation = page.copy_for_translation(NewsPageFactory(cluster=photonik, language="de").locale)
    translation.save_revision().publish()
    ids = [
        entry.text
        for language in ("en", "de")
        for entry in ET.fromstring(client.get(feed_url(language)).content).findall(f"{ATOM}entry/{ATOM}id")
    ]
    assert len(set(ids)) == 3
    assert uuid.UUID(ids[0].removeprefix("urn:uuid:")).urn == ids[0]
    page.title = "Another title"
    page.save_revision().publish()
    assert ids[0] in client.get(feed_url("en")).content.decode()


def test_readers_find_the_feed_from_the_pages_that_people_look_at(client):
    create_site_pages()
    cluster = create_cluster(name="Alpha", slug="alpha", by=None)
    public = NewsPageFactory(cluster=cluster)
    closed = NewsPageFactory(cluster=cluster, scopes=[Scope("cluster", cluster.pk)])
    client.force_login(MembershipFactory(cluster=cluster).person)

    def found(path) -> list[str]:
        links = re.findall(r"<link [^>]*application/atom\+xml[^>]*>", client.get(path).content.decode())
        return [re.search('href="([^"]+)"', link)[1] for link in links]

    own, all_clusters = [feed_url("en", cluster)], [feed_url("en")]
    assert [found(page.url) for page in (news_index(cluster), public, closed)] == [own, own, []]
    assert [found(path) for path in ("/en/", "/news/", "/de/")] == [all_clusters, all_clusters, [feed_url("de")]]


def test_feeds_are_by_language_and_cluster(client, photonik, leichtbau):
    NewsPageFactory(cluster=photonik, title="English")
    NewsPageFactory(cluster=photonik, language="de", title="Deutsch")
    NewsPageFactory(cluster=leichtbau, title="Other")
    assert titles(client.get(reverse("hanse_news:feed", args=["de"]))) == ["Deutsch"]
    assert set(titles(client.get(reverse("hanse_news:feed", args=["en"])))) == {"English", "Other"}
    assert titles(client.get(reverse("hanse_news:cluster_feed", args=["en", "leichtbau-sued"]))) == ["Other"]


def test_a_piece_that_another_cluster_shows_too_is_in_the_feed_once(client, photonik, leichtbau):
    page = NewsPageFactory(cluster=photonik, title="Shared")
    page.create_alias(parent=news_index(leichtbau))
    assert titles(client.get(reverse("hanse_news:feed", args=["en"]))) == ["Shared"]


def test_an_unchanged_feed_is_not_sent_again_and_a_closed_piece_leaves_it(client, photonik):
    url = reverse("hanse_news:feed", args=["en"])
    page = NewsPageFactory(cluster=photonik, title="Public")
    etag = client.get(url)["ETag"]
    again = client.get(url, headers={"if-none-match": etag})
    assert (again.status_code, again.content) == (304, b"")
    change_audience(page, scopes=[Scope("platform", 0)], by=None)
    changed = client.get(url, headers={"if-none-match": etag})
    assert changed.status_code == 200
    assert titles(changed) == []
    change_audience(page, scopes=[PUBLIC], by=None)
    assert client.get(url)["ETag"] == etag


def test_a_closed_piece_leaves_caches_that_ask_by_date(client, photonik):
    url = reverse("hanse_news:feed", args=["en"])
    NewsPageFactory(cluster=photonik, title="Stays")
    page = NewsPageFactory(cluster=photonik, title="Leaves")
    before = client.get(url).headers.get("Last-Modified") or http_date(time.time())
    change_audience(page, scopes=[Scope("platform", 0)], by=None)
    assert titles(client.get(url, headers={"if-modified-since": before})) == ["Stays"]


@pytest.mark.parametrize("arguments", [("fr",), ("en", "nothing")])
def test_a_feed_that_is_not_there_is_missing(client, photonik, arguments):
    name = "hanse_news:feed" if len(arguments) == 1 else "hanse_news:cluster_feed"
    assert client.get(reverse(name, args=arguments)).status_code == 404


def test_a_suspended_cluster_has_no_feed(client, photonik, operator):
    NewsPageFactory(cluster=photonik)
    suspend_cluster(photonik, by=operator)
    assert client.get(reverse("hanse_news:cluster_feed", args=["en", "photonik-nord"])).status_code == 404
    assert titles(client.get(reverse("hanse_news:feed", args=["en"]))) == []


def test_a_feed_needs_the_same_queries_for_few_and_many(client, photonik, django_assert_max_num_queries):
    for _ in range(12):
        NewsPageFactory(cluster=photonik)
    client.get(reverse("hanse_news:feed", args=["en"]))
    with django_assert_max_num_queries(8):
        client.get(reverse("hanse_news:feed", args=["en"]))
