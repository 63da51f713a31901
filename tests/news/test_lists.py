"""Lists of news: everything one may see, each piece once, with constant queries."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from wagtail.models import Locale

from hanse_access.actions import change_audience
from hanse_access.scopes import PUBLIC, Scope
from hanse_news.models import NewsPage
from tests.factories.clusters import MembershipFactory
from tests.factories.news import NewsPageFactory, news_index
from tests.factories.people import UserFactory

pytestmark = pytest.mark.django_db
NEWS = "/news/"
PLATFORM = Scope("platform", 0)


def titles(response):
    return [page.title for page in response.context["item_list"].rows]


def translated(page, title):
    german = page.copy_for_translation(Locale.objects.get(language_code="de"))
    german.title = title
    german.save_revision().publish()
    return german


def test_visitors_are_asked_to_sign_in(client):
    assert client.get(NEWS).status_code == 302


def test_the_list_holds_what_one_may_see_of_all_clusters(client, photonik, leichtbau, member):
    NewsPageFactory(cluster=photonik, title="Own", scopes=[Scope("cluster", photonik.pk)])
    NewsPageFactory(cluster=leichtbau, title="Foreign", scopes=[Scope("cluster", leichtbau.pk)])
    NewsPageFactory(cluster=leichtbau, title="All members", scopes=[PLATFORM])
    client.force_login(member)
    response = client.get(NEWS)
    assert set(titles(response)) == {"Own", "All members"}
    assert "Foreign" not in response.content.decode()
    client.force_login(UserFactory())
    assert titles(client.get(NEWS)) == []


@pytest.mark.parametrize(("language", "expected"), [("en", {"Both", "Nur deutsch"}), ("de", {"Beide", "Nur deutsch"})])
def test_each_piece_is_listed_once_in_the_readers_language_or_else_the_other(client, photonik, language, expected):
    translated(NewsPageFactory(cluster=photonik, title="Both"), "Beide")
    NewsPageFactory(cluster=photonik, language="de", title="Nur deutsch")
    response = client.get(f"/{language}/c/photonik-nord/news/")
    assert set(titles(response)) == expected
    assert ('lang="de"><a' in response.content.decode()) == (language == "en")


def test_a_translation_that_is_not_published_does_not_hide_the_original(client, photonik):
    page = NewsPageFactory(cluster=photonik, title="Original")
    page.copy_for_translation(Locale.objects.get(language_code="de"))
    assert titles(client.get("/de/c/photonik-nord/news/")) == ["Original"]


def test_a_piece_shown_by_another_cluster_too_is_listed_there_and_once_over_all(client, photonik, leichtbau):
    page = NewsPageFactory(cluster=photonik, title="Shared")
    page.create_alias(parent=news_index(leichtbau))
    assert titles(client.get("/en/c/leichtbau-sued/news/")) == ["Shared"]
    client.force_login(UserFactory())
    assert titles(client.get(NEWS)) == ["Shared"]


def test_counts_of_facets_tell_nothing_of_hidden_pieces(client, photonik, leichtbau, member):
    NewsPageFactory(cluster=leichtbau, scopes=[Scope("cluster", leichtbau.pk)])
    NewsPageFactory(cluster=photonik, scopes=[PUBLIC, Scope("cluster", photonik.pk)])
    client.force_login(member)
    facets = {facet.name: facet for facet in client.get(NEWS).context["item_list"].drawn_facets}
    assert [(option.label, option.count) for option in facets["cluster"].first] == [("Photonik Nord", 1)]
    assert {option.value: option.count for option in facets["level"].first} == {"public": 1, "cluster": 1}
    assert sum(option.count for option in facets["month"].first) == 1


def test_facets_and_search_narrow_the_list(client, photonik, leichtbau):
    NewsPageFactory(cluster=photonik, title="Laser day", date="2026-03-01")
    NewsPageFactory(cluster=leichtbau, title="Carbon day", date="2026-04-01")
    client.force_login(UserFactory())
    assert titles(client.get(NEWS, {"q": "laser"})) == ["Laser day"]
    assert titles(client.get(NEWS, {"cluster": leichtbau.pk})) == ["Carbon day"]
    assert titles(client.get(NEWS, {"month": "2026-03"})) == ["Laser day"]
    assert titles(client.get(NEWS, {"level": "platform"})) == ["Carbon day", "Laser day"]
    assert titles(client.get(NEWS, {"language": "en", "sort": "oldest"})) == ["Laser day", "Carbon day"]


@pytest.mark.parametrize("url", [NEWS, "/en/c/photonik-nord/news/", "/en/c/photonik-nord/", "/dashboard/"])
def test_a_page_of_few_and_of_many_needs_the_same_queries(client, photonik, member, url):
    client.force_login(member)

    def queries():
        client.get(url)
        with CaptureQueriesContext(connection) as captured:
            assert client.get(url).status_code == 200
        return len(captured)

    for scopes in ([PUBLIC], [PLATFORM]):
        NewsPageFactory(cluster=photonik, scopes=scopes)
    few = queries()
    for number in range(10):
        NewsPageFactory(cluster=photonik, scopes=[PUBLIC] if number % 2 else [PLATFORM])
    assert queries() == few


def test_what_is_read_further_on_begins_where_the_page_ended(client, photonik):
    for number in range(15):
        NewsPageFactory(cluster=photonik, title=f"{number}", date=f"2026-01-{number + 1:02}")
    first = client.get("/en/c/photonik-nord/news/")
    second = client.get(first.context["item_list"].more_url)
    assert titles(first) + titles(second) == [str(number) for number in reversed(range(15))]


def test_editors_get_the_way_to_a_new_piece_and_others_do_not(client, photonik, editor, member):
    add = reverse("wagtailadmin_pages:add", args=["hanse_news", "newspage", news_index(photonik).pk])
    for person, offered in ((editor, True), (member, False)):
        client.force_login(person)
        for url in (NEWS, "/en/c/photonik-nord/", "/en/c/photonik-nord/news/", "/dashboard/"):
            assert (add in client.get(url).content.decode()) == offered, url
    assert client.get(add).status_code == 302
    client.force_login(editor)
    assert client.get(add).status_code == 200


def test_the_form_opens_in_a_language_of_the_cluster(client, photonik, editor):
    photonik.languages = ["de"]
    photonik.save()
    client.force_login(editor)
    add = reverse("wagtailadmin_pages:add", args=["hanse_news", "newspage", news_index(photonik, "de").pk])
    assert add in client.get(NEWS).content.decode()
    assert NewsPage.objects.count() == 0


def test_editors_of_several_clusters_choose_the_sender(client, photonik, leichtbau, editor):
    MembershipFactory(person=editor, cluster=leichtbau, role="editor")
    client.force_login(editor)
    content = client.get(NEWS).content.decode()
    for cluster in (photonik, leichtbau):
        assert reverse("wagtailadmin_pages:add", args=["hanse_news", "newspage", news_index(cluster).pk]) in content


@pytest.mark.parametrize(
    ("language", "shown", "hidden"), [("de", "Ein Preis", "A prize"), ("en", "A prize", "Ein Preis")]
)
def test_a_proposal_is_read_in_the_readers_language(client, photonik, leichtbau, manager, language, shown, hidden):
    page = NewsPageFactory(cluster=leichtbau, title="A prize", scopes=[Scope("cluster", leichtbau.pk)])
    german = page.copy_for_translation(Locale.objects.get(language_code="de"))
    german.title = "Ein Preis"
    german.save_revision().publish()
    author = MembershipFactory(cluster=leichtbau, role="editor").person
    change_audience(page, scopes=[Scope("cluster", leichtbau.pk), Scope("cluster", photonik.pk)], by=author)
    manager.language = language
    manager.save()
    client.force_login(manager)
    html = client.get("/waiting/").content.decode()
    assert shown in html
    assert hidden not in html
