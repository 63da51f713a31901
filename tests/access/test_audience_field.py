"""The field "Who can see this?": what it offers, what it keeps, what it refuses."""

import pytest
from django import forms
from django.http import QueryDict

from hanse_access.actions import change_audience
from hanse_access.descriptions import describe
from hanse_access.forms import AudienceField
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_access.viewer import Viewer
from tests.factories.items import ItemFactory, RoomFactory
from tests.factories.pages import ScopedPageFactory, give_page_permissions
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


@pytest.fixture
def told(client, author):
    """What the live count tells the author."""
    client.force_login(author)
    return lambda query: client.get(f"/audience/reach/?{query}").json()["text"]


def test_the_live_count_tells_only_of_scopes_within_reach(told, author, own):
    hidden = RoomFactory(listed=False, people=UserFactory.create_batch(3))
    assert told(f"kind=room&id={own.pk}") == "1 person can see this."
    assert told(f"kind=room&id={hidden.pk}") == told(f"kind=room&asked={hidden.pk}") == ""
    assert told("kind=room&id=x") == told("kind=nonsense") == told("") == ""
    assert told("kind=room&id=%C2%B2") == told(f"kind=room&id={'9' * 5000}") == "", "digits that are no number"
    assert "web" in told("kind=public")
    assert told("kind=editors") == "Nobody else can see this."


def test_who_is_asked_first_is_named_and_not_counted(told, author, own):
    asked = RoomFactory(name="Harbour", people=UserFactory.create_batch(3))
    text = told(f"kind=room&id={own.pk}&asked={asked.pk}")
    assert text.startswith("1 person can see this. Harbour is asked first")
    alone = told(f"kind=room&asked={asked.pk}")
    assert alone.startswith("Nobody else can see this. Harbour is asked first")


def test_who_takes_over_without_being_asked_is_named_and_counted(told, author, own):
    accepting = RoomFactory(name="Harbour", accepts=True, people=UserFactory.create_batch(3))
    text = told(f"kind=room&id={own.pk}&at_once={accepting.pk}")
    assert text == "4 people can see this. Harbour takes it over at once, without being asked."


def test_the_field_says_the_same_without_javascript(author, own):
    RoomFactory(name="Harbour", accepts=True, people=UserFactory.create_batch(3))
    lighthouse = RoomFactory(name="Lighthouse", people=UserFactory.create_batch(5))
    form = form_for(author, present=[Scope("room", own.pk)], requested=[Scope("room", lighthouse.pk)])
    html = form.as_p()
    assert "1 person can see this. Lighthouse is asked first" in html
    before_harbour, after = html.split("Harbour")
    assert "without being asked" in before_harbour.rpartition("<ul")[0].rpartition("</ul>")[2]
    assert "Propose to others" in after.partition("Lighthouse")[0]


def test_what_the_field_tells_is_what_storing_it_does(author, own):
    """Whom the form counts sees it afterwards; whom it names as asked does not."""
    accepting, asked = RoomFactory(accepts=True), RoomFactory()
    field = AudienceField(user=author, model=Item)
    card = next(card for card in field.cards if card.value == "room")
    ids = {str(room.pk) for room in (own, accepting, asked)}
    item = ItemFactory(scopes=[EDITORS], author=author)
    author.is_superuser = True
    change_audience(item, scopes=[Scope("room", int(id)) for id in ids], by=author)
    item.refresh_from_db()
    assert card.prospect(ids).in_force == item.audience.scope_set
    assert card.prospect(ids).asked == [asked.name]


class TestEditors:
    """Of a page there are editors besides; ``about`` names it."""

    @pytest.fixture
    def page(self, author):
        page = ScopedPageFactory()
        give_page_permissions(author, page)
        return page

    def test_each_is_counted_once(self, told, author, own, page):
        about = f"about={page._meta.label_lower}:{page.pk}"
        assert told(f"kind=room&id={own.pk}&{about}") == "1 person can see this.", "the author is in the room"
        give_page_permissions(UserFactory(), page)
        assert told(f"kind=room&id={own.pk}&{about}") == "1 person can see this. 1 more sees it as an editor."
        assert told(f"kind=public&{about}") == "Everybody on the web can see this."
        assert told(f"kind=editors&{about}") == "Only 2 editors can see this."

    def test_nothing_is_told_of_what_one_does_not_edit(self, told, own):
        foreign = ScopedPageFactory()
        give_page_permissions(UserFactory(), foreign)
        for about in (
            f"testapp.scopedtestpage:{foreign.pk}",
            "testapp.scopedtestpage:x",
            "hanse_site.user:1",
            "x",
            ":",
        ):
            assert told(f"kind=editors&about={about}") == "Nobody else can see this."


def test_scopes_are_put_into_words_however_they_are_handed_over(author, own):
    assert describe([Scope("room", own.pk)], Viewer.of(author)).text == own.name
    assert describe(iter([("room", own.pk)]), Viewer.of(author)).text == own.name
