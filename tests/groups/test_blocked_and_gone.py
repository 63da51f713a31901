"""Whom one blocks, and who is gone, on every page of a room."""

import pytest
from django.urls import reverse
from django.utils.translation import override

from hanse_activity.blocks import block
from hanse_groups import actions
from hanse_groups.models import Message, Participant, Room
from hanse_groups.payloads import payloads
from hanse_members.actions import end_membership
from hanse_members.models import Membership
from hanse_site.account.actions import delete_account
from tests.factories.clusters import MembershipFactory
from tests.factories.rooms import PLATFORM, add, make_room, place_of, say

from .talk import browser, told

pytestmark = pytest.mark.django_db


def page(room, name: str) -> str:
    return reverse(f"hanse_groups:{name}", args=[room.uid])


class TestBlocked:
    def test_their_words_stand_neither_on_the_home_page_nor_among_pins(self, room, ada, ben):
        said = say(room, ben, "Zqwordszq")
        actions.pin_message(said, by=ben)
        block(ada, ben)
        for where in (room.get_absolute_url(), page(room, "chat")):
            assert "Zqwordszq" not in browser(ada).get(where).content.decode()
            assert "Zqwordszq" in browser(ben).get(where).content.decode()

    def test_search_finds_nothing_of_theirs(self, room, ada, ben):
        say(room, ben, "The Zqfilterzq of ben")
        say(room, ada, "The Zqfilterzq of ada")
        block(ada, ben)
        found = browser(ada).get(page(room, "search"), {"q": "zqfilterzq"}).context["found"]
        assert [row.author for row in found] == [ada]

    def test_search_still_finds_what_those_wrote_who_are_gone(self, room, ada, ben):
        said = say(room, ben, "The Zqfilterzq")
        Message.objects.filter(pk=said.pk).update(author=None)
        assert len(browser(ada).get(page(room, "search"), {"q": "zqfilterzq"}).context["found"]) == 1

    def test_their_invitations_reach_nobody_and_they_see_no_difference(self, cluster, manager, stranger):
        room = make_room(cluster, owner=manager, kind=Room.Kind.HIDDEN, name="Zqroomzq")
        block(stranger, manager)
        actions.invite(room, by=manager, person=stranger)
        assert told(stranger, "invited") == 0
        client = browser(stranger)
        for where in ("/rooms/", "/waiting/", "/dashboard/", "/notifications/"):
            assert "Zqroomzq" not in client.get(where).content.decode(), where
        assert client.get(room.get_absolute_url()).status_code == 404
        assert stranger not in room.stakeholders()
        assert stranger.get_full_name() in browser(manager).get(page(room, "people")).content.decode()

    def test_of_a_card_that_one_sees_anyway_the_invitation_is_left_out(self, cluster, manager, stranger):
        room = make_room(cluster, owner=manager, scopes=[PLATFORM])
        actions.invite(room, by=manager, person=stranger)
        client = browser(stranger)
        assert "invites you" in client.get(room.get_absolute_url()).content.decode()
        block(stranger, manager)
        card = client.get(room.get_absolute_url()).content.decode()
        assert "invites you" not in card
        assert "Ask to be let in" in card

    def test_asking_to_join_all_the_same_is_possible(self, cluster, manager, stranger):
        room = make_room(cluster, owner=manager, scopes=[PLATFORM])
        block(stranger, manager)
        actions.invite(room, by=manager, person=stranger)
        browser(stranger).post(page(room, "ask"), {"request": "Let me in"})
        assert place_of(room, stranger).state == Participant.State.REQUESTED


class TestGone:
    def test_is_called_so_in_the_language_of_each_page(self, room, ada, ben):
        said = say(room, ben, "Hello")
        answer = say(room, ada, "Yes", quoted=said)
        actions.react(answer, "useful", by=ben)
        delete_account(user=ben)
        with override("de"):
            german, quoting = payloads(room.conversation, [Message.objects.get(pk=said.pk), answer])
        assert german["author"]["names"] == {"en": "Former member", "de": "Ehemaliges Mitglied"}
        assert quoting["quote"]["names"] == german["author"]["names"]
        for language, name in german["author"]["names"].items():
            shown = browser(ada).get(page(room, "chat"), HTTP_ACCEPT_LANGUAGE=language).content.decode()
            assert (name in shown) is (f'lang="{language}"' in shown)

    def test_names_travel_once_where_they_are_the_same_in_each_language(self, room, ada):
        [payload] = payloads(room.conversation, [say(room, ada)])
        assert "names" not in payload["author"]

    def test_lines_name_them_in_each_language(self, room, ben):
        joined = Message.objects.filter(kind="system", data__verb="joined").last()
        delete_account(user=ben)
        [payload] = payloads(room.conversation, [joined])
        assert payload["lines"]["en"].startswith("Former member")
        assert payload["lines"]["de"].startswith("Ehemaliges Mitglied")


def lost(room) -> int:
    return Message.objects.filter(conversation=room.conversation_id, data__verb="lost").count()


class TestDeactivated:
    def test_saving_a_deactivated_person_again_says_nothing_again(self, room, ada):
        ada.is_active = False
        ada.save()
        assert lost(room) == 1
        ada.save()
        ada.save(update_fields=["is_active"])
        ada.first_name = "Adele"
        ada.save(update_fields=["first_name"])
        assert lost(room) == 1

    def test_deactivated_a_second_time_it_is_said_a_second_time(self, room, ada):
        for active in (False, True, False):
            ada.is_active = active
            ada.save()
        assert lost(room) == 2

    def test_a_new_account_that_is_not_active_says_nothing(self, room, django_user_model):
        django_user_model.objects.create_user(email="new@example.org", password="a-good-password", is_active=False)
        assert lost(room) == 0


class TestLosingTheLastCluster:
    def test_waits_for_the_owner_as_a_guest_and_comes_back_as_a_member_when_admitted_again(
        self, cluster, manager, member
    ):
        room = make_room(cluster, owner=manager, scopes=[PLATFORM], members=[member])
        end_membership(Membership.objects.get(person=member), by=manager)
        place = place_of(room, member)
        assert (place.state, place.role) == (Participant.State.REQUESTED, Participant.Role.GUEST)
        MembershipFactory(person=member)
        assert actions.accept_request(place, by=manager).role == Participant.Role.MEMBER

    def test_is_let_in_as_a_guest_by_the_owner(self, cluster, manager, member):
        room = make_room(cluster, owner=manager, scopes=[PLATFORM], members=[member])
        end_membership(Membership.objects.get(person=member), by=manager)
        assert actions.accept_request(place_of(room, member), by=manager).role == Participant.Role.GUEST
        assert add(room, MembershipFactory().person).is_active
