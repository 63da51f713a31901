"""Lists, cards and feeds for readers show exactly what each persona may see, and count nothing else."""

import re

import pytest

from .expected import LEVELS, SEES, listed
from .probes import client_of, found, text_of

SIGNED_IN = [persona for persona in SEES if persona != "visitor"]


def of(sender: str, items: set) -> set:
    return {key for key in items if key[0] == sender}


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_the_list_over_all_clusters(world, persona):
    client = client_of(world, persona)
    text = text_of(client.get("/news/"))
    assert found(world, text) == listed(persona)
    htmx = text_of(client.get("/news/", HTTP_HX_REQUEST="true"))
    assert found(world, htmx) == listed(persona)


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_facets_count_what_the_persona_sees_and_nothing_else(world, persona):
    client = client_of(world, persona)
    text = text_of(client.get("/news/"))
    for sender in ("alpha", "beta"):
        expected = len(of(sender, listed(persona)))
        name = world.clusters[sender].label
        counted = re.search(rf"{name}\s*</span>\s*<span[^>]*>\s*(\d+)", text)
        if expected:
            assert counted, (persona, sender)
            assert int(counted[1]) == expected, (persona, sender)


@pytest.mark.parametrize("persona", SEES)
@pytest.mark.parametrize("sender", ["alpha", "beta"])
def test_the_list_of_one_cluster(world, persona, sender):
    client = client_of(world, persona)
    text = text_of(client.get(f"/en/c/{sender}/news/"))
    assert found(world, text) == of(sender, listed(persona))


@pytest.mark.parametrize("persona", SEES)
@pytest.mark.parametrize("sender", ["alpha", "beta"])
def test_the_entry_page_of_a_cluster(world, persona, sender):
    client = client_of(world, persona)
    told = found(world, text_of(client.get(f"/en/c/{sender}/")))
    assert told <= of(sender, listed(persona))
    assert told


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_the_dashboard(world, persona):
    client = client_of(world, persona)
    told = found(world, text_of(client.get("/dashboard/")))
    assert told <= listed(persona)
    assert told


@pytest.mark.parametrize("persona", SEES)
def test_feeds_hold_the_public_pieces_whoever_asks(world, persona):
    client = client_of(world, persona)
    public = {("alpha", "public"), ("beta", "public")}
    assert found(world, text_of(client.get("/news/en.atom"))) == public
    assert found(world, text_of(client.get("/news/en/alpha.atom"))) == {("alpha", "public")}
    assert found(world, text_of(client.get("/news/de.atom"))) == set()
    assert client.get("/news/en/nonsense.atom").status_code == 404


@pytest.mark.parametrize("persona", SEES)
def test_the_sitemap_holds_the_public_pieces_whoever_asks(world, persona):
    told = found(world, text_of(client_of(world, persona).get("/sitemap.xml")))
    assert told == {("alpha", "public"), ("beta", "public")}


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_a_word_that_stands_only_in_hidden_items_finds_what_a_word_finds_that_stands_nowhere(world, persona):
    client = client_of(world, persona)

    def result(word):
        return re.sub(
            re.escape(word),
            "WORD",
            re.sub(r'nonce[^ ]+|value="[^"]{40,}"|X-Request-ID: \w+', "", text_of(client.get(f"/news/?q={word}"))),
        )

    for sender in ("alpha", "beta"):
        for level in LEVELS:
            if (sender, level) not in listed(persona):
                assert result(f"TitleZq{sender}{level}zQ") == result(f"TitleZq{sender}{level[::-1]}nO")
