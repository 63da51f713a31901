"""The search, asked as every persona: results, snippets, numbers and facets tell what is visible and nothing else."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.core.cache import cache
from django.urls import reverse

from hanse_access.viewer import Viewer
from hanse_activity.actions import notify
from hanse_activity.delivery import Delivery, Source
from hanse_activity.digests import gather_digests
from hanse_activity.models import Notification
from hanse_activity.tasks import deliver
from hanse_search.models import SavedSearch, SearchAlert
from hanse_search.saved import notifications
from hanse_search.saved.actions import KIND, SOURCE, look_through
from hanse_search.saved.notifications import read

from . import discovery
from .expected import SEES, listed, organisations_listed, pages_listed, profiles_listed, questions_listed
from .probes import client_of, found, normalised, text_of
from .test_lists import of, parts_of
from .test_mails import NOON

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


@pytest.fixture
def told_of_everything(world, monkeypatch):
    """Tells a persona of all items of the world, hidden ones too, as if each had been found by a search once."""
    monkeypatch.setattr(notifications, "MOST_IN_MAIL", 1000)

    def tell(persona) -> tuple[SearchAlert, Notification]:
        person = world.people[persona]
        saved = SavedSearch.objects.create(person=person, name="All", text="Zqshared", known={})
        rows = {"news": world.items, "organisation": world.organisations, "expert": world.profiles}
        items = [[kind, row.pk] for kind, made in rows.items() for row in made.values()]
        items += [["room", room.pk] for room in world.rooms.values()]
        alert = saved.alerts.create(items=items, number=len(items))
        Notification.objects.all().delete()
        notify(KIND, about=alert, recipients=[person], of=Source(SOURCE, saved.pk))
        return alert, Notification.objects.get()

    return tell


@pytest.mark.parametrize("persona", [persona for persona in SEES if persona != "visitor"])
def test_an_alert_shows_in_the_page_what_the_persona_may_see_when_reading_it(world, persona, told_of_everything):
    alert, _notification = told_of_everything(persona)
    client = client_of(world, persona)
    known = listed(persona) | organisations_listed(persona) | profiles_listed(persona)
    assert found(world, text_of(client.get(alert.get_absolute_url()))) == known
    number = len(client.get(alert.get_absolute_url()).context["alert"].results)
    told = text_of(client.get(reverse("hanse_activity:notifications")))
    assert found(world, told) == set(), "the list names no items"
    said = "not there any more" if not number else f"{number} new thing"
    assert said in told
    assert found(world, text_of(client.get(reverse("hanse_search:saved")))) == set()
    for other in ("member_both", "operator", "newcomer"):
        if other != persona:
            assert client_of(world, other).get(alert.get_absolute_url()).status_code == 404


@pytest.mark.parametrize("persona", [persona for persona in SEES if persona != "visitor"])
@pytest.mark.parametrize("delivery", [Delivery.AT_ONCE, Delivery.DAILY])
def test_the_mail_of_an_alert_names_what_the_persona_may_see_when_it_is_sent(
    world, persona, delivery, told_of_everything, django_capture_on_commit_callbacks
):
    alert, notification = told_of_everything(persona)
    due = {"mail": "none", "mail_due_at": NOON - timedelta(hours=1)} if delivery.is_digest else {"mail": "waiting"}
    Notification.objects.update(delivery=delivery, **due)
    mail.outbox.clear()
    with time_machine.travel(NOON, tick=False), django_capture_on_commit_callbacks(execute=True):
        gather_digests() if delivery.is_digest else deliver.call([notification.pk])
    text = "\n".join(str(part) for sent in mail.outbox for part in (sent.subject, sent.body, sent.alternatives[0][0]))
    known = listed(persona) | organisations_listed(persona) | profiles_listed(persona)
    in_rooms = {(sender, "room") for sender in ("alpha", "beta")}
    assert known - in_rooms <= found(world, text) <= known
    read([alert], Viewer.of(world.people[persona]))
    assert bool(mail.outbox) == bool(alert.results), "of nothing no mail is sent"
    if alert.results:
        assert f"{len(alert.results)} new thing" in text


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
