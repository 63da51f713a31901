"""Editors and managers submit for translation what is theirs, and learn nothing of other clusters' translations."""

import importlib

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.urls import reverse
from wagtail.admin.ui.menus.pages import get_page_header_buttons
from wagtail.models import Locale
from wagtail_localize.models import Translation, TranslationSource
from wagtail_localize.operations import translate_object

from hanse_access.scopes import Scope
from hanse_members.roles import Role
from hanse_news.models import NewsPage
from tests.factories.clusters import MembershipFactory
from tests.factories.news import NewsPageFactory
from tests.factories.pages import give_page_permissions
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
FOREIGN = "Foreign plans"


def submit_url(page_id: int) -> str:
    return reverse("wagtail_localize:submit_page_translation", args=[page_id])


def german() -> Locale:
    return Locale.objects.get(language_code="de")


def submit(client, page_id: int):
    return client.post(submit_url(page_id), {"locales": [german().pk]})


def titles_in(client, view_name: str, *args) -> str:
    response = client.get(reverse(view_name, args=args))
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture(params=[Role.EDITOR, Role.MANAGER])
def translator(request, client, photonik):
    person = MembershipFactory(cluster=photonik, role=request.param).person
    client.force_login(person)
    return person


@pytest.fixture
def own(photonik):
    return NewsPageFactory(cluster=photonik, title="Own plans", scopes=[Scope("cluster", photonik.pk)])


@pytest.fixture
def foreign(leichtbau):
    """Submitted for translation by the other cluster already."""
    page = NewsPageFactory(cluster=leichtbau, title=FOREIGN, scopes=[Scope("cluster", leichtbau.pk)])
    translate_object(page, [german()], user=MembershipFactory(cluster=leichtbau, role=Role.EDITOR).person)
    return page


def test_own_news_is_submitted_and_keeps_its_audience(client, translator, own):
    assert submit_url(own.pk) in titles_in(client, "wagtailadmin_pages:edit", own.pk)
    assert submit(client, own.pk).status_code == 302
    translation = NewsPage.objects.get(translation_key=own.translation_key, locale=german())
    assert translation.present_scopes() == own.present_scopes()


def test_foreign_news_is_as_missing(client, translator, foreign):
    hidden, missing = (client.get(submit_url(pk)) for pk in (foreign.pk, 999_999))
    assert hidden.status_code == missing.status_code == 404
    before = Translation.objects.count()
    assert submit(client, foreign.pk).status_code == 404
    source = TranslationSource.objects.get_for_instance(foreign)
    update = reverse("wagtail_localize:update_translations", args=[source.pk])
    assert client.get(update).status_code == client.post(update).status_code == 404
    assert Translation.objects.count() == before


@pytest.mark.parametrize("method", ["get", "post"])
@pytest.mark.parametrize("view", ["preview_translation", "download_pofile", "upload_pofile", "stop_translation"])
def test_a_translation_of_foreign_news_is_as_missing(client, translator, foreign, view, method):
    translation = Translation.objects.get()
    for pk in (translation.pk, 999_999):
        assert getattr(client, method)(reverse(f"wagtail_localize:{view}", args=[pk])).status_code == 404
    translation.refresh_from_db()
    assert translation.enabled


def test_public_news_of_others_is_not_submitted_either(client, translator, leichtbau):
    page = NewsPageFactory(cluster=leichtbau)
    assert submit(client, page.pk).status_code == 404
    assert not TranslationSource.objects.exists()


def test_a_page_that_one_works_on_but_may_not_edit_is_refused(client, translator, foreign):
    give_page_permissions(translator, foreign, "lock")
    before = Translation.objects.count()
    assert submit(client, foreign.pk).status_code == 302
    source = TranslationSource.objects.get_for_instance(foreign)
    answer = client.post(reverse("wagtail_localize:update_translations", args=[source.pk]))
    assert answer.headers["Location"] == reverse("wagtailadmin_home")
    assert Translation.objects.count() == before


def test_it_is_offered_beside_own_pages_only(translator, own, leichtbau):
    public = NewsPageFactory(cluster=leichtbau)
    offered = {
        page: submit_url(page.pk) in [button.url for button in get_page_header_buttons(page, translator, None, "edit")]
        for page in (own, public)
    }
    assert offered == {own: True, public: False}


@pytest.mark.parametrize("report", ["wagtail_localize:translations_report", "wagtailadmin_reports:site_history"])
def test_reports_tell_of_own_pages_only(client, translator, own, foreign, report):
    assert submit(client, own.pk).status_code == 302
    html = titles_in(client, report)
    assert own.title in html
    assert FOREIGN not in html


def test_who_administers_everything_has_the_report_over_all_clusters(client, foreign):
    client.force_login(UserFactory(is_superuser=True))
    assert FOREIGN in titles_in(client, "wagtail_localize:translations_report")


def test_members_do_not_translate(client, photonik, own):
    client.force_login(MembershipFactory(cluster=photonik).person)
    assert submit(client, own.pk).status_code in {302, 404}
    assert not TranslationSource.objects.exists()


def test_groups_of_clusters_made_before_are_given_it_too(photonik):
    permission = Permission.objects.get(codename="submit_translation")
    groups = [photonik.editors_group, photonik.managers_group]
    for group in groups:
        group.permissions.remove(permission)
    migration = importlib.import_module("hanse_members.migrations.0004_permission_to_translate")
    migration.grant(apps, None)
    assert all(group.permissions.filter(pk=permission.pk).exists() for group in groups)
