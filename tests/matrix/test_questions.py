"""Questions without name, asked as every persona: who sees which, and that no surface tells whose it is."""

import re

import pytest
from django.urls import reverse

from hanse_access.audit import readable_by
from hanse_access.models import ActorKey
from hanse_access.viewer import Viewer
from hanse_activity.models import Notification
from hanse_challenges.models import Question
from hanse_members import nearness

from .expected import SEES, questions_listed
from .probes import client_of, found, normalised, text_of
from .test_lists import parts_of
from .world import mark

pytestmark = pytest.mark.postgresql

SIGNED_IN = [persona for persona in SEES if persona != "visitor"]
ASKER = re.compile("AskerZq")
MISSING = "00000000-0000-4000-8000-000000000000"


@pytest.mark.parametrize("persona", SEES)
def test_the_list_its_parts_and_its_counts(world, persona):
    client, expected = client_of(world, persona), questions_listed(persona)
    response = client.get("/questions/")
    text = text_of(response)
    assert found(world, text) == expected
    assert not ASKER.search(text)
    for part in ("results", "more"):
        assert found(world, "\n".join(parts_of(client, "questions", "/questions/", part))) == expected
    facets = {facet.name: facet for facet in response.context["item_list"].drawn_facets}
    assert [option.count for option in facets["topic"].first] == [len(expected)]
    assert "cluster" not in facets


@pytest.mark.parametrize("persona", SEES)
def test_a_question_by_its_address(world, persona):
    client, expected = client_of(world, persona), questions_listed(persona)
    missing = client.get(f"/questions/{MISSING}/")
    assert missing.status_code == 404
    for key, question in world.questions.items():
        response = client.get(question.get_absolute_url())
        if key in expected:
            assert response.status_code == 200
            assert found(world, text_of(response)) == {key}
            assert not ASKER.search(text_of(response))
        else:
            assert normalised(response, question.uid) == normalised(missing, MISSING)


@pytest.mark.parametrize("persona", SIGNED_IN)
def test_what_is_done_to_a_hidden_question_is_as_to_a_missing_one(world, persona):
    client = client_of(world, persona)
    ways = ("edit/", "delete/", "close/", "reply/", "room/")
    for key in world.questions.keys() - questions_listed(persona):
        for way in ways:
            asked = (world.questions[key].uid, MISSING)
            hidden, missing = (normalised(client.post(f"/questions/{uid}/{way}", {"text": "x"}), uid) for uid in asked)
            assert hidden == missing, way


@pytest.mark.parametrize("persona", SEES)
def test_the_page_of_a_topic(world, persona):
    text = text_of(client_of(world, persona).get(world.asked_topic.get_absolute_url()))
    assert found(world, text) == questions_listed(persona)
    assert not ASKER.search(text)


@pytest.mark.parametrize("persona", SEES)
def test_what_is_near_in_topics(world, persona, monkeypatch):
    monkeypatch.setattr(nearness, "MOST", 100)
    client, expected = client_of(world, persona), questions_listed(persona)
    for key in sorted(expected)[:2]:
        text = text_of(client.get(f"/near/question/{world.questions[key].uid}/"))
        assert found(world, text) == expected
        assert not ASKER.search(text)
    hidden = sorted(world.questions.keys() - expected)[:2]
    assert {client.get(f"/near/question/{world.questions[key].uid}/").status_code for key in hidden} == {404}


@pytest.mark.parametrize("persona", ["manager_alpha", "manager_beta", "operator"])
def test_the_administration_names_nobody(world, persona):
    client = client_of(world, persona)
    listed = text_of(client.get(reverse("hanse_challenges_questions:index")))
    assert not ASKER.search(listed)
    shown = found(world, listed)
    if persona == "operator":
        assert shown == {key for key in world.questions if key[1] != "room"}
    else:
        own = persona.removeprefix("manager_")
        assert shown == {key for key in questions_listed(persona) if key[0] == own}
    for key, question in world.questions.items():
        page = client.get(reverse("hanse_challenges_questions:inspect", args=[question.pk]))
        assert page.status_code == (200 if key in shown else 404)
        assert not ASKER.search(text_of(page))


@pytest.mark.parametrize("persona", SEES)
def test_the_trail_knows_nobody_who_asked_without_name(world, persona):
    """Not even by a pseudonym that the person has elsewhere."""
    askers = {question.asker_id for question in world.questions.values()}
    keys = set(ActorKey.objects.filter(user__in=askers).values_list("pk", flat=True))
    about = readable_by(Viewer.of(world.people[persona])).filter(object_type="hanse_challenges.question")
    assert not about.filter(actor__in=keys).exists()
    assert not Notification.objects.filter(kind__startswith="questions.", actor__in=askers).exists()
    assert all(mark(key) in Question.objects.get(pk=question.pk).title for key, question in world.questions.items())
