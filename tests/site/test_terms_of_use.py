"""One text to agree to: the page with the terms of use stands in until versioned terms of the platform are in force."""

import re

import pytest
from django.contrib.auth import get_user_model
from django.test import Client
from django.urls import reverse

from hanse_access.operators import operator_group
from hanse_members import actions
from hanse_members.models import Terms, TermsAcceptance
from tests.factories.clusters import ClusterFactory
from tests.factories.people import UserFactory
from tests.site.test_accounts import sign_up

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def operator():
    person = UserFactory()
    person.groups.add(operator_group())
    return person


@pytest.fixture
def in_force(operator, site_pages):
    return actions.issue_terms(cluster=None, texts={"en": "Be fair.", "de": "Seien Sie fair."}, by=operator)


def links(html: str, words: str) -> set[str]:
    return set(re.findall(rf'<a href="([^"]+)"[^>]*>{words}</a>', html))


def sign_up_form(client) -> tuple[str, str]:
    """The page and the version that it asks for."""
    html = client.get(reverse("account_signup")).content.decode()
    return html, re.search(r'name="version"(?: value="(\d+)")?', html)[1] or ""


def accepted_by(email: str) -> list[Terms]:
    person = get_user_model().objects.get(email=email)
    return [acceptance.terms for acceptance in TermsAcceptance.objects.by(person).select_related("terms")]


@pytest.mark.parametrize(("language", "words"), [("en", "Terms of use"), ("de", "Nutzungsbedingungen")])
def test_every_page_leads_to_the_version_in_force(client, in_force, language, words):
    for path in (f"/{language}/", reverse("account_signup")):
        html = client.get(path, headers={"accept-language": language}).content.decode()
        assert links(html, words) == {in_force.get_absolute_url()}, path


def test_the_page_that_stood_in_leads_to_it_too(client, in_force):
    for path in ("/en/terms/", "/de/nutzungsbedingungen/"):
        assert client.get(path).url == in_force.get_absolute_url()
    assert client.get("/en/privacy/").status_code == 200


def test_terms_of_a_cluster_change_nothing(client, site_pages, operator):
    actions.issue_terms(cluster=ClusterFactory(), texts={"en": "Share something."}, by=operator)
    assert client.get("/en/terms/").status_code == 200
    assert links(client.get("/en/").content.decode(), "Terms of use") == {"/en/terms/"}


def test_who_signs_up_accepts_the_version_that_the_form_led_to(in_force):
    client = Client()
    _html, version = sign_up_form(client)
    sign_up(client, version=version)
    assert accepted_by("ida@example.org") == [in_force]


def test_the_application_asks_for_it_no_more(in_force):
    client = Client()
    sign_up(client, version=sign_up_form(client)[1])
    person = get_user_model().objects.get(email="ida@example.org")
    assert not Terms.objects.asked_of([ClusterFactory()]).not_accepted_by(person).exists()


@pytest.mark.parametrize("version", ["", "0", "x" * 400])
def test_nobody_accepts_a_version_that_was_not_on_the_form(in_force, version):
    sign_up(version=version)
    assert accepted_by("ida@example.org") == []


def test_a_version_issued_meanwhile_is_asked_for_later(in_force, operator):
    client = Client()
    _html, version = sign_up_form(client)
    actions.issue_terms(cluster=None, texts={"en": "Be fairer."}, by=operator)
    sign_up(client, version=version)
    assert accepted_by("ida@example.org") == []


def test_without_versioned_terms_nothing_is_on_record_but_the_time(site_pages):
    client = Client()
    html, version = sign_up_form(client)
    assert version == ""
    assert links(html, "Terms of use") == {"/en/terms/"}
    sign_up(client, version=version)
    assert get_user_model().objects.get(email="ida@example.org").terms_accepted_at
