"""The search, asked as every persona: results, snippets, numbers and facets tell what is visible and nothing else."""

import re

import pytest

from . import discovery
from .expected import SEES, listed, organisations_listed, profiles_listed
from .probes import client_of, found, normalised, text_of
from .test_lists import of, parts_of

pytestmark = pytest.mark.postgresql

#: kinds of the world's items, with the words that all of them have
EXPECTED = {"news": listed, "organisation": organisations_listed, "expert": profiles_listed}


def test_every_kind_is_asked_here_or_with_the_rooms():
    assert discovery.registered()["search sources"] == {*EXPECTED, "cluster", "room", "message", "file"}


@pytest.mark.parametrize("kind", EXPECTED)
@pytest.mark.parametrize("persona", SEES)
def test_results_and_numbers(world, persona, kind):
    client, expected = client_of(world, persona), EXPECTED[kind](persona)
    address = f"/search/?q=Zqshared&kind={kind}"
    response = client.get(address)
    assert found(world, text_of(response)) == expected
    assert response.context["item_list"].total == len(expected)
    for part in ("results", "more"):
        assert found(world, "\n".join(parts_of(client, "search", address, part))) == expected
    facets = {facet.name: facet for facet in response.context["item_list"].drawn_facets}
    counts = {option.value: option.count for option in facets["kind"].first}
    assert counts == {name: len(of_kind(persona)) for name, of_kind in EXPECTED.items() if of_kind(persona)}
    both = {key for key in expected if key[1] == "both"} if kind == "expert" else set()
    clusters = {str(option.label): option.count for option in facets["cluster"].first}
    assert clusters == {
        f"Cluster {name.title()}": len(of(name, expected) | both)
        for name in ("alpha", "beta")
        if of(name, expected) | both
    }


@pytest.mark.parametrize("persona", SEES)
def test_a_word_of_a_hidden_item_finds_what_a_word_finds_that_stands_nowhere(world, persona):
    client = client_of(world, persona)
    missing = client.get("/search/?q=NowhereZqgammazQ")
    for kind, of_kind in EXPECTED.items():
        for sender, level in world.items.keys() - of_kind(persona):
            words = {"news": ("Title", "teaser", "words"), "organisation": ("Firm", "does"), "expert": ("Person",)}[
                kind
            ]
            for word in words:
                text = f"{word}Zq{sender}{level}zQ"
                answer = client.get(f"/search/?q={text}")
                assert normalised(answer, text, text.lower()) == normalised(
                    missing, "NowhereZqgammazQ", "nowherezqgammazq"
                ), text


@pytest.mark.parametrize("persona", SEES)
def test_a_field_is_found_with_its_own_audience(world, persona):
    """What an organisation keeps to itself is found by nobody, whoever they are."""
    client = client_of(world, persona)
    for sender, level in world.items:
        for text in (f"referencesZq{sender}{level}zQ", f'"references{sender}"'):
            assert client.get("/search/", {"q": text}).context["item_list"].total == 0


@pytest.mark.parametrize("persona", ["visitor", "member_alpha"])
def test_facets_in_the_address_tell_nothing(world, persona):
    """A value that only hidden items have is like one that nothing has."""
    client = client_of(world, persona)

    def answer(name: str, value: str) -> str:
        text = text_of(client.get(f"/search/?{name}={value}"))
        return re.sub(r'nonce-[^\' ]+|nonce="[^"]+"|X-Request-ID: \w+|value="[^"]{60,}"', "", text).replace(value, "V")

    for name in ("room", "cluster", "topic"):
        assert answer(name, "777777") == answer(name, "888888")
