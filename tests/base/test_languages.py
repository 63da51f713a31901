import zoneinfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from wagtail.models import Locale, Site

from hanse_access.scopes import PUBLIC
from hanse_base.languages import choices
from hanse_site.models import StandardPage
from tests.factories.pages import ScopedPageFactory
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_pages"), pytest.mark.embedded]


def lang(response):
    html = response.content.decode()
    return html.split('<html lang="')[1][:2]


def test_reading_public_pages_sets_no_cookie(client):
    for address in ("/en/", "/de/", "/en/imprint/", "/en/never-was/", "/"):
        response = client.get(address, headers={"Accept-Language": "de"})
        assert not response.cookies, address
    assert not client.cookies


def test_the_browser_decides_where_nobody_has_chosen(client):
    assert lang(client.get("/patterns/", headers={"Accept-Language": "de"})) == "de"
    response = client.get("/patterns/", headers={"Accept-Language": "fr"})
    assert lang(response) == "en"
    assert "Accept-Language" in response["Vary"]


def test_a_visitors_choice_is_kept_in_the_session_only_from_then_on(client):
    response = client.post(reverse("hanse_base:language"), {"language": "de", "next": "/patterns/?x=1"})
    assert response["Location"] == "/patterns/?x=1"
    assert set(client.cookies) == {"sessionid"}
    assert lang(client.get("/patterns/")) == "de"


def test_a_persons_choice_is_kept_on_the_account(client):
    person = UserFactory(language="en")
    client.force_login(person)
    client.post(reverse("hanse_base:language"), {"language": "de", "next": "/dashboard/"})
    person.refresh_from_db()
    assert person.language == "de"
    assert lang(client.get("/dashboard/", headers={"Accept-Language": "en"})) == "de"


def test_the_address_of_a_page_decides_over_everything(client):
    client.force_login(UserFactory(language="de"))
    assert lang(client.get("/en/")) == "en"


def test_an_accounts_language_is_changed_with_a_token_only():
    client = Client(enforce_csrf_checks=True)
    person = UserFactory(language="en")
    client.force_login(person)
    assert client.post(reverse("hanse_base:language"), {"language": "de"}).status_code == 403
    client.get("/dashboard/")
    token = client.cookies["csrftoken"].value
    data = {"language": "de", "csrfmiddlewaretoken": token}
    assert client.post(reverse("hanse_base:language"), data).status_code == 302
    person.refresh_from_db()
    assert person.language == "de"


def test_a_visitor_needs_no_token():
    client = Client(enforce_csrf_checks=True)
    assert client.post(reverse("hanse_base:language"), {"language": "de"}).status_code == 302


@pytest.mark.parametrize("code", ["", "fr", "xx", "de; drop", "../de"])
def test_a_language_that_is_not_offered_is_refused(client, code):
    assert client.post(reverse("hanse_base:language"), {"language": code}).status_code == 400


@pytest.mark.parametrize(
    "address", ["https://evil.example/", "//evil.example", "javascript:alert(1)", "", "\\\\evil", "x"]
)
def test_the_choice_never_leads_away(client, address):
    response = client.post(reverse("hanse_base:language"), {"language": "de", "next": address})
    assert response["Location"] == "/"


def test_a_changed_language_is_no_get(client):
    assert client.get(reverse("hanse_base:language")).status_code == 405


def test_the_switch_leads_to_the_translation_of_a_page(client):
    assert 'href="/de/impressum/" lang="de"' in client.get("/en/imprint/").content.decode()


def test_without_a_translation_the_switch_leads_to_the_nearest_page_above(client):
    StandardPage.objects.get(slug="impressum").unpublish()
    html = client.get("/en/imprint/").content.decode()
    assert "/de/impressum/" not in html
    assert 'href="/de/" lang="de"' in html


def test_a_page_above_that_is_hidden_is_passed_over(rf):
    home = Site.objects.get(is_default_site=True).root_page
    above = ScopedPageFactory(parent=home, slug="merger")
    above.copy_for_translation(Locale.objects.get(language_code="de")).save_revision().publish()
    below = ScopedPageFactory(parent=above, scopes=[PUBLIC])
    assert {choice.code: choice.url for choice in choices(rf.get("/"), below)} == {"en": None, "de": "/de/"}


def test_on_an_application_address_the_switch_stays_there(client):
    html = client.get("/patterns/?a=b").content.decode()
    assert f'action="{reverse("hanse_base:language")}"' in html
    assert 'name="next" value="/patterns/?a=b"' in html


@pytest.mark.parametrize(
    ("zone", "expected"), [("Asia/Tokyo", "Asia/Tokyo"), ("", "Europe/Berlin"), ("No/Where", "Europe/Berlin")]
)
def test_times_are_shown_where_the_person_is(client, monkeypatch, zone, expected):
    seen = []
    monkeypatch.setattr(
        "hanse_base.views.filled_cards", lambda request: seen.append(timezone.get_current_timezone()) or []
    )
    client.force_login(UserFactory(time_zone=zone))
    client.get("/dashboard/")
    assert seen == [zoneinfo.ZoneInfo(expected)]


def test_the_next_request_has_its_own_time_zone_again(client):
    client.force_login(UserFactory(time_zone="Asia/Tokyo"))
    client.get("/dashboard/")
    assert timezone.get_current_timezone_name() == "Europe/Berlin"
