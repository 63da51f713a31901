"""Rooms: who opens them, who sees the card, who comes in, and what becomes of them."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied, ValidationError
from django.utils import timezone

from hanse_access.models import AuditEvent
from hanse_access.readings import recipients
from hanse_access.scopes import Scope
from hanse_access.viewer import Viewer
from hanse_groups import actions
from hanse_groups.models import Message, Participant, Room, RoomOpening
from hanse_members.actions import end_membership, suspend_membership
from hanse_members.models import Cluster, Membership
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.people import UserFactory
from tests.factories.rooms import PLATFORM, add, make_room, owner_of, place_of, say

pytestmark = pytest.mark.django_db
State, Role, Kind = Participant.State, Participant.Role, Room.Kind


def sees(person, room) -> bool:
    return Room.objects.visible_to(Viewer.of(person)).filter(pk=room.pk).exists()


def enters(person, room) -> bool:
    return Room.objects.entered_by(Viewer.of(person)).filter(pk=room.pk).exists()


class TestOpening:
    def test_a_manager_opens_a_room_and_owns_it(self, cluster, manager):
        room = make_room(cluster, owner=manager)
        assert place_of(room, manager).role == Role.OWNER
        assert AuditEvent.objects.filter(verb="rooms.opened", scope_kind="group", scope_id=room.pk).exists()

    def test_members_open_rooms_only_where_the_cluster_lets_them(self, cluster, manager, member):
        with pytest.raises(PermissionDenied):
            make_room(cluster, owner=member)
        actions.set_room_opening(cluster, by_members=True, by=manager)
        assert place_of(make_room(cluster, owner=member), member).role == Role.OWNER

    def test_only_managers_say_who_may_open_rooms(self, cluster, member):
        with pytest.raises(PermissionDenied):
            actions.set_room_opening(cluster, by_members=True, by=member)
        assert not RoomOpening.objects.exists()

    def test_the_manager_of_another_cluster_opens_none_here(self, cluster):
        foreign = MembershipFactory(cluster=ClusterFactory(), role="manager").person
        with pytest.raises(PermissionDenied):
            make_room(cluster, owner=foreign)

    def test_a_card_is_not_for_clusters_that_the_owner_does_not_belong_to(self, cluster, manager):
        foreign = Scope("cluster", ClusterFactory().pk)
        with pytest.raises(ValidationError):
            make_room(cluster, owner=manager, scopes=[foreign])

    def test_a_card_is_never_public(self, cluster, manager):
        with pytest.raises(ValidationError):
            make_room(cluster, owner=manager, scopes=[Scope("public", 0)])

    def test_a_room_is_never_deleted_from_the_table(self, room):
        with pytest.raises(Exception, match="emptied"):
            room.delete()


class TestSight:
    def test_the_card_is_seen_by_its_audience_and_the_inside_by_nobody_outside(self, room, member, stranger):
        assert (sees(member, room), enters(member, room)) == (True, False)
        assert (sees(stranger, room), enters(stranger, room)) == (False, False)

    def test_a_hidden_room_is_seen_by_its_people_alone(self, cluster, manager, member, other):
        room = make_room(cluster, owner=manager, kind=Kind.HIDDEN, members=[member])
        assert sees(member, room)
        assert not sees(other, room)

    def test_whoever_is_invited_sees_the_card_of_a_hidden_room_until_declining(self, cluster, manager, stranger):
        room = make_room(cluster, owner=manager, kind=Kind.HIDDEN)
        invited = actions.invite(room, by=manager, person=stranger)
        assert (sees(stranger, room), enters(stranger, room)) == (True, False)
        actions.decline_invitation(invited, by=stranger)
        assert not sees(stranger, room)

    def test_managers_and_operators_do_not_enter_rooms_that_they_are_not_in(self, cluster, manager, member):
        actions.set_room_opening(cluster, by_members=True, by=manager)
        room = make_room(cluster, owner=member, kind=Kind.HIDDEN)
        assert not sees(manager, room)
        assert not enters(manager, room)

    def test_what_a_room_is_for_reaches_the_people_in_it(self, room, member):
        add(room, member)
        assert set(recipients(room).filter(pk__in=[member.pk, owner_of(room).pk])) == {member, owner_of(room)}

    def test_a_hidden_room_can_be_opened_to_view_and_hidden_again(self, cluster, manager, other):
        room = make_room(cluster, owner=manager, kind=Kind.HIDDEN)
        actions.change_room(room, by=manager, kind=Kind.CLOSED, scopes=[Scope("cluster", cluster.pk)])
        assert sees(other, room)
        actions.change_room(room, by=manager, kind=Kind.HIDDEN)
        assert not sees(other, room)

    def test_a_room_sleeps_while_its_cluster_takes_no_part(self, room, manager, stranger):
        add(room, stranger)
        Cluster.objects.filter(pk=room.cluster_id).update(state="suspended")
        assert not enters(stranger, room)
        assert not enters(manager, room)


class TestComingIn:
    def test_whoever_sees_an_open_room_joins_at_once(self, cluster, manager, member):
        room = make_room(cluster, owner=manager, kind=Kind.OPEN)
        actions.join(room, by=member)
        assert enters(member, room)

    def test_whoever_does_not_see_it_can_neither_join_nor_ask(self, cluster, manager, stranger):
        room = make_room(cluster, owner=manager, kind=Kind.OPEN)
        with pytest.raises(PermissionDenied):
            actions.join(room, by=stranger)
        with pytest.raises(PermissionDenied):
            actions.ask_to_join(room, by=stranger)

    def test_a_closed_room_is_entered_by_request(self, room, manager, member):
        with pytest.raises(actions.NotPossible):
            actions.join(room, by=member)
        asked = actions.ask_to_join(room, by=member, request="I make lenses")
        assert not enters(member, room)
        actions.accept_request(asked, by=manager)
        assert enters(member, room)

    def test_declining_takes_a_reason_that_the_person_reads(self, room, manager, member):
        asked = actions.ask_to_join(room, by=member)
        with pytest.raises(actions.NotPossible):
            actions.decline_request(asked, by=manager, reason=" ")
        actions.decline_request(asked, by=manager, reason="We are complete")
        assert place_of(room, member).reason == "We are complete"
        actions.ask_to_join(room, by=member)
        assert place_of(room, member).state == State.REQUESTED

    def test_members_do_not_decide(self, room, member, other):
        add(room, other)
        asked = actions.ask_to_join(room, by=member)
        with pytest.raises(PermissionDenied):
            actions.accept_request(asked, by=other)
        with pytest.raises(PermissionDenied):
            actions.accept_request(asked, by=member)

    def test_who_lost_the_last_cluster_while_waiting_is_let_in_as_a_guest(self, room, manager, other):
        asked = actions.ask_to_join(room, by=other)
        other.memberships.update(state="suspended")
        assert actions.accept_request(asked, by=manager).role == Participant.Role.GUEST

    def test_who_lost_the_last_cluster_while_invited_does_not_come_in_as_a_member(self, room, manager, other):
        invited = actions.invite(room, by=manager, person=other)
        other.memberships.update(state="suspended")
        with pytest.raises(actions.NotPossible):
            actions.accept_invitation(invited, by=other)

    def test_nobody_is_let_into_a_room_that_is_archived(self, room, manager, other):
        asked = actions.ask_to_join(room, by=other)
        actions.archive_room(room, by=manager)
        with pytest.raises(actions.NotPossible):
            actions.accept_request(asked, by=manager)

    def test_members_object_in_confidence_before_anybody_is_let_in(self, room, manager, member, other):
        add(room, other)
        asked = actions.ask_to_join(room, by=member)
        actions.object_to(asked, by=other, text="They are our competitor")
        assert asked.objections.get().author == other
        actions.accept_request(asked, by=manager)
        assert not asked.objections.exists()

    def test_nobody_objects_where_the_room_does_not_ask_its_members(self, cluster, manager, member, other):
        room = make_room(cluster, owner=manager, members=[other], asks_members=False)
        asked = actions.ask_to_join(room, by=member)
        with pytest.raises(PermissionDenied):
            actions.object_to(asked, by=other, text="No")

    def test_newcomers_see_what_was_before_only_where_the_room_says_so(self, cluster, manager, member, other):
        for sees_all in (True, False):
            room = make_room(cluster, owner=manager, newcomers_see_all=sees_all, members=[other])
            say(room, manager, "Before")
            place = add(room, member)
            say(room, manager, "After")
            bodies = set(Message.objects.readable_by(place).filter(kind="text").values_list("body", flat=True))
            assert bodies == ({"Before", "After"} if sees_all else {"After"})

    def test_nothing_from_before_counts_as_unread(self, room, manager, member):
        say(room, manager)
        add(room, member)
        assert not Message.objects.unread_by(member).exists()

    def test_an_archived_room_lets_nobody_in(self, room, manager, member):
        actions.archive_room(room, by=manager)
        with pytest.raises(actions.NotPossible):
            actions.ask_to_join(room, by=member)

    def test_guests_are_invited_and_belong_to_no_cluster(self, room, manager):
        outsider = UserFactory()
        add(room, outsider, role="guest")
        assert enters(outsider, room)
        assert not Viewer.of(outsider).is_member
        with pytest.raises(actions.NotPossible):
            actions.set_role(place_of(room, outsider), Role.MEMBER, by=manager)


class TestGoing:
    def test_removal_ends_all_rights_and_raises_the_epoch(self, room, manager, member):
        place = add(room, member)
        room.conversation.refresh_from_db()
        epoch = room.conversation.epoch
        actions.remove(place, by=manager)
        room.conversation.refresh_from_db()
        assert not enters(member, room)
        assert room.conversation.epoch > epoch

    def test_moderators_remove_members_but_nobody_who_leads(self, room, manager, member, other):
        add(room, member, role="moderator")
        place = add(room, other)
        with pytest.raises(PermissionDenied):
            actions.remove(place_of(room, manager), by=member)
        actions.remove(place, by=member)
        assert place_of(room, other).state == State.REMOVED

    def test_who_is_barred_cannot_come_back_until_the_owner_lifts_it(self, room, manager, member):
        actions.ban(add(room, member), by=manager)
        with pytest.raises(PermissionDenied):
            actions.ask_to_join(room, by=member)
        with pytest.raises(actions.NotPossible):
            actions.invite(room, by=manager, person=member)
        actions.lift_ban(place_of(room, member), by=manager)
        actions.ask_to_join(room, by=member)

    def test_nobody_removes_themselves(self, room, manager):
        with pytest.raises(PermissionDenied):
            actions.remove(place_of(room, manager), by=manager)

    def test_ownership_falls_to_the_longest_moderator(self, room, manager, member, other):
        add(room, member, role="moderator")
        add(room, other, role="moderator")
        actions.leave(room, by=manager)
        assert place_of(room, member).role == Role.OWNER
        assert place_of(room, other).role == Role.MODERATOR

    def test_else_to_the_patron(self, room, manager, member):
        add(room, member)
        actions.change_room(room, by=manager, patron=member)
        actions.leave(room, by=manager)
        assert place_of(room, member).role == Role.OWNER

    def test_the_card_names_nobody_who_is_gone(self, room, manager, member, other):
        assert room.contact == manager
        add(room, other)
        actions.set_role(add(room, member), "moderator", by=manager)
        actions.change_room(room, by=manager, patron=other)
        actions.leave(room, by=manager)
        actions.remove(place_of(room, other), by=member)
        room.refresh_from_db()
        assert (room.contact, room.patron) == (member, None)

    def test_whoever_opens_a_room_is_its_contact_unless_said_otherwise(self, cluster, manager):
        assert make_room(cluster, owner=manager).contact == manager
        assert make_room(cluster, owner=manager, contact=None).contact is None

    def test_else_the_room_is_archived(self, room, manager, member):
        add(room, member)
        actions.leave(room, by=manager)
        room.refresh_from_db()
        assert room.state == Room.State.ARCHIVED
        assert place_of(room, member).role == Role.MEMBER

    def test_the_owner_hands_the_room_over_and_stays(self, room, manager, member):
        actions.hand_over(room, by=manager, to=add(room, member))
        assert place_of(room, member).role == Role.OWNER
        assert place_of(room, manager).role == Role.MODERATOR

    def test_a_room_is_not_left_without_an_owner_by_a_change_of_role(self, room, manager):
        with pytest.raises(actions.NotPossible):
            actions.set_role(place_of(room, manager), Role.MEMBER, by=manager)
        assert place_of(room, manager).role == Role.OWNER


class TestRightsElsewhere:
    def test_who_leaves_the_cluster_leaves_its_rooms(self, cluster, room, manager, member):
        add(room, member)
        end_membership(Membership.objects.get(person=member, cluster=cluster), by=member)
        assert place_of(room, member).state == State.LEFT
        assert not enters(member, room)

    def test_suspension_too(self, cluster, room, manager, member):
        add(room, member)
        suspend_membership(Membership.objects.get(person=member, cluster=cluster), by=manager)
        assert not enters(member, room)

    def test_who_belongs_to_another_cluster_of_the_room_stays(self, cluster, manager, member):
        second = ClusterFactory()
        for person in (manager, member):
            MembershipFactory(person=person, cluster=second)
        room = make_room(
            cluster, owner=manager, scopes=[Scope("cluster", cluster.pk), Scope("cluster", second.pk)], members=[member]
        )
        end_membership(Membership.objects.get(person=member, cluster=cluster), by=member)
        assert enters(member, room)

    def test_with_the_last_cluster_one_waits_to_be_let_in_as_a_guest(self, cluster, manager, member):
        room = make_room(cluster, owner=manager, scopes=[PLATFORM], members=[member])
        end_membership(Membership.objects.get(person=member, cluster=cluster), by=member)
        place = place_of(room, member)
        assert (place.state, place.role) == (State.REQUESTED, Role.GUEST)
        assert not enters(member, room)
        actions.accept_request(place, by=manager)
        assert place_of(room, member).role == Role.GUEST
        assert enters(member, room)

    def test_guests_are_not_touched(self, cluster, room, manager):
        outsider = UserFactory()
        add(room, outsider, role="guest")
        MembershipFactory(person=outsider, cluster=cluster)
        end_membership(Membership.objects.get(person=outsider, cluster=cluster), by=outsider)
        assert enters(outsider, room)

    def test_a_deactivated_owner_loses_the_room_to_a_moderator(self, room, manager, member):
        add(room, member, role="moderator")
        manager.is_active = False
        manager.save()
        assert place_of(room, member).role == Role.OWNER

    def test_a_cluster_that_comes_back_finds_its_rooms_as_they_were(self, cluster, room, manager, member):
        add(room, member)
        for state in (Cluster.State.SUSPENDED, Cluster.State.ACTIVE):
            cluster.state = state
            cluster.save()
            assert enters(member, room) is (state == Cluster.State.ACTIVE)
        room.refresh_from_db()
        assert (room.state, place_of(room, manager).role) == (Room.State.ACTIVE, Role.OWNER)

    def test_a_suspended_cluster_takes_its_people_out_of_rooms_elsewhere(self, cluster, manager, stranger):
        room = make_room(cluster, owner=manager, scopes=[PLATFORM], members=[stranger])
        foreign = Membership.objects.get(person=stranger).cluster
        foreign.state = Cluster.State.SUSPENDED
        foreign.save()
        assert place_of(room, stranger).state == State.REQUESTED


class TestTheEnd:
    def test_an_archived_room_is_read_and_not_written_in(self, room, manager, member):
        add(room, member)
        said = say(room, manager)
        actions.archive_room(room, by=manager)
        assert Message.objects.readable_by(place_of(room, member)).filter(pk=said.pk).exists()
        with pytest.raises(actions.NotPossible):
            say(room, member)
        actions.reopen_room(room, by=manager)
        say(room, member)

    def test_a_deleted_room_is_gone_for_all_but_its_owner(self, room, manager, member):
        add(room, member)
        actions.delete_room(room, by=manager)
        assert not sees(member, room)
        assert (sees(manager, room), enters(manager, room)) == (True, False)
        actions.restore_room(room, by=manager)
        assert enters(member, room)

    def test_after_thirty_days_it_is_emptied_and_its_number_stays(self, room, manager, member):
        add(room, member)
        say(room, manager, "A secret")
        actions.delete_room(room, by=manager)
        assert actions.empty_deleted_rooms() == 0
        Room.objects.filter(pk=room.pk).update(state_changed_at=timezone.now() - timedelta(days=31))
        with pytest.raises(actions.NotPossible):
            actions.restore_room(room, by=manager)
        assert actions.empty_deleted_rooms() == 1
        assert actions.empty_deleted_rooms() == 0
        emptied = Room.objects.get(pk=room.pk)
        assert not Message.objects.filter(conversation=emptied.conversation_id).exists()
        assert emptied.purpose == ""
        assert not sees(manager, room)

    def test_only_owners_change_archive_or_delete(self, room, member):
        add(room, member, role="moderator")
        for act in (actions.archive_room, actions.delete_room):
            with pytest.raises(PermissionDenied):
                act(room, by=member)
        with pytest.raises(PermissionDenied):
            actions.change_room(room, by=member, name="Mine")

    def test_old_messages_go_where_the_room_says_so(self, room, manager):
        old = say(room, manager, "Old")
        Message.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=40))
        new = say(room, manager, "New")
        assert actions.remove_old_messages() == 0
        actions.change_room(room, by=manager, retention_days=30)
        actions.remove_old_messages()
        kept = Message.objects.filter(conversation=room.conversation_id, kind="text")
        assert list(kept) == [new]
        room.conversation.refresh_from_db()
        assert room.conversation.floor_seq == old.seq
