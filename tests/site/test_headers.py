"""Security headers stand on every answer, caches keep none that depends on who asks, and two cookies are all."""

import pytest
from django.conf import settings
from django.contrib.messages.storage.session import SessionStorage
from django.test import Client

from tests.factories.people import UserFactory
from tests.site.urls_walk import routes

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

EXPECTED = {
    "x-frame-options": "SAMEORIGIN",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "strict-transport-security": "max-age=3600; includeSubDomains; preload",
}


#: addresses that carry a secret tell nobody of it, the own site included
WITH_A_SECRET = ("/drafts/", "/invitations/", "/notifications/stop/", "/released/", "/rooms/invitation/")


@pytest.fixture(autouse=True)
def transport_security(settings):
    settings.SECURE_HSTS_SECONDS = 3600
    settings.SECURE_HSTS_INCLUDE_SUBDOMAINS = settings.SECURE_HSTS_PRELOAD = True


def policy_of(response) -> dict[str, list[str]]:
    directives = response["content-security-policy"].split(";")
    return {name: values for name, *values in (directive.split() for directive in directives)}


def missing(response) -> list[str]:
    """What a response lacks or has weakened, in words."""
    wrong = [name for name, value in EXPECTED.items() if response.headers.get(name) != value]
    if "camera=()" not in response.headers.get("permissions-policy", ""):
        wrong.append("permissions-policy")
    if "content-security-policy" not in response.headers:
        return [*wrong, "content-security-policy"]
    policy = policy_of(response)
    values = {value for directive in policy.values() for value in directive}
    wrong += [value for value in ("'unsafe-inline'", "'unsafe-eval'", "*", "https:") if value in values]
    if policy.get("sandbox") is None and not {"'none'"} >= set(policy.get("default-src", ["absent"])):
        wrong.append("default-src")
    return wrong


#: what depends on nobody, and may be kept by whoever asks
THE_SAME_FOR_ALL = {"/health/live"}
COOKIES = {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}


def wrong_with(response, path: str) -> list[str]:
    """What is wrong with an answer, in words: headers, who may keep it, cookies besides the two that are needed."""
    wrong = missing(response)
    if path.startswith(WITH_A_SECRET) and response.headers["referrer-policy"] == "strict-origin":
        wrong.remove("referrer-policy")
    kept_by = set(response.headers.get("cache-control", "").split(", "))
    if not {"private", "no-store"} <= kept_by and path not in THE_SAME_FOR_ALL:
        wrong.append("kept by caches")
    return wrong + sorted(set(response.cookies) - COOKIES)


def walk(person=None) -> dict[str, list[str]]:
    """Every address there is, asked for and sent to."""
    client = Client(raise_request_exception=False)
    wrong, told = {}, False
    for path in ["/en/never-was/", *sorted({route.path for route in routes() if route.path})]:
        if person and "_auth_user_id" not in client.session:
            client.force_login(person)
        for ask in (client.get, client.post):
            if problems := wrong_with(ask(path, secure=True), path):
                wrong[path] = problems
            told = told or SessionStorage.session_key in client.session
    assert told, "nothing on this walk leaves a message for the next page"
    return wrong


def test_every_answer_to_visitors_is_sound():
    assert walk() == {}


def test_every_answer_to_an_administrator_is_sound():
    assert walk(UserFactory(is_superuser=True)) == {}


def test_static_files_have_all_headers(settings, tmp_path):
    settings.STATIC_ROOT = tmp_path
    settings.WHITENOISE_AUTOREFRESH = True
    (tmp_path / "one.css").write_text("")
    response = Client().get("/static/one.css", secure=True)
    assert response.status_code == 200
    assert missing(response) == []


@pytest.mark.parametrize("path", ["/en/no-such-page/", "/en/accounts/none/", "/static/no-such-file.css"])
def test_not_found_has_all_headers(path):
    response = Client().get(path, secure=True)
    assert response.status_code == 404
    assert missing(response) == []


def test_a_crash_has_all_headers(monkeypatch):
    def crash(*args, **kwargs):
        raise RuntimeError

    monkeypatch.setattr("hanse_site.account.views.render", crash)
    client = Client(raise_request_exception=False)
    client.force_login(UserFactory())
    response = client.get("/account/", secure=True)
    assert response.status_code == 500
    assert missing(response) == []


def test_a_foreign_host_name_has_all_headers(settings):
    settings.ALLOWED_HOSTS = ["hanse.example.org"]
    response = Client(raise_request_exception=False).get("/", secure=True, HTTP_HOST="evil.example.com")
    assert response.status_code == 400
    assert missing(response) == []


def test_a_refused_form_has_all_headers():
    response = Client(enforce_csrf_checks=True).post("/accounts/login/", {}, secure=True)
    assert response.status_code == 403
    assert missing(response) == []


def test_production_and_demo_differ_in_nothing_but_transport(settings):
    """The policy is one for all: what works in the demo works in production."""
    from hanse_site.settings import base, demo

    assert demo.CONTENT_SECURITY_POLICY is base.CONTENT_SECURITY_POLICY
    assert settings.CONTENT_SECURITY_POLICY == base.CONTENT_SECURITY_POLICY
    assert "EXCLUDE_URL_PREFIXES" not in base.CONTENT_SECURITY_POLICY


def test_the_administration_asks_no_third_party(settings):
    assert settings.WAGTAIL_GRAVATAR_PROVIDER_URL is None
    assert settings.WAGTAIL_ENABLE_UPDATE_CHECK is False
    assert settings.WAGTAIL_ENABLE_WHATS_NEW_BANNER is False
    assert settings.WAGTAILEMBEDS_FINDERS == []
