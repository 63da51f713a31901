"""The field "Who can see this?": what it offers, what it keeps, what it refuses."""

import pytest
from django import forms
from django.http import QueryDict

from hanse_access.descriptions import describe
from hanse_access.forms import AudienceField
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_access.viewer import Viewer
from tests.factories.items import RoomFactory
from tests.factories.people import UserFactory
from tests.testapp.models import Item

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def author():
    return UserFactory()


@pytest.fixture
def own(author):
    return RoomFactory(name="Own room", people=[author])


@pytest.fixture
def foreign():
    return RoomFactory(name="Foreign room")


def form_for(author, query=None, **kwargs):
    form = forms.Form(data=QueryDict(query) if query is not None else None)
    form.fields["audience"] = AudienceField(user=author, model=Item, **kwargs)
    return form


def test_each_kind_of_which_something_can_be_chosen_has_a_card(author, own, foreign):
    field = AudienceField(user=author, model=Item)
    cards = {card.value: card for card in field.cards}
    assert {"public", "editors", "room"} <= set(cards)
    assert cards["room"].choices == {own.pk: "Own room"}
    assert cards["room"].proposals == {foreign.pk: "Foreign room"}


def test_a_choice_cleans_to_scopes(author, own, foreign):
    form = form_for(author, f"audience=room&audience-room={own.pk}&audience-room={foreign.pk}")
    assert form.is_valid()
    assert form.cleaned_data["audience"] == {Scope("room", own.pk), Scope("room", foreign.pk)}
    assert form_for(author, "audience=public").is_valid()


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "required"),
        ("audience=room", "none_picked"),
        ("audience=room&audience-room=999999", "unknown"),
        ("audience=room&audience-room=x", "unknown"),
        ("audience=nonsense", "unknown"),
        ("audience=keep", "unknown"),
    ],
)
def test_bad_input_is_an_error_at_the_field(author, own, query, code):
    form = form_for(author, query)
    assert not form.is_valid()
    assert [error.code for error in form.errors.as_data()["audience"]] == [code]
    assert "audience-field" in form.as_p()


def test_a_room_the_editor_is_not_in_stays_as_set_by_the_author(author):
    hidden = RoomFactory(name="Secret name", listed=False)
    form = form_for(author, present=[Scope("room", hidden.pk)])
    assert form.fields["audience"].cards[0].value == "keep"
    assert "Secret name" not in form.as_p()
    kept = form_for(author, "audience=keep", present=[Scope("room", hidden.pk)])
    assert kept.is_valid()
    assert kept.cleaned_data["audience"] == {Scope("room", hidden.pk)}


def test_mixed_kinds_and_waiting_proposals_survive_an_edit(author, own, foreign):
    scopes = {PUBLIC, Scope("room", own.pk)}
    form = form_for(author, "audience=keep", present=scopes, requested=scopes | {Scope("room", foreign.pk)})
    assert form.is_valid()
    assert form.cleaned_data["audience"] == scopes | {Scope("room", foreign.pk)}


def test_the_present_choice_is_checked(author, own, foreign):
    form = form_for(author, present=[EDITORS], requested=[Scope("room", foreign.pk)])
    html = form.as_p()
    assert f'name="audience-room" value="{foreign.pk}"' in html
    assert form["audience"].initial == {Scope("room", foreign.pk)}
    assert (
        not form_for(author, f"audience=room&audience-room={foreign.pk}", present=[PUBLIC])
        .fields["audience"]
        .has_changed({Scope("room", foreign.pk)}, ("room", (str(foreign.pk),)))
    )


def test_the_live_count_tells_only_of_scopes_within_reach(client, author, own):
    hidden = RoomFactory(listed=False, people=UserFactory.create_batch(3))
    client.force_login(author)
    ask = lambda query: client.get(f"/audience/reach/?{query}").json()["text"]  # noqa: E731
    assert ask(f"kind=room&id={own.pk}").startswith("1 person")
    assert ask(f"kind=room&id={hidden.pk}") == ""
    assert ask("kind=room&id=x") == ask("kind=nonsense") == ask("") == ""
    assert ask("kind=room&id=%C2%B2") == ask(f"kind=room&id={'9' * 5000}") == "", "digits that are no number"
    assert "web" in ask("kind=public")


def test_scopes_are_put_into_words_however_they_are_handed_over(author, own):
    assert describe([Scope("room", own.pk)], Viewer.of(author)).text == own.name
    assert describe(iter([("room", own.pk)]), Viewer.of(author)).text == own.name
