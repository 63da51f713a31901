"""Browser tests: Debian's Chromium against the live server, watched for foreign requests and console errors."""

import os
import re
import shutil
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from allauth.account.internal.flows.login import record_authentication
from django.conf import settings
from django.http import HttpRequest
from django.test import Client
from playwright.sync_api import Page

from hanse_activity import live
from hanse_groups import hints
from hanse_search.documents import write_all_changes
from hanse_site.demo import load as demo
from hanse_site.setup import create_site_pages
from tests.factories.accounts import confirmed_person
from tests.restoring import restored_after_each_test

from .crawl import LANGUAGES, LOOKS, Inspector
from .sockets import SocketServer

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


@pytest.fixture(autouse=True)
def hints_from_the_test(monkeypatch):
    """What a test does by an action is said to open pages at once.

    Playwright's loop runs in the thread of the test, where nothing can be sent: it goes through a thread of its own.
    """
    with ThreadPoolExecutor(max_workers=1) as sender:
        for module, name in ((hints, "send_to"), (live, "say_changed")):
            send = getattr(module, name)
            monkeypatch.setattr(module, name, lambda *args, send=send: sender.submit(send, *args).result())
        yield


@pytest.fixture
def live_server():
    """The site as it is served: every page of the workspace keeps a socket."""
    server = SocketServer()
    server.start()
    yield server
    server.stop()


@pytest.fixture
def browser_context_args(live_server):
    return {"base_url": live_server.url, "viewport": {"width": 1280, "height": 900}, "locale": "en-GB"}


#: answers to what a person asked for that was not there, or sent that was wrong
REFUSED = (400, 404)
NOTED = re.compile(r"status of (400|404)")


class Watch:
    """Notes what a page must not do: ``watch(page)``, and ``watch.leave(page)`` while it is open still."""

    def __init__(self, own: str) -> None:
        self.own = own
        self.foreign: list[str] = []
        self.errors: list[tuple[str, str]] = []
        self.refused: set[str] = set()
        self.cookies: set[str] = set()

    def __call__(self, page):
        page.set_default_timeout(10_000)
        page.on("request", self.note_request)
        page.on("response", self.note_response)
        page.on("console", self.note_message)
        page.on("pageerror", lambda error: self.errors.append((page.url, str(error))))
        return page

    def leave(self, page) -> None:
        """While the server still answers: Wagtail's editor says good-bye to it."""
        self.cookies |= {cookie["name"] for cookie in page.context.cookies()}
        page.goto("about:blank")

    def note_request(self, request) -> None:
        address = urlsplit(request.url)
        # A cluster's own host is a name below the platform's, which the browser knows without asking.
        is_own = address.netloc == self.own or address.netloc.endswith(f".{self.own}")
        if address.scheme in {"http", "https", "ws", "wss"} and not is_own:
            self.foreign.append(request.url)

    def note_response(self, response) -> None:
        if response.status in REFUSED and response.request.is_navigation_request():
            self.refused.add(response.url)

    def note_message(self, said) -> None:
        if said.type == "error":
            self.errors.append((said.location["url"], said.text))


@pytest.fixture
def watch(live_server):
    """Watches a page: the test fails if it asked a foreign host for anything, logged an error, kept a third cookie."""
    watch = Watch(urlsplit(live_server.url).netloc)
    yield watch
    assert watch.foreign == []
    # A test that opens a hidden page or sends a wrong form asserts the answer; the browser notes that as an error.
    noted = [error for error in watch.errors if not (error[0] in watch.refused and NOTED.search(error[1]))]
    assert noted == []
    assert watch.cookies <= {settings.SESSION_COOKIE_NAME, settings.CSRF_COOKIE_NAME}


@pytest.fixture
def page(page, watch):
    """A watched page on the live server."""
    yield watch(page)
    watch.leave(page)


@pytest.fixture
def open_as(browser, browser_context_args, live_server, watch):
    """A watched page in a browser of its own: ``open_as(person, **options)``, with None for a visitor.

    ``fresh`` people have just shown their password.
    """
    pages = []

    def open_as(user=None, *, fresh=False, **options):
        context = browser.new_context(**{**browser_context_args, **options})
        if user is not None:
            context.add_cookies([session_cookie(user, live_server.url, fresh=fresh)])
        pages.append(watch(context.new_page()))
        return pages[-1]

    yield open_as
    for page in pages:
        watch.leave(page)
        page.context.close()


@pytest.fixture(scope="session", autouse=True)
def _start(django_db_setup, django_db_blocker):
    """Every test starts with the clusters and people of the demo, without its news."""
    with django_db_blocker.unblock():
        create_site_pages()
        people = demo.load_personas()
        demo.load_clusters(people, lambda text: None)
        demo.load_organisations(people, lambda text: None)
        demo.load_memberships(people, lambda text: None)
        write_all_changes()
        with restored_after_each_test():
            yield


@pytest.fixture
def network(live_server):
    """The people of the demo by name."""
    return demo.load_personas()


@pytest.fixture
def saved_by_hand(settings):
    """Without Wagtail's saving while one types."""
    settings.WAGTAIL_AUTOSAVE_INTERVAL = 0


@pytest.fixture
def person(live_server):
    return confirmed_person(email="ada@example.org", first_name="Ada", last_name="Berg")


@pytest.fixture
def sign_in(page, live_server):
    """Signs a person in without the form: ``sign_in(person)``."""
    return lambda user: page.context.add_cookies([session_cookie(user, live_server.url)])


def session_cookie(user, url: str, *, fresh: bool = False) -> dict[str, str]:
    client = Client()
    client.force_login(user, backend=settings.AUTHENTICATION_BACKENDS[0])
    if fresh:
        request = HttpRequest()
        request.session = client.session
        record_authentication(request, user, "password")
        request.session.save()
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    return {"name": cookie.key, "value": cookie.value, "url": url}


@pytest.fixture
def inspect():
    """``inspect(page, *paths)``: axe, in each language, light and dark, wide and narrow; nothing scrolls sideways.

    For pages that were opened without a locale: that of the browser would go before the language asked for.
    """

    def inspect(page: Page, *paths: str) -> None:
        found: dict[tuple[str, str], Iterable[str]] = {}
        for path in paths:
            for language in LANGUAGES:
                found[path, language] = Inspector().problems(page, path, language, LOOKS)
        assert not {place: problems for place, problems in found.items() if problems}
        page.set_viewport_size({"width": 1280, "height": 900})
        page.set_extra_http_headers({"Accept-Language": "en"})

    return inspect
