"""What production writes to its log: useful, and nothing about people."""

import io
import json
import logging

import pytest
import structlog
from django.conf import settings as django_settings
from django.http import HttpResponse
from django.test import RequestFactory
from django.urls import reverse

from hanse_site.logs import mask
from hanse_site.request_log import RequestLogMiddleware
from tests.factories.accounts import confirmed_person
from tests.factories.clusters import MembershipFactory
from tests.factories.invitations import invited
from tests.factories.people import UserFactory

ADDRESS = "anna.schmidt@example.org"


@pytest.fixture
def log():
    """All lines that reach the log, as production writes them."""
    stream = io.StringIO()
    formatter = next(
        handler.formatter
        for handler in logging.getLogger().handlers
        if isinstance(handler.formatter, structlog.stdlib.ProcessorFormatter)
    )
    added = logging.StreamHandler(stream)
    added.setFormatter(formatter)
    logging.getLogger().addHandler(added)
    yield stream
    logging.getLogger().removeHandler(added)


def lines(log):
    return [json.loads(line) for line in log.getvalue().splitlines()]


def test_the_tests_log_as_production_does():
    assert django_settings.LOGGING["formatters"]["events"]["processors"][-1].__class__.__name__ == "JSONRenderer"


@pytest.mark.django_db
def test_a_request_is_logged_by_its_route(client, log):
    client.get("/health/live")
    response = client.get(f"/nowhere/?q={ADDRESS}")
    entry = next(line for line in lines(log) if line["event"] == "request")
    assert entry["status"] == response.status_code
    assert entry["request_id"] == response["X-Request-ID"]
    assert "nowhere" not in log.getvalue()


@pytest.mark.django_db
def test_an_address_in_the_query_is_not_logged(client, log):
    client.get(reverse("account_login"), {"email": ADDRESS, "next": "/x"}, REMOTE_ADDR="203.0.113.9")
    assert lines(log)
    for private in ("anna", "example.org", "203.0.113.9"):
        assert private not in log.getvalue()


@pytest.mark.django_db
def test_a_failed_sign_in_is_logged_without_the_person(client, log):
    UserFactory(email=ADDRESS)
    client.post(reverse("account_login"), {"login": ADDRESS, "password": "wrong"}, REMOTE_ADDR="203.0.113.9")
    assert lines(log)
    for private in ("anna", "schmidt", "wrong", "203.0.113.9"):
        assert private not in log.getvalue().lower()


def test_an_error_is_logged_by_class_and_place_without_its_message(log):
    try:
        try:
            raise ValueError(f"Key (email)=({ADDRESS}) already exists")
        except ValueError as error:
            raise RuntimeError("Anna Schmidt could not be saved") from error
    except RuntimeError:
        logging.getLogger("hanse_site").exception("Saving failed")
    entry = lines(log)[0]
    assert [each["type"] for each in entry["exception"]] == ["builtins.RuntimeError", "builtins.ValueError"]
    assert "test_logs.py" in entry["exception"][0]["frames"][-1]
    assert "nna" not in log.getvalue()


def test_djangos_own_line_on_a_failing_request_loses_path_and_host(log):
    request = RequestFactory().get("/accounts/password/reset/key/abc-secret/")
    logging.getLogger("django.request").error(
        "Internal Server Error: %s", request.path, extra={"status_code": 500, "request": request}
    )
    logging.getLogger("django.security.DisallowedHost").error("Invalid HTTP_HOST header: %r", "anna.example.org")
    assert "secret" not in log.getvalue()
    assert "anna" not in log.getvalue()
    assert lines(log)[0]["status"] == 500


def test_titles_that_wagtail_would_log_stay_out(log):
    logging.getLogger("wagtail").info('Page published: "%s"', "Closed project")
    assert log.getvalue() == ""


def test_what_is_bound_to_one_request_is_gone_in_the_next(client, log):
    first, second = client.get("/health/live"), client.get("/health/live")
    assert first["X-Request-ID"] != second["X-Request-ID"]


@pytest.mark.parametrize(
    ("given", "kept"), [("0af7651916cd43dd8448eb211c80319c", True), ("anna@example.org", False), ("x\ny" * 5, False)]
)
def test_the_id_of_a_proxy_is_taken_when_it_looks_like_one(given, kept):
    middleware = RequestLogMiddleware(lambda request: HttpResponse())
    response = middleware(RequestFactory().get("/", headers={"X-Request-ID": given}))
    assert (response["X-Request-ID"] == given) is kept


@pytest.mark.parametrize(
    ("text", "masked"),
    [
        ("to anna@example.org, now", "to <email>, now"),
        ("to anna%40example.org", "to <email>"),
        ("from 192.0.2.17:443", "from <address>:443"),
        ("from 2001:db8:0:1::7", "from <address>"),
        ("GET /search?q=anna HTTP/1.1", "GET /search?… HTTP/1.1"),
        ("Django 5.2.19 at 10:20:30", "Django 5.2.19 at 10:20:30"),
    ],
)
def test_masking(text, masked):
    assert mask(text) == masked


@pytest.mark.django_db
def test_the_secret_of_an_invitation_is_in_no_line_whatever_becomes_of_it(client, log):
    manager = MembershipFactory(role="manager")
    _invitation, link = invited(manager.cluster, "nele@example.org", by=manager.person)
    client.get(link)
    client.get(link + "x/")
    client.get(f"{link[:-1]}x/")
    client.force_login(confirmed_person(email="nele@example.org"))
    client.post(link)
    client.post(link)
    asked = [line for line in lines(log) if (line.get("route") or "").startswith("invitations/")]
    assert [line["status"] for line in asked] == [200, 404, 302, 404]
    assert link.split("/")[2] not in log.getvalue()


def test_a_text_without_end_is_cut_before_it_is_masked():
    """Looking for addresses in it would take longer and longer."""
    assert len(mask("a" * 1_000_000)) < 5_000
    assert mask("see ?a=b?c=d and ada@example.org") == "see ?… and <email>"
