"""Entry pages, the directory, and what a person does about the own memberships."""

import re

import pytest
from django.urls import reverse
from wagtail.models import Page

from hanse_base.personal_data import personal_data
from hanse_members.actions import set_public_contact, suspend_cluster, update_cluster
from hanse_members.directory import directory_entries
from hanse_members.models import ClusterIndexPage, ClusterPage, Membership
from hanse_members.models.pages import FixedPageMixin
from hanse_members.roles import Role
from tests.factories.clusters import MembershipFactory
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
State = Membership.State


def entry(cluster, language="en"):
    return ClusterPage.objects.get(cluster=cluster, locale__language_code=language)


def text_of(response):
    return " ".join(re.sub(r"<[^>]+>", " ", response.content.decode()).split())


@pytest.mark.parametrize("language", ["en", "de"])
def test_everybody_reads_the_entry_page_in_both_languages(client, photonik, language):
    for _ in range(3):
        MembershipFactory(cluster=photonik)
    MembershipFactory(cluster=photonik, state=State.APPLIED)
    response = client.get(f"/{language}/c/photonik-nord/")
    assert response.status_code == 200
    assert [figure.value for figure in response.context["figures"]] == [3]
    assert photonik.theme_url in response.content.decode()


def test_only_managers_who_agreed_are_named(client, photonik, manager, editor, member):
    silent = MembershipFactory(cluster=photonik, role=Role.MANAGER).person
    set_public_contact(manager.memberships.get(), True, by=manager)
    text = text_of(client.get("/en/c/photonik-nord/"))
    assert manager.get_full_name() in text
    assert not any(person.get_full_name() in text for person in (silent, editor, member))


def test_a_suspended_cluster_has_no_pages_and_is_not_listed(client, photonik, leichtbau, operator):
    suspend_cluster(photonik, by=operator)
    for url in (
        "/en/c/photonik-nord/",
        "/en/c/photonik-nord/news/",
        reverse("hanse_members:cluster", args=["photonik-nord"]),
    ):
        assert client.get(url).status_code == 404
    text = text_of(client.get("/en/c/"))
    assert "Leichtbau Süd" in text
    assert "Photonik Nord" not in text
    assert "photonik-nord" not in client.get("/sitemap.xml").content.decode()


def test_the_directory_lists_clusters_with_their_pages_in_three_queries(photonik, leichtbau, django_assert_num_queries):
    index = ClusterIndexPage.objects.select_related("locale").get(locale__language_code="de")
    with django_assert_num_queries(3):
        entries = directory_entries(index.locale)
    assert [entry.cluster for entry in entries] == [leichtbau, photonik]
    assert {entry.page.locale.language_code for entry in entries} == {"de"}


@pytest.mark.parametrize(("language", "expected"), [("de", "/de/c/photonik-nord/"), ("en", "/en/c/photonik-nord/")])
def test_addresses_without_language_lead_to_the_readers(client, photonik, language, expected):
    headers = {"accept-language": language}
    response = client.get(reverse("hanse_members:cluster", args=["photonik-nord"]), headers=headers)
    assert response["Location"].endswith(expected)
    response = client.get(reverse("hanse_members:directory"), headers=headers)
    assert response["Location"].endswith(f"/{language}/c/")


def test_the_address_of_an_entry_page_follows_the_cluster(photonik):
    page = entry(photonik)
    page.slug = "something-else"
    page.save()
    page.refresh_from_db()
    assert page.slug == "photonik-nord"


def test_editors_fill_the_entry_page_and_cannot_take_it_away(editor, manager, operator, photonik, leichtbau):
    for person in (editor, manager):
        rights = Page.objects.get(pk=entry(photonik).pk).permissions_for_user(person)
        assert rights.can_edit()
        assert rights.can_publish()
        assert not any([rights.can_delete(), rights.can_move(), rights.can_unpublish(), rights.can_copy()])
        assert not entry(leichtbau).permissions_for_user(person).can_edit()


@pytest.mark.parametrize("model", FixedPageMixin.__subclasses__())
def test_nobody_is_offered_a_page_that_the_platform_makes_itself(client, editor, photonik, model):
    meta = model._meta
    for person in (editor, UserFactory(is_superuser=True)):
        client.force_login(person)
        for parent in (entry(photonik).get_parent(), entry(photonik), entry(photonik).get_children().get()):
            assert model not in parent.specific_class.creatable_subpage_models()
            form = reverse("wagtailadmin_pages:add", args=[meta.app_label, meta.model_name, parent.pk])
            offered = client.get(reverse("wagtailadmin_pages:add_subpage", args=[parent.pk]))
            assert form not in offered.content.decode()
            assert client.get(form).status_code != 200


def test_the_style_sheet_has_the_clusters_accent_and_changes_its_address_with_it(client, photonik, manager):
    response = client.get(photonik.theme_url)
    assert response["Content-Type"].startswith("text/css")
    assert photonik.accent in response.content.decode()
    assert "max-age=31536000" in response["Cache-Control"]
    again = client.get(photonik.theme_url, headers={"if-none-match": response["ETag"]})
    assert (again.status_code, again.content) == (304, b"")
    changed = update_cluster(photonik, by=manager, accent="#1b5a75", accent_dark="")
    assert changed.theme_url != photonik.theme_url
    assert client.get(changed.theme_url, headers={"if-none-match": response["ETag"]}).status_code == 200
    assert client.get(reverse("hanse_members:theme", args=["nothing"])).status_code == 404


def test_a_person_applies_withdraws_and_leaves(client, photonik):
    person = UserFactory()
    client.force_login(person)
    client.post(reverse("hanse_members:apply", args=["photonik-nord"]), {"contributes": "Lasers", "seeks": "Partners"})
    membership = person.memberships.get()
    assert membership.state == State.APPLIED
    assert "Photonik Nord" in text_of(client.get(reverse("hanse_members:memberships")))
    client.post(reverse("hanse_members:leave", args=[membership.pk]))
    membership.refresh_from_db()
    assert membership.state == State.LEFT


def test_nobody_ends_or_names_somebody_else(client, photonik, manager, member):
    client.force_login(member)
    foreign = manager.memberships.get()
    for view in ("leave", "contact"):
        response = client.post(reverse(f"hanse_members:{view}", args=[foreign.pk]), {"agreed": "yes"})
        assert response.status_code == 404


def test_what_is_not_possible_is_said_and_nothing_changes(client, manager):
    client.force_login(manager)
    membership = manager.memberships.get()
    response = client.post(reverse("hanse_members:leave", args=[membership.pk]), follow=True)
    assert [message.level_tag for message in response.context["messages"]] == ["error"]
    membership.refresh_from_db()
    assert membership.admits


@pytest.mark.parametrize("view", ["leave", "contact"])
def test_links_change_nothing(client, member, view):
    client.force_login(member)
    argument = member.memberships.get().pk
    assert client.get(reverse(f"hanse_members:{view}", args=[argument])).status_code == 405


def test_own_data_are_handed_out_and_go_with_the_account(member, photonik):
    part = personal_data["memberships"]
    file, _terms = part.export(member)
    assert file.content[0]["cluster"] == "Photonik Nord"
    part.erase(member)
    assert not member.memberships.exists()
