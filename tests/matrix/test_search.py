"""The search, asked as every persona: results, snippets, numbers and facets tell what is visible and nothing else."""

import re

import pytest
from django.core.cache import cache

from hanse_search.models import SavedSearch
from hanse_search.saved.actions import look_through

from . import discovery
from .expected import SEES, listed, organisations_listed, pages_listed, profiles_listed, questions_listed
from .probes import client_of, found, normalised, text_of
from .test_lists import of, parts_of

pytestmark = pytest.mark.postgresql

#: kinds of the world's items, with the words that all of them have
EXPECTED = {
    "news": listed,
    "organisation": organisations_listed,
    "expert": profiles_listed,
    "page": pages_listed,
    "question": questions_listed,
}
#: before the mark of an item: the first in its name
WORDS = {
    "news": ("Title", "teaser", "words"),
    "organisation": ("Firm", "does"),
    "expert": ("Person",),
    "page": ("Page", "lines"),
    "question": ("Question", "asks", "answers"),
}


def rows_of(world, kind: str) -> dict:
    return {
        "news": world.items,
        "organisation": world.organisations,
        "expert": world.profiles,
        "page": world.pages,
        "question": world.questions,
    }[kind]


def known_to(persona: str) -> set[tuple[str, str]]:
    """The items of which there is one, of whatever kind, that the persona sees."""
    return set().union(*(of_kind(persona) for of_kind in EXPECTED.values()))


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
    if kind == "question":
        assert "cluster" not in facets, "through which one was asked is told to nobody"
        return
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
        cache.clear()  # these are more searches than one may make at once
        for sender, level in rows_of(world, kind).keys() - of_kind(persona):
            for word in WORDS[kind]:
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


@pytest.mark.parametrize("persona", [persona for persona in SEES if persona != "visitor"])
def test_a_saved_search_finds_as_new_what_the_persona_may_see(world, persona):
    client = client_of(world, persona)
    saved = SavedSearch.objects.create(person=world.people[persona], name="All", text="Zqshared", known={})
    alert = look_through(saved)
    known = known_to(persona)
    assert found(world, text_of(client.get(alert.get_absolute_url()))) == known


@pytest.mark.parametrize("persona", SEES)
def test_suggestions_tell_no_name_that_the_persona_may_not_know(world, persona):
    client = client_of(world, persona)
    known = known_to(persona)
    for word in ("Title", "Page", "Firm", "Person", "Room", "file", "teaser", "Zqshared"):
        assert found(world, text_of(client.get("/search/suggestions/", {"q": word}))) <= known, word
    nowhere = text_of(client.get("/search/suggestions/", {"q": "NowhereZq"}))
    for kind, of_kind in EXPECTED.items():
        word = WORDS[kind][0]
        for sender, level in world.items:
            told = found(world, text_of(client.get("/search/suggestions/", {"q": f"{word}Zq{sender}{level}zQ"})))
            assert told <= of_kind(persona)
            if (sender, level) in of_kind(persona):
                assert (sender, level) in told, "a name that the persona knows is suggested"
    assert found(world, nowhere) == set()


@pytest.mark.parametrize("persona", SEES)
def test_what_is_like_an_item_is_told_of_visible_ones_alone(world, persona):
    """And of a hidden item nothing is alike: it is like one that is not there."""
    client = client_of(world, persona)
    client.get("/search/?q=Zqshared")
    known = known_to(persona)
    missing = client.get("/search/similar/news/987654/")
    assert missing.status_code == 404
    for kind, of_kind in EXPECTED.items():
        for key, row in rows_of(world, kind).items():
            answer = client.get(f"/search/similar/{kind}/{row.pk}/")
            if key in of_kind(persona):
                assert answer.status_code == 200
                assert found(world, text_of(answer)) <= known
            elif kind == "news":
                assert normalised(answer, row.pk) == normalised(missing, 987654)
            else:
                assert answer.status_code == 404


@pytest.mark.parametrize("persona", SEES)
def test_results_by_kind_and_ways_on_tell_of_visible_items_alone(world, persona):
    client = client_of(world, persona)
    known, number = known_to(persona), sum(len(of_kind(persona)) for of_kind in EXPECTED.values())
    assert found(world, text_of(client.get("/search/?q=Zqshared&view=kinds"))) <= known
    for sender, level in world.items.keys() - known:
        text = f"Zqshared TitleZq{sender}{level}zQ"
        (way,) = client.get("/search/", {"q": text}).context["item_list"].ways_on or [None]
        assert way is None or (way.number == number and "Zq" + sender not in way.url)
