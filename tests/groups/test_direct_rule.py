"""Who may write to whom in direct messages: choices, requests, blocks, and what was lost since."""

import uuid

import pytest

from hanse_access.scopes import PUBLIC
from hanse_activity.blocks import block, unblock
from hanse_activity.models import Notification
from hanse_groups import actions
from hanse_groups.actions import NotPermitted, NotPossible
from hanse_groups.actions import direct as acts
from hanse_groups.models import Direct, Message, Participant
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.direct import accepts, make_group, seat, talk, write
from tests.factories.people import UserFactory
from tests.factories.profiles import PLATFORM, ProfileFactory
from tests.factories.rooms import add, say

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("profiles")]


@pytest.fixture
def guest(db):
    """Without a cluster, in a room with the manager and nobody else."""
    return UserFactory()


def told(person, kind: str) -> int:
    return Notification.objects.unread().filter(recipient=person, kind=f"direct.{kind}").count()


def bodies(direct, person) -> list[str]:
    return list(Message.objects.readable_by(seat(direct, person)).filter(kind="text").values_list("body", flat=True))


class TestWhoAcceptsMessages:
    def test_everybody_who_sees_the_profile_unless_chosen_otherwise(self, member, other, stranger):
        write(member, other)
        write(member, stranger)
        assert Direct.objects.count() == 2

    @pytest.mark.parametrize(
        ("whom", "from_cluster", "from_stranger", "from_room"),
        [
            ("everybody", True, True, True),
            ("close", True, False, True),
            ("rooms", False, False, True),
            ("nobody", False, False, False),
        ],
    )
    def test_each_choice_admits_whom_it_says(
        self, room, ada, ben, other, stranger, whom, from_cluster, from_stranger, from_room
    ):
        ProfileFactory(person=ada, scopes=[PLATFORM])
        accepts(ada, whom)
        for person, may in ((other, from_cluster), (stranger, from_stranger), (ben, from_room)):
            if may:
                write(person, ada)
            else:
                with pytest.raises(NotPossible):
                    write(person, ada)
        assert Direct.objects.count() == sum((from_cluster, from_stranger, from_room))

    def test_whom_one_does_not_accept_messages_from_one_cannot_write_to(self, member, other):
        accepts(member, "nobody")
        with pytest.raises(NotPossible, match="own settings"):
            write(member, other)

    def test_is_asked_again_with_each_message(self, member, other):
        direct = talk(member, other)
        accepts(other, "nobody")
        for act in (
            lambda: write(member, other, "Are you there?"),
            lambda: actions.edit_message(Message.objects.get(), by=member, body="Changed"),
            lambda: actions.react(Message.objects.get(), "useful", by=member),
        ):
            with pytest.raises(NotPossible):
                act()
        assert bodies(direct, member) == bodies(direct, other) == ["Hello"]
        accepts(other, "everybody")
        write(member, other, "There you are")

    def test_what_one_said_can_be_taken_back_at_any_time(self, member, other):
        talk(member, other)
        accepts(other, "nobody")
        actions.delete_message(Message.objects.get(), by=member)
        assert Message.objects.get().is_deleted

    def test_guests_write_to_people_in_the_same_room_only(self, room, manager, guest, member):
        add(room, guest, role="guest")
        write(guest, manager)
        write(manager, guest)
        ProfileFactory(person=manager, scopes=[PUBLIC])
        elsewhere = MembershipFactory(cluster=ClusterFactory()).person
        ProfileFactory(person=elsewhere, scopes=[PUBLIC])
        with pytest.raises(NotPossible, match="Without a cluster"):
            write(guest, elsewhere)
        assert Direct.objects.count() == 1

    def test_a_guest_who_leaves_the_room_reads_and_no_longer_writes(self, room, manager, guest):
        add(room, guest, role="guest")
        direct = talk(guest, manager)
        actions.leave(room, by=guest)
        assert bodies(direct, guest) == ["Hello"]
        for by, to in ((guest, manager), (manager, guest)):
            with pytest.raises(NotPossible):
                write(by, to)


class TestLosingWhatOneShared:
    def test_an_answered_conversation_goes_on(self, member, other):
        write(member, other)
        write(other, member)
        self.move_away(other)
        write(member, other, "Still here?")

    def test_an_unanswered_one_can_be_read_and_not_written_in(self, member, other):
        direct = talk(member, other)
        self.move_away(other)
        with pytest.raises(NotPossible, match="share no cluster"):
            write(member, other)
        assert bodies(direct, member) == bodies(direct, other) == ["Hello"]
        write(other, member, "Answering all the same")
        write(member, other)

    def test_an_answer_does_not_pass_a_narrower_choice(self, member, other):
        write(member, other)
        write(other, member)
        accepts(other, "close")
        self.move_away(other)
        with pytest.raises(NotPossible, match="own clusters and rooms"):
            write(member, other)

    @staticmethod
    def move_away(person) -> None:
        membership = person.memberships.get()
        membership.cluster = ClusterFactory()
        membership.save()


class TestRequests:
    def test_a_first_message_from_a_stranger_is_a_request(self, member, stranger):
        direct = talk(stranger, member, "May I ask you something?")
        assert seat(direct, member).state == "invited"
        assert not Direct.objects.filter(
            conversation__participants__in=Participant.objects.active().of(member)
        ).exists()
        assert (told(member, "request"), told(member, "message")) == (1, 0)
        assert not Message.objects.readable_by(seat(direct, member)).exists()

    def test_is_one_message_until_it_is_accepted(self, member, stranger):
        direct = talk(stranger, member)
        with pytest.raises(NotPossible, match="not answered yet"):
            write(stranger, member, "Hello?")
        acts.accept(seat(direct, member), by=member)
        write(stranger, member, "Thank you")
        assert bodies(direct, member) == ["Hello", "Thank you"]
        write(member, stranger)

    def test_an_ignored_one_looks_unanswered_and_does_not_come_again(self, member, stranger):
        direct = talk(stranger, member)
        acts.ignore(seat(direct, member), by=member)
        with pytest.raises(NotPossible, match="not answered yet"):
            write(stranger, member)
        assert told(stranger, "message") == 0
        assert Direct.objects.count() == 1

    def test_who_ignored_can_write_later_and_has_accepted_then(self, member, stranger):
        direct = talk(stranger, member)
        acts.ignore(seat(direct, member), by=member)
        write(member, stranger, "Now I have time")
        assert bodies(direct, member) == ["Hello", "Now I have time"]
        write(stranger, member)

    def test_who_blocks_instead_hears_nothing_more(self, member, stranger):
        direct = talk(stranger, member)
        acts.block_asking(seat(direct, member), by=member)
        with pytest.raises(NotPossible, match="not answered yet"):
            write(stranger, member)
        with pytest.raises(NotPossible, match="You block"):
            write(member, stranger)

    def test_only_the_asked_person_decides_and_once(self, member, other, stranger):
        request = seat(talk(stranger, member), member)
        for act in (acts.accept, acts.ignore, acts.block_asking):
            for somebody in (other, stranger):
                with pytest.raises(NotPermitted):
                    act(request, by=somebody)
        acts.accept(request, by=member)
        with pytest.raises(NotPossible):
            acts.ignore(request, by=member)


class TestBlocking:
    @pytest.mark.parametrize("blocker", [0, 1])
    def test_nothing_can_be_sent_in_either_direction(self, member, other, blocker):
        direct = talk(member, other)
        both = (member, other)
        block(both[blocker], both[1 - blocker])
        for by, to in (both, both[::-1]):
            with pytest.raises(NotPossible):
                write(by, to)
        assert bodies(direct, member) == bodies(direct, other) == ["Hello"]
        unblock(both[blocker], both[1 - blocker].pk)
        write(member, other)

    def test_is_not_told_it_reads_like_any_other_refusal(self, member, other, third):
        talk(member, other)
        talk(member, third)
        block(other, member)
        accepts(third, "nobody")
        texts = []
        for person in (other, third):
            with pytest.raises(NotPossible) as refused:
                write(member, person)
            texts.append(str(refused.value).replace(person.get_full_name(), "X"))
        assert texts[0] == texts[1]

    def test_nobody_begins_with_whom_they_block_or_who_blocks_them(self, member, other):
        block(other, member)
        for by, to in ((member, other), (other, member)):
            with pytest.raises(NotPossible):
                write(by, to)
        assert not Direct.objects.exists()

    def test_in_a_group_it_hides_and_tells_nothing(self, member, other, third):
        direct = make_group(member, other, third)
        actions.mark_read(direct.conversation, by=other, seq=9)
        block(other, third)
        said = actions.post_message(direct.conversation, by=third, body="To all", client_key=uuid.uuid4())
        assert (told(other, "message"), told(member, "message")) == (0, 1)
        assert not Message.objects.unread_by(other).filter(pk=said.pk).exists()
        assert Message.objects.unread_by(member).filter(pk=said.pk).exists()

    def test_in_rooms_what_is_hidden_is_not_counted_as_unread(self, room, ada, ben):
        say(room, ada)
        assert Message.objects.unread_by(ben).count() == 1
        block(ben, ada)
        assert Message.objects.unread_by(ben).count() == 0
