"""The directory of experts and each profile, asked as every persona."""

import pytest

from .expected import SEES, profiles_listed
from .probes import client_of, found, normalised, text_of
from .test_lists import of, parts_of

pytestmark = pytest.mark.postgresql

MISSING = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize("persona", SEES)
def test_the_directory_and_its_counts(world, persona):
    client = client_of(world, persona)
    expected = profiles_listed(persona)
    response = client.get("/experts/")
    assert found(world, text_of(response)) == expected
    for part in ("results", "more"):
        assert found(world, "\n".join(parts_of(client, "experts", "/experts/", part))) == expected
    facets = {facet.name: facet for facet in response.context["item_list"].drawn_facets}
    both = {key for key in expected if key[1] == "both"}
    counts = {option.label: option.count for option in facets["cluster"].first}
    assert counts == {f"Cluster {name.title()}": len(of(name, expected) | both) for name in ("alpha", "beta")}
    assert [option.count for option in facets["offers"].first] == [len(expected)]


@pytest.mark.parametrize("persona", SEES)
def test_a_profile_by_its_address(world, persona):
    client = client_of(world, persona)
    for key, profile in world.profiles.items():
        address = profile.get_absolute_url()
        if key in profiles_listed(persona):
            assert found(world, text_of(client.get(address))) == {key}
            continue
        for page in ("", "ask/offers/"):
            hidden, missing = client.get(f"{address}{page}"), client.get(f"/experts/{MISSING}/{page}")
            assert normalised(hidden, profile.uid) == normalised(missing, MISSING)


@pytest.mark.parametrize("persona", SEES)
def test_a_word_of_a_hidden_profile_finds_what_a_word_finds_that_stands_nowhere(world, persona):
    client = client_of(world, persona)
    for key in world.profiles.keys() - profiles_listed(persona):
        for kind in ("Person", "offers"):
            word = f"{kind}Zq{key[0]}{key[1]}zQ"
            response = client.get(f"/experts/?q={word}")
            assert response.context["item_list"].total == 0
            assert not response.context["item_list"].drawn_facets


@pytest.mark.parametrize("persona", [persona for persona in SEES if persona != "visitor"])
def test_who_is_new_on_the_dashboard(world, persona):
    told = text_of(client_of(world, persona).get("/dashboard/"))
    people = {key for key in world.profiles if f"PersonZq{key[0]}{key[1]}zQ" in told}
    assert people <= profiles_listed(persona)
    assert people
