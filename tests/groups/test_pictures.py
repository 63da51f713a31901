"""Pictures of people in a room: loaded by everybody in it and by nobody else."""

import pytest
from django.urls import reverse

from hanse_access.scopes import EDITORS, Scope
from hanse_access.uploads import accept_upload
from hanse_groups import actions
from hanse_groups.models import Message, Participant
from hanse_groups.payloads import payloads
from hanse_members.models import Profile, ProfilePicture
from tests.factories.files import uploaded
from tests.factories.people import UserFactory
from tests.factories.profiles import ProfileFactory, fill
from tests.factories.rooms import add, make_room, place_of, say

from .talk import browser

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def picture(ada, cluster) -> ProfilePicture:
    """Of Ada, for her own cluster alone."""
    profile = ProfileFactory(person=ada, scopes=[Scope("cluster", cluster.pk)])
    return fill(profile, "picture", picture=accept_upload(uploaded())).picture


def loads(person, picture) -> bool:
    return browser(person).get(picture.sources[0][0]).status_code == 200


def author_in(room, message) -> dict:
    return payloads(room.conversation, [Message.objects.get(pk=message.pk)])[0]["author"]


class TestPictures:
    def test_everybody_in_the_room_loads_it_and_nobody_else_does(self, room, picture, stranger):
        guest, outsider = UserFactory(), UserFactory()
        assert not loads(stranger, picture)
        add(room, stranger)
        add(room, guest, role="guest")
        for person in (stranger, guest):
            assert loads(person, picture)
        assert not loads(outsider, picture)

    def test_all_of_a_room_shows_it(self, room, picture, ada, ben):
        say(room, ada)
        address = picture.sources[0][0]
        for where in (
            room.get_absolute_url(),
            *(reverse(f"hanse_groups:{n}", args=[room.uid]) for n in ("chat", "people")),
        ):
            assert f'src="{address}"' in browser(ben).get(where).content.decode(), where

    def test_messages_carry_its_address(self, room, picture, ada):
        assert author_in(room, say(room, ada))["image"] == picture.sources[0][0]

    def test_removal_ends_it_at_once(self, room, picture, stranger, manager):
        add(room, stranger)
        assert loads(stranger, picture)
        actions.remove(place_of(room, stranger), by=manager)
        assert not loads(stranger, picture)

    def test_of_who_has_left_the_room_shows_none(self, room, picture, ada, ben, stranger):
        add(room, stranger)
        said = say(room, ada)
        actions.leave(room, by=ada)
        assert author_in(room, said)["image"] == ""
        assert not loads(stranger, picture)

    def test_nor_while_the_room_is_deleted(self, room, picture, stranger, manager):
        add(room, stranger)
        actions.delete_room(room, by=manager)
        assert not loads(stranger, picture)

    def test_who_keeps_it_to_themselves_keeps_it_out_of_rooms(self, cluster, room, ada, ben):
        profile = ProfileFactory(person=ada, scopes=[Scope("cluster", cluster.pk)])
        kept = fill(profile, "picture", scopes=[EDITORS], picture=accept_upload(uploaded())).picture
        assert not loads(ben, kept)
        assert loads(ada, kept)
        assert author_in(room, say(room, ada))["image"] == ""

    def test_nor_does_a_withheld_profile_show_one(self, room, picture, ada, stranger):
        add(room, stranger)
        Profile.objects.filter(person=ada).update(withheld=True)
        assert not loads(stranger, picture)
        assert author_in(room, say(room, ada))["image"] == ""

    def test_the_card_of_a_room_shows_none_to_who_is_outside(self, room, picture, ada, manager, other):
        actions.change_room(room, by=manager, patron=ada, scopes=room.audience.scope_set)
        profile = Profile.objects.get(person=ada)
        fill(profile, "picture", scopes=[Scope("cluster", 0)], picture=accept_upload(uploaded()))
        assert "/files/portrait/" not in browser(other).get(room.get_absolute_url()).content.decode()
        assert "/files/portrait/" in browser(manager).get(room.get_absolute_url()).content.decode()

    def test_who_only_asks_or_is_invited_loads_nothing(self, room, picture, manager, stranger, cluster):
        actions.invite(room, by=manager, person=stranger)
        assert not loads(stranger, picture)

    def test_two_rooms_do_not_meet(self, room, picture, cluster, stranger):
        add(make_room(cluster), stranger)
        assert Participant.objects.active().of(stranger).exists()
        assert not loads(stranger, picture)
