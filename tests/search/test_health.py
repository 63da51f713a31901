"""What those who run the platform see of the search, and its repair; Wagtail's own search beside it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from hanse_access.operators import operator_group
from hanse_access.scopes import Scope
from hanse_news.search import NewsSource
from hanse_search import documents
from hanse_search.documents import compare_everything, write_all_changes
from hanse_search.elastic.backend import pending_documents
from hanse_search.figures import COMPARED, DROPPED, FAILED
from hanse_search.models import SearchDocument, SearchFigure
from hanse_search.snippets import snippet_with_name
from hanse_search.sources import NamedText, sources
from tests.factories.clusters import MembershipFactory
from tests.factories.news import NewsPageFactory
from tests.factories.people import UserFactory
from tests.factories.profiles import ProfileFactory, fill
from tests.groups.talk import browser

from .asking import found, results
from .elastic import fed

pytestmark = pytest.mark.django_db

ADDRESS, REPAIR = "/admin/reports/search/", "/admin/reports/search/repair/"


@pytest.fixture
def operator(clusters_to_search):
    person = UserFactory()
    person.groups.add(operator_group())
    return browser(person)


@pytest.fixture
def press(django_capture_on_commit_callbacks):
    def act(client):
        with django_capture_on_commit_callbacks(execute=True):
            client.post(REPAIR)

    return act


def test_operators_see_how_it_is(operator, photonik, member):
    NewsPageFactory(cluster=photonik, title="Gyrotron")
    html = operator.get(ADDRESS).content.decode()
    assert "Changes that wait to be written" in html
    assert "It was not compared yet" in html
    write_all_changes()
    SearchDocument.objects.filter(source="news").update(digest="old")
    compare_everything()
    html = operator.get(ADDRESS).content.decode()
    assert "1 differed and was mended" in html
    assert ADDRESS in operator.get(reverse("wagtailadmin_home")).content.decode()


def test_nobody_else(manager, member, clusters_to_search):
    for person in (manager, member):
        assert browser(person).get(ADDRESS).status_code in (302, 403)
        assert browser(person).post(REPAIR).status_code in (302, 403)


def test_the_button_has_the_worker_compare_and_repair(operator, press, photonik, member):
    NewsPageFactory(cluster=photonik, title="Gyrotron")
    write_all_changes()
    SearchDocument.objects.filter(source="news").delete()
    assert found(member, "gyrotron") == []
    assert operator.get(REPAIR).status_code == 405
    press(operator)
    assert found(member, "gyrotron") == ["Gyrotron"]
    figure = SearchFigure.objects.get(name=COMPARED)
    assert figure.told["documents"]["news"] == [1, 0, 0]


@pytest.mark.elasticsearch
def test_the_index_is_repaired_as_well(operator, press, photonik, index):
    page = NewsPageFactory(cluster=photonik, title="Gyrotron")
    fed()
    from hanse_search.elastic import conf

    index.delete(index=conf.index_name(), id=f"news:{page.pk}", refresh=True)
    assert "Elasticsearch" in operator.get(ADDRESS).content.decode()
    press(operator)
    assert SearchFigure.objects.get(name=COMPARED).told["index"] == [1, 0, 0]
    assert not pending_documents().exists()
    assert index.exists(index=conf.index_name(), id=f"news:{page.pk}")


@pytest.mark.elasticsearch
def test_an_index_that_is_away_is_told(operator, press, photonik, index, settings):
    settings.HANSE_ELASTICSEARCH_URL = "http://127.0.0.1:9"
    settings.HANSE_ELASTICSEARCH_SECONDS = 0.5
    html = operator.get(ADDRESS).content.decode()
    assert "does not answer" in html
    press(operator)
    assert "Elasticsearch did not answer then" in operator.get(ADDRESS).content.decode()


def test_what_the_rule_drops_and_what_cannot_be_written_is_counted(operator, photonik, member, monkeypatch):
    NewsPageFactory(cluster=photonik, title="Gyrotron one")
    NewsPageFactory(cluster=photonik, title="Gyrotron two")
    assert len(found(member, "gyrotron")) == 2
    visible = NewsSource.visible
    monkeypatch.setattr(
        NewsSource, "visible", lambda self, viewer: visible(self, viewer).exclude(title__endswith="two")
    )
    assert found(member, "gyrotron") == ["Gyrotron one"]
    found(member, "gyrotron")
    assert SearchFigure.objects.get(name=DROPPED).number == 2
    monkeypatch.undo()
    page = NewsPageFactory(cluster=photonik, title="Gyrotron three")
    monkeypatch.setattr(NewsSource, "entries", lambda self, rows: 1 / 0)
    documents.rewrite(sources["news"], {page.pk})
    assert SearchFigure.objects.get(name=FAILED).number == 1
    html = operator.get(ADDRESS).content.decode()
    assert "2, the last at" in html
    assert html.count("w-status--critical") == 2
    SearchFigure.objects.update(at=timezone.now() - timedelta(days=8))
    html = operator.get(ADDRESS).content.decode()
    assert "2, the last at" in html
    assert "w-status--critical" not in html, "long ago: still told, and no alarm any more"


def test_the_field_that_matched_is_named(photonik, member):
    profile = ProfileFactory(person=MembershipFactory(cluster=photonik, person=UserFactory(last_name="Gyr")).person)
    fill(profile, "offers", text="Time on a gyrotron")
    fill(profile, "looks_for", text="A partner")
    (result,) = results(member, "gyrotron")
    assert result.field == profile.fields.get(name="offers").spec.label
    (by_name,) = results(member, "gyr ")
    assert by_name.field == "", "found by the name: no field is told"
    texts = [NamedText("A gyrotron", "Offers"), "A gyrotron and a laser"]
    from hanse_search.queries import parse

    assert snippet_with_name(texts, parse("gyrotron")[0])[0] == "Offers"
    assert snippet_with_name(texts, parse("laser")[0])[0] == ""


class TestWagtailsOwnSearch:
    """Explorer and choosers go on searching by Wagtail's own index, and obey the rule as before."""

    def test_the_explorer_and_the_chooser_find_pages(self, operator, manager, photonik, leichtbau):
        own = NewsPageFactory(cluster=photonik, title="Gyrotron week")
        NewsPageFactory(cluster=leichtbau, title="Gyrotron secret", scopes=[Scope("cluster", leichtbau.pk)])
        for client in (operator, browser(manager)):
            html = client.get("/admin/pages/search/", {"q": "gyrotron"}).content.decode()
            assert own.title in html
            html = client.get("/admin/choose-page/search/", {"q": "gyrotron"}).content.decode()
            assert own.title in html
        assert "Gyrotron secret" not in browser(manager).get("/admin/pages/search/", {"q": "gyrotron"}).content.decode()
        assert (
            "Gyrotron secret"
            not in browser(manager).get("/admin/choose-page/search/", {"q": "gyrotron"}).content.decode()
        )
