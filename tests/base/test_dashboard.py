import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from hanse_base import dashboard
from hanse_base.cards import Card, cards
from hanse_base.models import CardPreference
from tests.factories.people import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def three_cards(monkeypatch):
    """Only these three are registered."""
    monkeypatch.setattr(cards, "_items", {})
    for order, name in enumerate(("first", "second", "third")):
        cards.register(
            Card(name=name, title=f"Card {name}", template="testapp/card.html", context=lambda request: {}, order=order)
        )


@pytest.fixture
def person(client):
    person = UserFactory(first_name="Tom")
    client.force_login(person)
    return person


def order(person):
    return [placed.card.name for placed in dashboard.placed_cards(person) if not placed.hidden]


def test_without_a_choice_the_registered_order_holds(three_cards, person):
    assert order(person) == ["first", "second", "third"]


def test_a_card_moves_by_one_place_and_stops_at_the_ends(three_cards, person):
    dashboard.change_card(person, "third", "up")
    assert order(person) == ["first", "third", "second"]
    dashboard.change_card(person, "first", "up")
    dashboard.change_card(person, "second", "down")
    assert order(person) == ["first", "third", "second"]


def test_a_hidden_card_keeps_its_place(three_cards, person):
    dashboard.change_card(person, "second", "hide")
    assert order(person) == ["first", "third"]
    dashboard.change_card(person, "second", "show")
    assert order(person) == ["first", "second", "third"]


def test_one_persons_order_is_not_anothers(three_cards, person):
    dashboard.change_card(person, "third", "up")
    assert order(UserFactory()) == ["first", "second", "third"]


def test_a_card_that_comes_later_is_put_at_the_end(three_cards, person):
    dashboard.change_card(person, "third", "up")
    cards.register(Card(name="new", title="New", template="testapp/card.html", context=lambda request: {}, order=-5))
    assert order(person) == ["first", "third", "second", "new"]


def test_reset_brings_the_usual_order_back(three_cards, person, client):
    dashboard.change_card(person, "third", "up")
    client.post(reverse("hanse_base:arrange"), {"reset": "yes"})
    assert order(person) == ["first", "second", "third"]
    assert not CardPreference.objects.filter(person=person).exists()


def test_buttons_arrange_without_javascript(three_cards, person, client):
    response = client.post(reverse("hanse_base:arrange"), {"card": "second", "change": "up"}, follow=True)
    assert response.redirect_chain
    assert order(person) == ["second", "first", "third"]
    html = client.get(reverse("hanse_base:dashboard")).content.decode()
    assert html.index("Card second") < html.index("Card first")


def test_htmx_gets_the_list_of_cards_only(three_cards, person, client):
    response = client.post(
        reverse("hanse_base:arrange"), {"card": "second", "change": "hide"}, headers={"HX-Request": "true"}
    )
    assert response.status_code == 200
    assert b"<html" not in response.content


@pytest.mark.parametrize("data", [{}, {"card": "first", "change": "burn"}, {"card": "none", "change": "up"}])
def test_an_unknown_change_is_refused(three_cards, person, client, data):
    assert client.post(reverse("hanse_base:arrange"), data).status_code == 400


def test_a_card_with_nothing_to_say_is_left_out(three_cards, person, client):
    cards.register(Card(name="mute", title="Card mute", template="testapp/card.html", context=lambda request: None))
    assert b"Card mute" not in client.get(reverse("hanse_base:dashboard")).content
    assert b"Card mute" in client.get(reverse("hanse_base:arrange")).content


def test_a_dashboard_without_cards_says_what_will_come(monkeypatch, person, client):
    monkeypatch.setattr(cards, "_items", {})
    assert b'class="empty"' in client.get(reverse("hanse_base:dashboard")).content


def test_visitors_are_asked_to_sign_in(client):
    for name in ("hanse_base:dashboard", "hanse_base:arrange"):
        assert client.get(reverse(name)).status_code == 302


@pytest.mark.parametrize(("hour", "words"), [(8, "morning"), (13, "day"), (22, "evening"), (2, "evening")])
def test_the_greeting_fits_the_hour(monkeypatch, hour, words):
    monkeypatch.setattr(timezone, "localtime", lambda: timezone.now().replace(hour=hour))
    assert words in str(dashboard.greeting())


def test_the_number_of_queries_does_not_grow_with_the_cards(three_cards, person, client):
    def count():
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("hanse_base:dashboard"))
        return len(queries)

    count()
    few = count()
    for n in range(20):
        cards.register(Card(name=f"c{n}", title="C", template="testapp/card.html", context=lambda request: {}))
    assert count() == few


def test_the_arrangement_is_part_of_the_own_data_and_goes_with_the_account(three_cards, person):
    dashboard.change_card(person, "third", "up")
    [file] = dashboard.dashboard_preferences.export(person)
    assert [row["card"] for row in file.content] == ["first", "third", "second"]
    dashboard.dashboard_preferences.erase(person)
    assert not CardPreference.objects.exists()
