"""What is near in topics, asked as every persona: everything shares the topic of the world."""

import pytest

from hanse_access.scopes import EDITORS
from hanse_access.viewer import Viewer
from hanse_members import nearness
from tests.factories.profiles import ProfileFactory, fill

from .expected import SEES, organisations_listed, profiles_listed
from .probes import client_of, normalised, text_of
from .world import mark

pytestmark = pytest.mark.postgresql

MISSING = "00000000-0000-4000-8000-000000000000"


@pytest.fixture
def similar(world, monkeypatch):
    for profile in world.profiles.values():
        fill(profile, "competences", topics=[world.topic])
    monkeypatch.setattr(nearness, "MOST", 100)
    return world


def told(world, text: str) -> tuple[set, set]:
    """Of organisations and of people."""
    return (
        {key for key in world.organisations if f"Firm{mark(key)}" in text},
        {key for key in world.profiles if f"Person{mark(key)}" in text},
    )


@pytest.mark.parametrize("persona", SEES)
def test_around_what_a_persona_sees_is_what_the_persona_sees(similar, persona):
    client = client_of(similar, persona)
    organisations, people = organisations_listed(persona), profiles_listed(persona)
    for kind, rows, listed in (
        ("organisation", similar.organisations, organisations),
        ("expert", similar.profiles, people),
    ):
        for key in sorted(listed)[:3]:
            response = client.get(f"/near/{kind}/{rows[key].uid}/")
            assert told(similar, text_of(response)) == (organisations, people)
            assert len(response.context["nearness"].found) == len(organisations) + len(people) - 1


@pytest.mark.parametrize("persona", SEES)
def test_around_what_a_persona_does_not_see_is_what_is_around_nothing(similar, persona):
    client = client_of(similar, persona)
    for key in similar.profiles.keys() - profiles_listed(persona):
        uid = similar.profiles[key].uid
        hidden, missing = client.get(f"/near/expert/{uid}/"), client.get(f"/near/expert/{MISSING}/")
        assert hidden.status_code == 404
        assert normalised(hidden, uid) == normalised(missing, MISSING)
    for odd in ("nothing/1", f"topic/{MISSING}", "expert/%00", "organisation/1"):
        assert client.get(f"/near/{odd}/").status_code == 404


@pytest.mark.parametrize("persona", [persona for persona in SEES if persona != "visitor"])
def test_the_card_on_the_dashboard(similar, persona):
    person = similar.people[persona]
    fill(ProfileFactory(person=person, scopes=[EDITORS]), "competences", topics=[similar.topic])
    client = client_of(similar, persona)
    card = {filled.card.name: filled.context for filled in client.get("/dashboard/").context["cards"]}.get(
        "near-in-topics"
    )
    assert (card is not None) == Viewer.of(person).is_member
    if card:
        found = {str(near.row) for near in card["nearness"].found}
        organisations, people = told(similar, " ".join(found))
        assert len(found) == len(organisations) + len(people) == 4
        assert organisations <= organisations_listed(persona)
        assert people <= profiles_listed(persona)
