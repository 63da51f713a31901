"""The pages of rooms: what is typed, pressed and shown."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hanse_access.actions import break_glass
from hanse_access.operators import operator_group
from hanse_access.scopes import EDITORS
from hanse_groups import actions
from hanse_groups.models import Message, Participant, Room, RoomOpening
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.people import UserFactory
from tests.factories.profiles import ProfileFactory
from tests.factories.rooms import PLATFORM, add, make_room, place_of, say

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
Role, State = Participant.Role, Participant.State


@pytest.fixture
def as_person(client):
    def sign_in(person) -> Client:
        client.force_login(person)
        return client

    return sign_in


def page(room, name: str, *args) -> str:
    return reverse(f"hanse_groups:{name}", args=[room.uid, *args])


class TestOpening:
    FORM = {"name": "Lidar  for harvesters", "purpose": "Ripeness", "kind": "closed", "newcomers_see_all": "on"}

    def test_a_manager_opens_a_room_and_goes_on_to_invite(self, as_person, cluster, manager):
        data = {**self.FORM, "cluster": cluster.pk, "audience": "platform"}
        answer = as_person(manager).post("/rooms/new/", data)
        room = Room.objects.get()
        assert answer.url == page(room, "people")
        assert (room.name, room.newcomers_see_all) == ("Lidar for harvesters", True)
        assert room.audience.scope_set == {PLATFORM}

    @pytest.mark.parametrize(
        ("wrong", "field"), [({"name": " "}, "name"), ({"purpose": ""}, "purpose"), ({"audience": ""}, "audience")]
    )
    def test_what_is_missing_is_said_at_the_field_and_the_rest_is_kept(self, as_person, cluster, manager, wrong, field):
        data = {**self.FORM, "cluster": cluster.pk, "audience": "platform", **wrong}
        answer = as_person(manager).post("/rooms/new/", data)
        assert answer.status_code == 400
        assert field in answer.context["form"].errors
        assert not Room.objects.exists()
        kept = "purpose" if field == "name" else "name"
        assert data[kept].split()[0] in answer.content.decode()

    def test_a_hidden_room_needs_no_audience(self, as_person, cluster, manager):
        as_person(manager).post("/rooms/new/", {**self.FORM, "cluster": cluster.pk, "kind": "hidden"})
        room = Room.objects.get()
        assert room.audience.scope_set == {room.scope}

    def test_a_cluster_that_one_does_not_manage_is_no_choice(self, as_person, manager):
        foreign = ClusterFactory()
        answer = as_person(manager).post("/rooms/new/", {**self.FORM, "cluster": foreign.pk, "audience": "platform"})
        assert "cluster" in answer.context["form"].errors

    def test_who_may_open_none_finds_no_form(self, as_person, member):
        assert as_person(member).get("/rooms/new/").status_code == 404

    def test_a_manager_lets_every_member_open_rooms(self, as_person, cluster, manager, member):
        address = reverse("hanse_groups:opening", args=[cluster.slug])
        as_person(manager).post(address, {"by_members": "on"})
        assert RoomOpening.objects.get(cluster=cluster).by_members
        client = as_person(member)
        assert client.get("/rooms/new/").status_code == 200
        assert client.get(address).status_code == 404
        assert client.post(address, {}).status_code == 404
        assert RoomOpening.objects.get(cluster=cluster).by_members


class TestTheList:
    @pytest.fixture
    def rooms(self, cluster, manager, member):
        rooms = {name: make_room(cluster, owner=manager, name=f"Room {name}") for name in ("A", "B", "C", "D")}
        add(rooms["A"], member)
        actions.invite(rooms["B"], by=manager, person=member)
        actions.ask_to_join(rooms["C"], by=member, request="")
        return rooms

    def shown(self, client, address: str) -> list[str]:
        return [row.name for row in client.get(address).context["item_list"].rows]

    def test_it_is_narrowed_to_what_the_reader_is_to_the_rooms(self, as_person, rooms, member, cluster):
        client = as_person(member)
        for standing, name in (("in", "A"), ("invited", "B"), ("asked", "C"), ("outside", "D")):
            assert self.shown(client, f"/rooms/?mine={standing}") == [f"Room {name}"]
        assert self.shown(client, "/rooms/?mine=in&mine=invited") == ["Room A", "Room B"]
        options = client.get("/rooms/").context["item_list"].drawn_facets[0].first
        assert [option.count for option in options] == [1, 1, 1, 1]
        stranger = MembershipFactory(cluster=cluster).person
        assert self.shown(as_person(stranger), "/rooms/?mine=in") == ["Room A", "Room B", "Room C", "Room D"]

    def test_who_was_let_out_is_not_in_it(self, as_person, rooms, manager, member):
        actions.remove(place_of(rooms["A"], member), by=manager)
        assert "Room A" in self.shown(as_person(member), "/rooms/?mine=outside")


class TestTheCard:
    def test_somebody_asks_and_can_take_it_back(self, as_person, room, member):
        client = as_person(member)
        assert client.post(page(room, "ask"), {"request": "I make lenses"}).url == room.get_absolute_url()
        assert place_of(room, member).request == "I make lenses"
        client.post(page(room, "ask"), {"withdraw": "yes"})
        assert place_of(room, member).state == State.LEFT

    def test_too_long_a_request_is_kept_in_the_form(self, as_person, room, member):
        answer = as_person(member).post(page(room, "ask"), {"request": "x" * 1001})
        assert answer.status_code == 400
        assert "x" * 1001 in answer.content.decode()

    def test_an_open_room_is_joined_by_one_press(self, as_person, cluster, manager, member):
        room = make_room(cluster, owner=manager, kind=Room.Kind.OPEN)
        assert as_person(member).post(page(room, "join")).url == page(room, "chat")

    def test_the_invited_join_or_decline(self, as_person, room, manager, stranger):
        actions.invite(room, by=manager, person=stranger)
        client = as_person(stranger)
        assert "invites you" in client.get(room.get_absolute_url()).content.decode()
        client.post(page(room, "ask"), {"withdraw": "yes"})
        assert client.get(room.get_absolute_url()).status_code == 404

    def test_an_owner_restores_a_deleted_room_from_its_card(self, as_person, room, manager):
        client = as_person(manager)
        client.post(page(room, "change_state"), {"to": "delete"})
        assert client.get(page(room, "chat")).status_code == 404
        client.post(page(room, "change_state"), {"to": "restore"})
        assert client.get(page(room, "chat")).status_code == 200


class TestPeople:
    def test_an_owner_lets_in_and_declines_with_a_reason(self, as_person, room, manager, member, other):
        first, second = actions.ask_to_join(room, by=member), actions.ask_to_join(room, by=other)
        client = as_person(manager)
        client.post(page(room, "participant", first.pk, "let-in"))
        assert place_of(room, member).state == State.ACTIVE
        refused = client.post(page(room, "participant", second.pk, "decline"), {"reason": ""})
        assert refused.status_code == 400
        client.post(page(room, "participant", second.pk, "decline"), {"reason": "Complete"})
        assert place_of(room, other).reason == "Complete"

    def test_a_member_objects_and_only_the_owner_reads_it(self, as_person, room, manager, member, other, stranger):
        add(room, other)
        add(room, stranger, role="moderator")
        asking = actions.ask_to_join(room, by=member, request="Let me in")
        client = as_person(other)
        assert "Let me in" not in client.get(page(room, "people")).content.decode()
        client.post(page(room, "object", asking.pk), {"text": "A competitor of mine"})
        for person, reads in ((manager, True), (stranger, False), (other, True)):
            assert ("A competitor of mine" in as_person(person).get(page(room, "people")).content.decode()) is reads

    def test_people_are_found_by_name_and_invited(self, as_person, room, manager, member):
        profile = ProfileFactory(person=member, scopes=[PLATFORM])
        client = as_person(manager)
        found = client.get(page(room, "invite"), {"q": member.last_name})
        assert str(profile.uid) in found.content.decode()
        client.post(page(room, "invite"), {"profile": profile.uid, "role": "member"})
        assert place_of(room, member).state == State.INVITED

    def test_nobody_is_invited_whose_profile_one_does_not_see(self, as_person, room, manager, stranger):
        hidden = ProfileFactory(person=stranger, scopes=[EDITORS])
        client = as_person(manager)
        assert str(hidden.uid) not in client.get(page(room, "invite"), {"q": stranger.last_name}).content.decode()
        for key in (hidden.uid, "00000000-0000-4000-8000-000000000000", "x\x00"):
            assert client.post(page(room, "invite"), {"profile": key, "role": "member"}).status_code == 400
        assert not Participant.objects.filter(person=stranger).exists()

    def test_only_owners_give_roles_and_only_those_who_lead_remove(self, as_person, room, member, other):
        place = add(room, other)
        add(room, member)
        client = as_person(member)
        for act, data in (("role", {"role": "owner"}), ("owner", {}), ("remove", {}), ("bar", {})):
            assert client.post(page(room, "participant", place.pk, act), data).status_code == 403
        assert place_of(room, other).role == Role.MEMBER

    def test_removing_says_why(self, as_person, room, manager, member):
        place = add(room, member)
        as_person(manager).post(page(room, "participant", place.pk, "bar"), {"reason": "Told others"})
        assert (place_of(room, member).state, place_of(room, member).reason) == (State.BANNED, "Told others")

    def test_leaving_says_what_becomes_of_the_room(self, as_person, room, manager, member):
        add(room, member, role="moderator")
        client = as_person(manager)
        assert member.get_full_name() in client.get(page(room, "leave")).content.decode()
        client.post(page(room, "leave"))
        assert client.get(page(room, "chat")).status_code == 404
        assert place_of(room, member).role == Role.OWNER


class TestSettings:
    def test_owners_read_the_trail_of_their_room(self, as_person, room, manager, member):
        add(room, member)
        assert "joined" in as_person(manager).get(page(room, "trail")).content.decode()
        for name in ("trail", "settings"):
            assert as_person(member).get(page(room, name)).status_code == 404

    def test_an_owner_changes_what_the_room_is(self, as_person, room, cluster, manager):
        form = {"name": "New name", "purpose": "New", "kind": "closed", "audience": "platform", "retention_days": "90"}
        as_person(manager).post(page(room, "settings"), form)
        room.refresh_from_db()
        assert (room.name, room.retention_days, room.newcomers_see_all) == ("New name", 90, False)
        assert room.audience.scope_set == {PLATFORM}

    def test_days_out_of_range_are_refused_at_the_field(self, as_person, room, manager):
        form = {"name": "N", "purpose": "P", "kind": "closed", "audience": "platform", "retention_days": "3"}
        answer = as_person(manager).post(page(room, "settings"), form)
        assert (answer.status_code, "retention_days" in answer.context["form"].errors) == (400, True)


class TestChatWithoutScript:
    def test_a_message_is_posted_by_the_form_and_stands_on_the_page(self, as_person, room, manager):
        client = as_person(manager)
        address = reverse("hanse_groups:messages", args=[room.conversation.uid])
        answer = client.post(address, {"body": "**Hello**", "client_key": "x"})
        assert answer.url.startswith(page(room, "chat"))
        assert "<strong>Hello</strong>" in client.get(page(room, "chat")).content.decode()

    def test_what_is_refused_stays_in_the_field(self, as_person, room, manager):
        address = reverse("hanse_groups:messages", args=[room.conversation.uid])
        answer = as_person(manager).post(address, {"body": "y" * 10_001})
        assert answer.status_code == 400
        assert "y" * 10_001 in answer.content.decode()

    def test_the_first_unread_is_marked_and_counted(self, as_person, room, manager, member):
        add(room, member)
        say(room, manager, "One")
        say(room, manager, "Two")
        client = as_person(member)
        side = client.get("/dashboard/").content.decode()
        assert "New in your rooms" in side
        chat = client.get(page(room, "chat"))
        assert chat.context["first_unread"] == Message.objects.get(body="One").seq

    def test_words_are_found_in_the_room(self, as_person, room, manager):
        say(room, manager, "The filter has ten nanometres")
        client = as_person(manager)
        assert "ten nanometres" in client.get(page(room, "search"), {"q": "filter NANO"}).content.decode()
        assert "ten nanometres" not in client.get(page(room, "search"), {"q": "filter zebra"}).content.decode()

    def test_the_number_of_queries_does_not_grow_with_messages_and_people(
        self, as_person, room, manager, member, cluster
    ):
        client = as_person(manager)

        def asked() -> list[int]:
            numbers = []
            for name in ("chat", "people", "room"):
                address = room.get_absolute_url() if name == "room" else page(room, name)
                client.get(address)
                with CaptureQueriesContext(connection) as captured:
                    client.get(address)
                numbers.append(len(captured))
            return numbers

        add(room, member)
        first = say(room, member, "@room One", quoted=say(room, manager))
        actions.react(first, "useful", by=manager)
        actions.ask_to_join(room, by=MembershipFactory(cluster=cluster).person)
        few = asked()
        for _ in range(8):
            person = MembershipFactory(cluster=cluster).person
            add(room, person)
            message = say(room, person, "@room More", quoted=first)
            actions.react(message, "thanks", by=member)
            actions.pin_message(message, by=member)
            actions.ask_to_join(room, by=MembershipFactory(cluster=cluster).person)
        assert asked() == few


class TestBreakGlass:
    REASON = "A court order obliges us to look into it"

    def test_an_operator_reads_pages_for_a_while_and_the_room_is_told(self, as_person, room, manager, cluster):
        operator = UserFactory()
        operator.groups.add(operator_group())
        say(room, manager, "Confidential words")
        client = as_person(operator)
        assert client.get(page(room, "chat")).status_code == 404
        form = {"kind": "group", "scope": f"https://example.org/rooms/{room.uid}/chat/", "reason": self.REASON}
        client.post("/admin/access/break-glass/", form)
        assert "Confidential words" in client.get(page(room, "chat")).content.decode()
        assert client.get(room.get_absolute_url()).status_code == 200
        # Pages only: no writing, no answers for scripts, no search, no list.
        messages = reverse("hanse_groups:messages", args=[room.conversation.uid])
        assert client.get(messages).status_code == 404
        assert client.post(messages, {"body": "I was here"}).status_code == 404
        assert client.get(page(room, "search"), {"q": "words"}).status_code == 404
        assert str(room.uid) not in client.get("/rooms/").content.decode()
        assert self.REASON in as_person(manager).get(page(room, "chat")).content.decode()

    def test_a_room_that_is_not_there_is_said_at_the_field(self, as_person):
        operator = UserFactory()
        operator.groups.add(operator_group())
        for scope in ("999999", "/rooms/00000000-0000-4000-8000-000000000000/", "abc"):
            form = {"kind": "group", "scope": scope, "reason": self.REASON}
            assert as_person(operator).post("/admin/access/break-glass/", form).status_code == 400

    def test_members_break_no_glass(self, room, stranger):
        with pytest.raises(PermissionDenied):
            break_glass(by=stranger, scope=room.scope, reason=self.REASON)
