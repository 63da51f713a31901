"""Guests from outside: what they say of themselves, and for whom."""

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse

from hanse_access.models.attachments import private_storage
from hanse_access.uploads import accept_upload
from hanse_access.viewer import Viewer
from hanse_groups import actions
from hanse_groups.models import GuestPicture, GuestProfile, Message
from hanse_groups.payloads import payloads
from hanse_groups.personal_data import export
from hanse_site.account.actions import delete_account
from tests.factories.clusters import MembershipFactory
from tests.factories.files import uploaded
from tests.factories.people import UserFactory
from tests.factories.rooms import add, make_room, place_of, say

from .talk import browser

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
OWN = "/rooms/me/"


@pytest.fixture
def guest(room):
    person = UserFactory(first_name="Gia", last_name="Gast")
    add(room, person, role="guest")
    return person


def save(guest, **values) -> GuestProfile:
    return actions.save_guest_profile(person=guest, **{"organisation": "Zqfirmzq", "about": "Zqaboutzq", **values})


def sees(person, profile) -> bool:
    return GuestProfile.objects.visible_to(Viewer.of(person)).filter(pk=profile.pk).exists()


class TestTheForm:
    def test_is_found_from_the_own_profile_and_from_the_room(self, room, guest):
        client = browser(guest)
        for where in ("/profile/", room.get_absolute_url()):
            assert OWN in client.get(where).content.decode(), where

    def test_says_organisation_function_words_and_picture(self, guest):
        client = browser(guest)
        data = {"organisation": "A firm", "function": "Lawyer", "about": "Patents", "picture": uploaded()}
        profile_page = client.post(OWN, data)
        profile = GuestProfile.objects.get()
        assert profile_page.url == profile.get_absolute_url()
        assert (profile.organisation, profile.function, profile.about) == ("A firm", "Lawyer", "Patents")
        shown = client.get(profile_page.url).content.decode()
        assert GuestPicture.objects.get().sources[0][0] in shown
        client.post(OWN, {"organisation": "A firm", "no_picture": "on"})
        assert not GuestPicture.objects.exists()

    def test_what_is_refused_is_said_at_the_field_and_kept(self, guest):
        answer = browser(guest).post(OWN, {"organisation": "x" * 151, "about": "Patents"})
        assert answer.status_code == 400
        assert "organisation" in answer.context["form"].errors
        assert "Patents" in answer.content.decode()

    def test_members_have_a_profile_of_the_platform(self, room, member, guest):
        add(room, member)
        assert browser(member).get(OWN).url == reverse("hanse_members:my_profile")
        with pytest.raises(PermissionDenied):
            save(member)
        assert OWN not in browser(member).get("/profile/").content.decode()

    def test_who_is_in_no_room_finds_none(self, guest, room):
        outsider = UserFactory()
        assert browser(outsider).get(OWN).status_code == 404
        assert OWN not in browser(outsider).get("/profile/").content.decode()
        actions.leave(room, by=guest)
        assert browser(guest).get(OWN).status_code == 404


class TestWhoSees:
    def test_the_people_in_the_rooms_and_nobody_else(self, room, guest, ada, cluster, stranger, member):
        profile = save(guest, picture=accept_upload(uploaded()))
        address, picture = profile.get_absolute_url(), GuestPicture.objects.get().sources[0][0]
        missing = reverse("hanse_groups:guest", args=["00000000-0000-4000-8000-000000000000"])
        for person, seen in ((ada, True), (guest, True), (stranger, False), (member, False)):
            client = browser(person)
            assert (client.get(address).status_code == 200) is seen
            assert (client.get(picture).status_code == 200) is seen
            assert sees(person, profile) is seen
            assert client.get(missing).status_code == 404

    def test_managers_and_operators_who_are_not_in_the_room_do_not(self, guest, cluster):
        from hanse_access.operators import operator_group

        profile = save(guest)
        office = MembershipFactory(cluster=cluster, role="manager").person
        operator = UserFactory()
        operator.groups.add(operator_group())
        assert not sees(office, profile)
        assert not sees(operator, profile)

    def test_whoever_leaves_is_seen_no_more_and_sees_nothing(self, room, guest, ada):
        profile = save(guest)
        actions.leave(room, by=guest)
        assert not sees(ada, profile)
        client = browser(guest)
        for where in (room.get_absolute_url(), reverse("hanse_groups:chat", args=[room.uid])):
            assert client.get(where).status_code == 404
        for where in ("/rooms/", "/dashboard/", "/notifications/"):
            assert str(room.uid) not in client.get(where).content.decode()

    def test_of_shared_rooms_only_those_that_both_are_in_are_named(self, room, guest, ada, cluster):
        other = make_room(cluster, name="Zqotherzq")
        add(other, guest, role="guest")
        shown = browser(ada).get(save(guest).get_absolute_url()).content.decode()
        assert room.name in shown
        assert "Zqotherzq" not in shown

    def test_the_profile_of_the_platform_takes_its_place(self, room, guest, ada, cluster):
        profile = save(guest)
        MembershipFactory(cluster=cluster, person=guest)
        assert not sees(ada, profile)


class TestInTheRoom:
    def test_people_and_messages_name_the_organisation(self, room, guest, ada):
        profile = save(guest)
        said = say(room, guest)
        people = browser(ada).get(reverse("hanse_groups:people", args=[room.uid])).content.decode()
        assert "Zqfirmzq" in people
        assert profile.get_absolute_url() in people
        [payload] = payloads(room.conversation, [Message.objects.get(pk=said.pk)])
        assert payload["author"]["organisation"] == "Zqfirmzq"

    def test_a_profile_is_linked_only_where_it_is_visible(self, room, guest, ada, ben):
        from tests.factories.profiles import PLATFORM, ProfileFactory

        profile = ProfileFactory(person=ada, scopes=[PLATFORM])
        people = reverse("hanse_groups:people", args=[room.uid])
        assert profile.get_absolute_url() in browser(ben).get(people).content.decode()
        assert profile.get_absolute_url() not in browser(guest).get(people).content.decode()

    def test_the_owner_makes_a_guest_a_member_once_a_cluster_has_admitted_them(self, room, guest, manager, cluster):
        with pytest.raises(actions.NotPossible):
            actions.set_role(place_of(room, guest), "member", by=manager)
        MembershipFactory(cluster=cluster, person=guest)
        actions.set_role(place_of(room, guest), "member", by=manager)
        assert place_of(room, guest).role == "member"


class TestOwnData:
    def test_are_handed_out_and_erased_with_their_files(self, guest, django_capture_on_commit_callbacks):
        save(guest, picture=accept_upload(uploaded()))
        names = GuestPicture.objects.get().file_names
        files = {file.path: file.content for file in export(guest)}
        assert files["guest_profile.json"]["organisation"] == "Zqfirmzq"
        with django_capture_on_commit_callbacks(execute=True):
            delete_account(user=guest)
        assert not GuestProfile.objects.exists()
        assert not any(private_storage().exists(name) for name in names)
