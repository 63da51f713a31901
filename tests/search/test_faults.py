"""Elasticsearch slow, cut off, read-only and half rebuilt, while people search and write: on every surface.

No error page, nothing wrong in an answer, and afterwards nothing is missing from the index.
"""

import pytest
from django.urls import reverse

from hanse_access.operators import operator_group
from hanse_access.scopes import EDITORS
from hanse_search.documents import write_all_changes
from hanse_search.elastic import conf, consistency, feeding
from hanse_search.elastic.breaker import breaker
from hanse_search.elastic.tasks import feed_index
from hanse_search.saved.actions import look_through, save_search
from tests.factories.news import NewsPageFactory
from tests.factories.people import UserFactory
from tests.groups.talk import browser

from .elastic import everything, fed, keys, pending
from .proxy import proxy_before

pytestmark = [pytest.mark.django_db, pytest.mark.elasticsearch]

ADDRESS = reverse("hanse_search:search")


@pytest.fixture
def proxy(index, settings):
    """Between the site and Elasticsearch."""
    with proxy_before(settings.HANSE_ELASTICSEARCH_URL) as between:
        settings.HANSE_ELASTICSEARCH_URL = between.url
        yield between


@pytest.fixture
def operator(clusters_to_search):
    person = UserFactory()
    person.groups.add(operator_group())
    return browser(person)


@pytest.fixture
def post(photonik):
    return lambda title, **more: NewsPageFactory(cluster=photonik, title=title, **{"teaser": "x", **more})


@pytest.fixture
def surfaces(member, operator):
    """What every surface says of a word: titles found and the total, none of them an error."""

    def ask(word: str = "gyrotron") -> tuple[list[str], int]:
        client = browser(member)
        response = client.get(ADDRESS, {"q": word})
        assert response.status_code == 200
        listed = response.context["item_list"]
        titles = sorted(str(row.found.title) for row in listed.rows)
        by_kind = client.get(ADDRESS, {"q": word, "view": "kinds"}).context["item_list"].kinds
        assert sorted(str(r.found.title) for kind in by_kind for r in kind.results) == titles[:3] or len(titles) > 3
        suggested = client.get(reverse("hanse_search:suggestions"), {"q": word}).content.decode()
        assert suggested.count('role="option"') >= len(titles[:5])
        assert client.get(ADDRESS, {"q": word[:-1] + "x"}).status_code == 200
        similar = reverse("hanse_search:similar", args=["news", listed.rows[0].object_id])
        assert client.get(similar).status_code == 200
        assert operator.get(reverse("hanse_search_health:health")).status_code == 200
        return titles, listed.total

    return ask


def assert_nothing_is_missing(index) -> None:
    assert pending() == 0
    assert keys(index) == everything()
    assert not consistency.compare()


@pytest.mark.parametrize("way", ["slow", "cut off"])
def test_slow_or_cut_off(proxy, index, surfaces, post, settings, way):
    page = post("Gyrotron one")
    fed()
    assert surfaces() == (["Gyrotron one"], 1)
    assert proxy.passed, "Elasticsearch was asked"
    settings.HANSE_ELASTICSEARCH_SECONDS = 0.3
    proxy.delay, proxy.cuts = (1.5, False) if way == "slow" else (0.0, True)
    breaker.succeed()
    post("Gyrotron two")
    page.title = "Nothing"
    page.save()
    assert surfaces() == (["Gyrotron two"], 1)
    assert breaker.is_failing
    post("Gyrotron hidden", scopes=[EDITORS])
    assert surfaces() == (["Gyrotron two"], 1)
    proxy.delay, proxy.cuts = 0.0, False
    settings.HANSE_ELASTICSEARCH_SECONDS = 30.0
    breaker.succeed()
    fed()
    assert surfaces() == (["Gyrotron two"], 1)
    assert_nothing_is_missing(index)


def test_writing_through_what_is_cut_off_loses_nothing(proxy, index, surfaces, post):
    post("Gyrotron one")
    fed()
    proxy.cuts = True
    post("Gyrotron two")
    write_all_changes()
    feed_index.call()
    assert pending() > 0
    proxy.cuts = False
    breaker.succeed()
    assert surfaces() == (["Gyrotron one", "Gyrotron two"], 2)
    fed()
    assert_nothing_is_missing(index)


def test_read_only(index, surfaces, post):
    page = post("Gyrotron one")
    fed()
    index.indices.put_settings(index=conf.index_name(), settings={"index.blocks.write": True})
    page.title = "Nothing"
    page.save()
    post("Gyrotron two")
    write_all_changes()
    feed_index.call()
    assert pending() > 0
    assert surfaces() == (["Gyrotron two"], 1)
    index.indices.put_settings(index=conf.index_name(), settings={"index.blocks.write": None})
    fed()
    assert surfaces() == (["Gyrotron two"], 1)
    assert_nothing_is_missing(index)


def test_half_rebuilt(index, surfaces, post, monkeypatch):
    pages = [post(f"Gyrotron {number}") for number in range(6)]
    fed()
    monkeypatch.setattr(feeding, "BATCH", 2)

    def stop(done: int, whole: int) -> None:
        if done >= 4:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        feeding.rebuild(progress=stop)
    assert surfaces()[1] == 6
    pages[0].title = pages[5].title = "Nothing"
    pages[0].save()
    pages[5].save()
    post("Gyrotron new")
    assert surfaces()[1] == 5
    fed()
    assert surfaces()[1] == 5
    feeding.rebuild(resume=True)
    assert surfaces()[1] == 5
    assert_nothing_is_missing(index)


def test_a_saved_search_waits_until_answers_are_whole_again(proxy, index, member, post, settings):
    post("Gyrotron one")
    fed()
    saved = save_search(member, name="Mine", text="gyrotron", facets={})
    post("Gyrotron two")
    fed()
    settings.HANSE_ELASTICSEARCH_SECONDS = 0.3
    proxy.delay = 1.5
    assert look_through(saved) is None
    proxy.delay = 0.0
    settings.HANSE_ELASTICSEARCH_SECONDS = 30.0
    breaker.succeed()
    assert look_through(saved).number == 1
