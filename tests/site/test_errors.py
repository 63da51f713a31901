import re

import pytest
from django.contrib.auth.models import AnonymousUser
from django.contrib.sessions.backends.db import SessionStore
from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.test import Client, RequestFactory

from hanse_site import errors
from hanse_site.models import HomePage
from tests.factories.pages import ScopedPageFactory
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("site_pages"), pytest.mark.embedded]


def normalised(response, address):
    """The answer without what is asked for and what differs from answer to answer."""
    body = response.content.decode().replace(address, "ADDRESS").replace(address.replace("/", "%2F"), "ADDRESS")
    headers = {name: value for name, value in response.headers.items() if name != "X-Request-ID"}
    policy = headers.pop("Content-Security-Policy", "")
    headers.pop("Content-Length", None)
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", body), headers, re.sub(r"'nonce-[^']+'", "", policy)


@pytest.mark.parametrize("signed_in", [False, True])
def test_a_hidden_page_and_a_missing_one_are_the_same_404(client, signed_in):
    hidden = ScopedPageFactory(parent=HomePage.objects.get(locale__language_code="en")).url
    missing = "/en/never-was/"
    if signed_in:
        client.force_login(UserFactory())
    answers = [normalised(client.get(address), address) for address in (hidden, missing)]
    assert answers[0] == answers[1]
    assert client.get(hidden).status_code == 404


def test_visitors_get_a_way_to_sign_in_and_back(client):
    html = client.get("/en/never-was/").content.decode()
    assert "/accounts/login/?next=%2Fen%2Fnever-was%2F" in html


def test_an_unknown_address_without_a_language_is_a_404_and_no_redirect(client):
    assert client.get("/never-was/").status_code == 404


def test_a_page_not_found_is_told_in_the_language_of_the_address(client):
    assert '<html lang="de"' in client.get("/de/nie-da/").content.decode()


@pytest.mark.parametrize(
    ("view", "exception", "status"),
    [(errors.bad_request, SuspiciousOperation("x"), 400), (errors.permission_denied, PermissionDenied("x"), 403)],
)
def test_other_errors_have_their_page_and_do_not_repeat_the_reason(view, exception, status):
    request = RequestFactory().get("/")
    request.user, request.session = AnonymousUser(), SessionStore()
    response = view(request, exception)
    assert response.status_code == status
    assert "<main" in response.content.decode()


def test_a_form_from_elsewhere_is_refused_with_words_that_help():
    client = Client(enforce_csrf_checks=True)
    client.force_login(UserFactory())
    response = client.post("/dashboard/arrange/", {"reset": "yes"})
    assert response.status_code == 403
    assert "Reason given" not in response.content.decode()


def test_the_page_for_a_fault_of_ours_asks_no_database(django_assert_num_queries):
    with django_assert_num_queries(0):
        response = errors.server_error(RequestFactory().get("/"))
    assert response.status_code == 500
    assert "<main" in response.content.decode()


def test_a_fault_in_the_page_for_faults_still_gives_an_answer(monkeypatch):
    def broken(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr(errors, "render_to_string", broken)
    assert errors.server_error(RequestFactory().get("/")).status_code == 500


def test_a_view_that_fails_shows_the_page_for_faults(client, monkeypatch):
    client.raise_request_exception = False
    monkeypatch.setattr("hanse_base.views.filled_cards", lambda request: 1 / 0)
    client.force_login(UserFactory())
    response = client.get("/dashboard/")
    assert response.status_code == 500
