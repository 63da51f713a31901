"""Direct conversations: one for each two people, groups of up to eight, requests, and what becomes of them."""

import uuid

import pytest

from hanse_activity.blocks import block
from hanse_activity.models import Notification
from hanse_groups import actions
from hanse_groups.actions import NotPermitted, NotPossible
from hanse_groups.actions import direct as acts
from hanse_groups.models import Conversation, Direct, Message, Participant
from hanse_members.roles import Role
from tests.factories.clusters import MembershipFactory
from tests.factories.direct import make_group, seat, talk, write
from tests.factories.people import UserFactory
from tests.factories.profiles import PLATFORM, ProfileFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("profiles")]


def told(person, kind: str) -> int:
    return Notification.objects.unread().filter(recipient=person, kind=f"direct.{kind}").count()


def bodies(direct, person) -> list[str]:
    return list(Message.objects.readable_by(seat(direct, person)).filter(kind="text").values_list("body", flat=True))


class TestTwoPeople:
    def test_have_one_conversation_whoever_begins(self, member, other):
        first, second = write(member, other, "Good morning"), write(other, member, "And to you")
        assert first.conversation_id == second.conversation_id
        assert Direct.objects.count() == Conversation.objects.count() == 1
        direct = Direct.objects.get()
        assert bodies(direct, member) == bodies(direct, other) == ["Good morning", "And to you"]

    def test_sending_again_is_the_same_message(self, member, other):
        key = uuid.uuid4()
        said = [acts.write_to(other, by=member, body="Once", client_key=key) for _ in range(2)]
        assert said[0] == said[1]
        assert Message.objects.count() == 1

    def test_nobody_writes_to_themselves(self, member):
        with pytest.raises(NotPermitted):
            write(member, member)

    def test_who_is_neither_seen_nor_in_a_room_is_not_there(self, member, cluster):
        hidden = MembershipFactory(cluster=cluster).person
        with pytest.raises(NotPermitted):
            write(member, hidden)
        assert not Conversation.objects.exists()

    def test_people_in_a_room_write_without_a_profile(self, room, ada, ben):
        write(ada, ben)
        assert Participant.objects.filter(conversation__direct__isnull=False, state="active").count() == 2

    def test_a_refused_message_leaves_nothing_behind(self, member, other):
        with pytest.raises(NotPossible):
            write(member, other, " ")
        assert not Conversation.objects.exists()

    def test_are_not_left_and_nobody_is_added(self, member, other, third):
        direct = talk(member, other)
        for act in (acts.leave_group, lambda direct, by: acts.add_person(direct, third, by=by)):
            with pytest.raises(NotPermitted):
                act(direct, by=member)

    def test_move_to_the_top_of_the_list_with_each_message(self, member, other, third):
        early, late = talk(member, other), talk(member, third)
        assert list(Direct.objects.all()) == [late, early]
        write(other, member)
        assert list(Direct.objects.all()) == [early, late]

    def test_begin_a_number_of_conversations_a_day(self, member, cluster, monkeypatch):
        monkeypatch.setattr(
            acts, "STARTED", type(acts.STARTED)(type(acts.STARTED.limit)("t", 2, acts.STARTED.limit.period))
        )
        people = [MembershipFactory(cluster=cluster).person for _ in range(3)]
        for person in people:
            ProfileFactory(person=person, scopes=[PLATFORM])
        write(member, people[0])
        write(member, people[1])
        with pytest.raises(NotPossible):
            write(member, people[2])
        write(member, people[0])
        assert Direct.objects.count() == 2


class TestGroups:
    def test_have_three_to_eight_people(self, member, other, third, cluster):
        with pytest.raises(NotPossible):
            make_group(member, other)
        many = [MembershipFactory(cluster=cluster).person for _ in range(8)]
        for person in many:
            ProfileFactory(person=person, scopes=[PLATFORM])
        with pytest.raises(NotPossible):
            make_group(member, *many)
        direct = make_group(member, *many[:7])
        assert Participant.objects.active().filter(conversation=direct.pk).count() == 8
        with pytest.raises(NotPossible):
            acts.add_person(direct, many[7], by=member)

    def test_are_new_each_time_and_the_same_when_sent_again(self, member, other, third):
        key = uuid.uuid4()
        for _ in range(2):
            acts.begin_group([other, third], by=member, body="Hello", client_key=key)
        assert Direct.objects.count() == 1
        make_group(member, other, third)
        assert Direct.objects.count() == 2

    def test_who_comes_later_reads_from_then_on(self, member, other, third, cluster):
        late = MembershipFactory(cluster=cluster).person
        ProfileFactory(person=late, scopes=[PLATFORM])
        direct = make_group(member, other, third, body="Between us")
        acts.add_person(direct, late, by=other)
        actions.post_message(direct.conversation, by=third, body="Welcome", client_key=uuid.uuid4())
        assert bodies(direct, late) == ["Welcome"]
        assert bodies(direct, member) == ["Between us", "Welcome"]

    def test_a_stranger_is_asked_and_reads_from_the_answer_on(self, member, other, third, stranger):
        direct = make_group(member, other, third, body="Between us")
        added = acts.add_person(direct, stranger, by=member)
        assert (added.state, told(stranger, "request")) == ("invited", 1)
        actions.post_message(direct.conversation, by=third, body="Not yet", client_key=uuid.uuid4())
        assert told(stranger, "message") == 0
        acts.accept(added, by=stranger)
        actions.post_message(direct.conversation, by=third, body="Welcome", client_key=uuid.uuid4())
        assert bodies(direct, stranger) == ["Welcome"]

    def test_who_ignored_is_not_asked_again(self, member, other, third, stranger):
        direct = make_group(member, other, third)
        acts.ignore(acts.add_person(direct, stranger, by=member), by=stranger)
        with pytest.raises(NotPossible):
            acts.add_person(direct, stranger, by=other)

    def test_bring_nobody_together_who_does_not_want_the_other(self, member, other, third):
        block(other, third)
        with pytest.raises(NotPossible) as refused:
            make_group(member, other, third)
        assert other.get_full_name() not in str(refused.value)
        assert third.get_full_name() not in str(refused.value)

    def test_who_leaves_reads_nothing_more_and_can_be_added_anew(self, member, other, third):
        direct = make_group(member, other, third, body="Between us")
        acts.leave_group(direct, by=other)
        assert bodies(direct, other) == []
        assert not Participant.objects.active().of(other).filter(conversation=direct.pk).exists()
        acts.add_person(direct, other, by=third)
        assert bodies(direct, other) == []

    def test_what_nobody_can_read_any_more_goes(self, member, other, third):
        direct = make_group(member, other, third)
        for person in (member, other, third):
            acts.leave_group(direct, by=person)
        assert not Conversation.objects.filter(pk=direct.pk).exists()
        assert not Message.objects.exists()

    def test_take_a_title_that_all_see(self, member, other, third):
        direct = make_group(member, other, third)
        acts.rename(direct, "  The  fair ", by=other)
        assert Direct.objects.get().title == "The fair"
        with pytest.raises(NotPossible):
            acts.rename(direct, "x" * 101, by=other)
        with pytest.raises(NotPermitted):
            acts.rename(direct, "Mine", by=UserFactory())


class TestTelling:
    def test_once_until_it_is_read(self, member, other):
        direct = talk(member, other, "One", "Two")
        assert told(other, "message") == 1
        actions.mark_read(direct.conversation, by=other, seq=2)
        assert told(other, "message") == 0
        write(member, other, "Three")
        assert told(other, "message") == 1

    def test_not_who_wants_to_hear_nothing(self, member, other):
        direct = talk(member, other)
        actions.mark_read(direct.conversation, by=other, seq=1)
        actions.set_level(direct.conversation, "none", by=other)
        write(member, other)
        assert told(other, "message") == 0

    def test_in_groups_only_of_mentions_where_that_was_chosen(self, member, other, third):
        direct = make_group(member, other, third)
        actions.mark_read(direct.conversation, by=other, seq=1)
        actions.set_level(direct.conversation, "mentions", by=other)
        actions.post_message(direct.conversation, by=third, body="Hello", client_key=uuid.uuid4())
        assert told(other, "message") == 0
        body = f"@{other.get_full_name()} please look"
        actions.post_message(direct.conversation, by=third, body=body, client_key=uuid.uuid4())
        assert told(other, "message") == 1


def test_an_owner_of_a_cluster_is_not_in_the_conversations_of_its_people(cluster, member, other):
    manager = MembershipFactory(cluster=cluster, role=Role.MANAGER).person
    direct = talk(member, other)
    with pytest.raises(NotPermitted):
        actions.post_message(direct.conversation, by=manager, body="I see you", client_key=uuid.uuid4())
    with pytest.raises(NotPermitted):
        actions.mark_read(direct.conversation, by=manager, seq=1)
