"""Every URL without arguments, asked as every persona: nothing of a hidden item may stand in the answer."""

import pytest
from django.db import transaction

from . import discovery
from .expected import SEES, STAFF, organisations_listed, visible
from .probes import client_of, found, news_in, text_of

pytestmark = [pytest.mark.postgresql, pytest.mark.usefixtures("clock_on_time")]

#: patterns that answer with an error on purpose
BROKEN_ON_PURPOSE = {"admin/failwhale/", "admin/test404/"}
PLAIN = [route.text for route in discovery.routes() if route.plain and route.text not in BROKEN_ON_PURPOSE]
ADMIN = [text for text in PLAIN if text.startswith("admin/")]
SITE = [text for text in PLAIN if not text.startswith("admin/")]
QUERIES = ("?q=Zqshared&p=1&ordering=title", "?q=TitleZqalphaow")


def check(world, persona: str, paths, *, everywhere: bool = False) -> None:
    """Ask for each page; where it can be searched (or ``everywhere``), search it too."""
    client = client_of(world, persona)
    for path in paths:
        address = f"/{path.removesuffix('$')}"
        if 'name="q"' in asked(client, world, address, persona) or everywhere:
            for query in QUERIES:
                asked(client, world, address + query, persona)


def asked(client, world, address: str, persona: str) -> str:
    response = client.get(address)
    assert response.status_code < 500, address
    text = text_of(response)
    seen = visible(persona)
    # Organisations have readers of their own; their names are told apart from what stands in the news of that level.
    told = (found(world, text) - seen - organisations_listed(persona)) | (news_in(world, text) - seen)
    assert not told, f"{address} tells {persona} of {sorted(told)}"
    return text


@pytest.mark.parametrize("persona", SEES)
def test_pages_of_the_site_tell_nothing_of_hidden_items(world, persona):
    check(world, persona, SITE)


@pytest.mark.parametrize("persona", STAFF)
def test_pages_of_the_administration_tell_nothing_of_hidden_items(world, persona):
    check(world, persona, ADMIN)


@pytest.mark.slow
@pytest.mark.parametrize("persona", SEES)
def test_no_page_tells_of_hidden_items_when_it_is_asked_to_search(world, persona):
    """Pages without a field for it too: parts of pages, choosers, the API."""
    check(world, persona, PLAIN, everywhere=True)


@pytest.mark.parametrize("persona", ["visitor", "member_alpha"])
def test_the_administration_is_closed_to_all_others(world, persona):
    client = client_of(world, persona)
    for path in ADMIN:
        response = client.get(f"/{path.removesuffix('$')}")
        assert response.status_code in (301, 302, 403, 404) or path in OPEN_IN_ADMIN, path


#: parts of the administration that answer everybody: translations of its scripts, icons, the way to sign in
OPEN_IN_ADMIN = {"admin/jsi18n/", "admin/sprite/", "admin/logout/"}


def test_no_value_in_the_address_breaks_a_page(world):
    """What nobody types and programs send: characters that PostgreSQL refuses, numbers that no column holds."""
    names = ("q", "p", "ordering", "sort", "after", "id", "parent", "owner", "user", "locale", "collection_id", "limit")
    client = client_of(world, "operator")
    for path in PLAIN:
        for value in ("%00", "9" * 30):
            query = "&".join(f"{name}={value}" for name in names)
            # What PostgreSQL refuses would end the transaction of the test.
            with transaction.atomic():
                response = client.get(f"/{path.removesuffix('$')}?{query}")
                transaction.set_rollback(True)
            assert response.status_code < 500, (path, value)


@pytest.mark.parametrize("query", ["offset=" + "9" * 30, "id=%00", "search=%00"])
def test_the_api_of_the_administration_calls_bad_input_bad(world, query):
    client = client_of(world, "operator")
    for path in ("documents/", "documents/find/", "images/", "pages/"):
        with transaction.atomic():
            response = client.get(f"/admin/api/main/{path}?{query}")
            transaction.set_rollback(True)
        assert response.status_code in (200, 302, 400, 404), path
