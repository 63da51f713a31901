"""Every item by its own address, as every persona, in every way of asking."""

import pytest

from .expected import SEES, hidden, pages_listed, visible
from .probes import client_of, found, normalised, text_of

pytestmark = pytest.mark.postgresql

WAYS = {
    "plain": {},
    "htmx": {"HTTP_HX_REQUEST": "true"},
    "json": {"HTTP_ACCEPT": "application/json"},
}


@pytest.mark.parametrize("persona", SEES)
def test_an_item_is_served_to_those_who_see_it_and_missing_to_all_others(world, persona):
    client = client_of(world, persona)
    missing = {}
    for key, page in world.items.items():
        address = page.get_url()
        for way, headers in WAYS.items():
            response = client.get(address, **headers)
            if key in visible(persona) and page.live:
                if way != "plain" and key != ("alpha", "public"):
                    continue  # it is the same page, in full
                assert response.status_code == 200, (way, key)
                assert key in found(world, text_of(response))
                continue
            if (way, key[0]) not in missing:
                absent = client.get(address.replace(page.slug, "zzmissingzz"), **headers)
                missing[way, key[0]] = normalised(absent, "zzmissingzz")
            assert response.status_code == 404, (way, key)
            assert normalised(response, page.slug) == missing[way, key[0]], (way, key)


@pytest.mark.parametrize("persona", SEES)
def test_head_and_query_strings_make_no_difference(world, persona):
    client = client_of(world, persona)
    for key in sorted(hidden(persona)):
        page = world.items[key]
        assert client.head(page.get_url()).status_code == 404
        assert client.get(page.get_url() + "?preview=1&format=json").status_code == 404
        assert client.post(page.get_url(), {"title": "x"}).status_code == 404


@pytest.mark.parametrize("persona", SEES)
def test_pages_of_clusters_are_served_to_all_while_they_are_there(world, persona):
    client = client_of(world, persona)
    missing = {}
    for key, page in world.pages.items():
        for way, headers in WAYS.items():
            response = client.get(page.get_url(), **headers)
            if key in pages_listed(persona):
                assert response.status_code == 200
                continue
            if (way, key[0]) not in missing:
                absent = client.get(page.get_url().replace(page.slug, "zzmissingzz"), **headers)
                missing[way, key[0]] = normalised(absent, "zzmissingzz")
            assert response.status_code == 404, (way, key)
            assert normalised(response, page.slug) == missing[way, key[0]], (way, key)
