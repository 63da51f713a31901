"""Pieces of news: sender, address, levels, languages, rights."""

import datetime

import pytest
from django.test import RequestFactory
from wagtail.models import Locale, Page

from hanse_access.readings import allows, recipients
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_access.viewer import Viewer
from hanse_members.actions import suspend_cluster
from hanse_news.models import NewsIndexPage, NewsPage
from hanse_news.slugs import says_nothing
from tests.factories.clusters import MembershipFactory
from tests.factories.news import NewsPageFactory, news_index

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
PLATFORM = Scope("platform", 0)


def cluster_scope(cluster):
    return Scope("cluster", cluster.pk)


def test_every_cluster_has_a_place_for_its_news_in_each_language(photonik):
    pages = NewsIndexPage.objects.filter(cluster=photonik)
    assert sorted(page.locale.language_code for page in pages) == ["de", "en"]
    assert len({page.translation_key for page in pages}) == 1


def test_the_address_says_nothing_whatever_is_asked_for(photonik):
    page = NewsPageFactory(cluster=photonik, title="Secret merger", slug="secret-merger")
    assert says_nothing(page.slug)
    page.slug = "secret-merger"
    page.save()
    assert says_nothing(page.slug)
    copy = page.copy(update_attrs={"slug": "secret-merger-2", "title": "Secret merger again"})
    assert says_nothing(copy.slug)
    assert copy.slug != page.slug


def test_the_sender_is_the_cluster_in_whose_tree_a_piece_stands(photonik, leichtbau):
    page = NewsPageFactory(cluster=photonik)
    assert page.cluster == photonik
    page.move(news_index(leichtbau), pos="last-child")
    assert NewsPage.objects.get(pk=page.pk).cluster == leichtbau


def levels(photonik, leichtbau):
    return {
        "editors": NewsPageFactory(cluster=photonik, scopes=[EDITORS]),
        "own": NewsPageFactory(cluster=photonik, scopes=[cluster_scope(photonik)]),
        "both": NewsPageFactory(cluster=photonik, scopes=[cluster_scope(photonik), cluster_scope(leichtbau)]),
        "platform": NewsPageFactory(cluster=photonik, scopes=[PLATFORM]),
        "public": NewsPageFactory(cluster=photonik, scopes=[PUBLIC]),
        "draft": NewsPageFactory(cluster=photonik, scopes=[PUBLIC], live=False),
    }


def test_who_sees_which_level(client, photonik, leichtbau, editor, member):
    pages = levels(photonik, leichtbau)
    applicant = MembershipFactory(cluster=photonik, state="applied").person
    foreign = MembershipFactory(cluster=leichtbau).person
    expected = {
        None: {"public"},
        applicant: {"public"},
        foreign: {"both", "platform", "public"},
        member: {"own", "both", "platform", "public"},
        editor: set(pages),
    }
    for person, names in expected.items():
        viewer = Viewer.of(person)
        if person:
            client.force_login(person)
        assert {name for name, page in pages.items() if allows(viewer, page)} == names
        found = set(NewsPage.objects.visible_to(viewer))
        assert found == {pages[name] for name in names}
        for name, page in pages.items():
            if name != "draft":
                assert client.get(page.url).status_code == (200 if name in names else 404), (person, name)


def test_search_engines_and_link_previews_are_told_of_public_pieces_only(client, photonik, member):
    client.force_login(member)
    for level, page in levels(photonik, photonik).items():
        if level in {"own", "platform", "public"}:
            html = client.get(page.url).content.decode()
            assert (f'<meta property="og:title" content="{page.title}">' in html) == (level == "public"), level
            assert ('rel="canonical"' in html) == (level == "public"), level


def test_a_suspended_cluster_publishes_nothing(client, photonik, operator):
    page = NewsPageFactory(cluster=photonik)
    suspend_cluster(photonik, by=operator)
    assert not NewsPage.objects.visible_to(Viewer.public()).exists()
    assert set(recipients(page)) == {operator}
    assert client.get(page.url).status_code == 404
    assert page.slug not in client.get("/sitemap.xml").content.decode()


def test_a_translation_shares_the_audience_and_the_address(photonik):
    page = NewsPageFactory(cluster=photonik, scopes=[PLATFORM])
    german = page.copy_for_translation(Locale.objects.get(language_code="de"))
    german.save_revision().publish()
    german.refresh_from_db()
    assert (german.slug, german.cluster) == (page.slug, photonik)
    assert not allows(Viewer.public(), german)
    assert allows(Viewer.of(MembershipFactory().person), german)


def test_editors_work_in_their_own_cluster_only(photonik, leichtbau, editor):
    own, foreign = NewsPageFactory(cluster=photonik), NewsPageFactory(cluster=leichtbau)
    assert own.permissions_for_user(editor).can_publish()
    assert own.permissions_for_user(editor).can_delete()
    assert not foreign.permissions_for_user(editor).can_edit()
    index = Page.objects.get(pk=news_index(photonik).pk).permissions_for_user(editor)
    assert index.can_add_subpage()
    assert not index.can_delete()
    assert not news_index(leichtbau).permissions_for_user(editor).can_add_subpage()


def test_a_scheduled_piece_comes_and_goes(photonik):
    soon = datetime.datetime(2099, 1, 1, tzinfo=datetime.UTC)
    page = NewsPageFactory(cluster=photonik, expire_at=soon)
    assert allows(Viewer.public(), page)
    assert not NewsPage.objects.visible_to(Viewer.public(), now=soon).exists()


def test_a_preview_renders(photonik, editor):
    page = NewsPageFactory(cluster=photonik)
    request = RequestFactory().get("/")
    request.user, request.viewer = editor, Viewer.of(editor)
    response = page.make_preview_request(original_request=request, preview_mode="")
    assert response.status_code == 200
