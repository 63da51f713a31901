"""Passkeys need a domain: the demo leads numbers to localhost."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from hanse_site.local_host import LocalHostMiddleware

middleware = LocalHostMiddleware(lambda request: HttpResponse("here"))


@pytest.mark.parametrize(
    ("host", "target"),
    [
        ("127.0.0.1:8000", "http://localhost:8000/dashboard/?page=2"),
        ("127.0.0.1", "http://localhost/dashboard/?page=2"),
        ("[::1]:8000", "http://localhost:8000/dashboard/?page=2"),
    ],
)
def test_a_number_is_led_to_localhost(host, target):
    response = middleware(RequestFactory().get("/dashboard/?page=2", headers={"host": host}))
    assert (response.status_code, response["Location"]) == (307, target)


@pytest.mark.parametrize("host", ["localhost:8000", "127.0.0.10:8000"])
def test_other_hosts_are_served(host):
    assert middleware(RequestFactory().get("/", headers={"host": host})).content == b"here"


def test_the_demo_does_so(settings, client):
    from hanse_site.settings import demo

    settings.MIDDLEWARE = demo.MIDDLEWARE
    assert client.get("/health/live", headers={"host": "127.0.0.1:8000"})["Location"] == (
        "http://localhost:8000/health/live"
    )
