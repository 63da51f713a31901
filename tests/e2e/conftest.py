"""Browser tests: Debian's Chromium against the live server, watched for foreign requests and console errors."""

import os
import shutil
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from tests.factories.accounts import confirmed_person

HERE = Path(__file__).parent
# Playwright's loop runs in the thread of the test; Django's guard would take that for an async view.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


def pytest_collection_modifyitems(items):
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.e2e)


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args):
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium:
        pytest.fail("Chromium is not installed (Debian package: chromium)")
    quiet = ["background-networking", "component-update", "sync", "gpu", "quic"]
    return {
        **browser_type_launch_args,
        "executable_path": chromium,
        "args": ["--no-sandbox", "--no-first-run", *(f"--disable-{name}" for name in quiet)],
    }


@pytest.fixture
def browser_context_args(live_server):
    return {"base_url": live_server.url, "viewport": {"width": 1280, "height": 900}, "locale": "en-GB"}


@pytest.fixture
def page(page, live_server):
    """A page on the live server. The test fails if it asked a foreign host for anything or logged an error."""
    foreign, errors = [], []
    own = urlsplit(live_server.url).netloc

    def watch(request):
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.netloc != own:
            foreign.append(request.url)

    page.on("request", watch)
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: errors.append(str(error)))
    yield page
    # Leave while the server still answers: Wagtail's editor says good-bye to it.
    page.goto("about:blank")
    assert foreign == []
    assert errors == []


@pytest.fixture
def person(live_server):
    return confirmed_person(email="ada@example.org", first_name="Ada", last_name="Berg")


@pytest.fixture
def sign_in(page, live_server):
    """Signs a person in without the form: ``sign_in(person)``."""

    def sign_in(user) -> None:
        client = Client()
        client.force_login(user)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME]
        page.context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": live_server.url}])

    return sign_in
