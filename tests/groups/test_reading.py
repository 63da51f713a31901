"""What is said in a room: who reads it, what counts as read, and who is told."""

from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from hanse_activity.blocks import block
from hanse_activity.models import Notification
from hanse_groups import actions, reading
from hanse_groups.models import Message, Participant
from hanse_groups.people import key_in
from hanse_groups.surfaces import unread_counts
from tests.factories.rooms import place_of, say

from .talk import address, browser, send, told

pytestmark = pytest.mark.django_db


class TestNewcomers:
    """Who came later reads nothing of what was before, by no way."""

    def test_reads_nothing_of_it(self, newcomer):
        room, before, person = newcomer
        chat = reverse("hanse_groups:chat", args=[room.uid])
        for where, data in (
            (address(room), {}),
            (address(room), {"before": 999}),
            (address(room), {"after": 0}),
            (address(room), {"around": before.seq}),
            (reverse("hanse_groups:changes", args=[room.conversation.uid]), {"after": 0}),
            (chat, {}),
            (chat, {"around": before.seq}),
            (reverse("hanse_groups:search", args=[room.uid]), {"q": "secret"}),
            (reverse("hanse_groups:room", args=[room.uid]), {}),
        ):
            answer = browser(person).get(where, data)
            assert answer.status_code == 200
            assert "Secret merger" not in answer.text, where

    def test_has_no_address_of_it(self, newcomer):
        room, before, person = newcomer
        for where in (address(room, before), reverse("hanse_groups:message", args=[room.uid, before.uid])):
            assert browser(person).get(where).status_code == 404
        assert browser(person).get(address(room), {"thread": before.uid}).status_code == 404

    @pytest.mark.parametrize("act", ["edit", "delete", "react", "pin", "unpin"])
    def test_does_nothing_with_it(self, newcomer, act):
        room, before, person = newcomer
        answer = send(person, address(room, before, act), kind="agree", body="x", reason="x")
        assert answer.status_code == 404

    def test_does_not_act_on_it_by_the_actions_either(self, newcomer):
        room, before, person = newcomer
        with pytest.raises(PermissionDenied):
            actions.react(before, "agree", by=person)
        with pytest.raises(actions.NotPossible):
            say(room, person, quoted=before)
        assert send(person, address(room), body="What?", quoted=str(before.uid)).status_code == 400

    def test_sees_no_words_of_it_in_quotes(self, newcomer, manager):
        room, before, person = newcomer
        answer = say(room, manager, "As I said", quoted=before)
        [payload] = reading.changes(place_of(room, person), answer.seq - 1).messages
        assert payload["quote"] == {"id": "", "key": "", "name": "", "text": ""}
        for where in (address(room), address(room, answer), reverse("hanse_groups:chat", args=[room.uid])):
            text = browser(person).get(where).text
            assert "As I said" in text
            assert "Secret merger" not in text
            assert str(before.uid) not in text

    def test_nor_among_what_is_pinned(self, newcomer, manager):
        room, before, person = newcomer
        actions.pin_message(before, by=manager)
        assert not browser(person).get(reverse("hanse_groups:chat", args=[room.uid])).context["pins"]

    def test_hears_of_no_later_change_of_it(self, newcomer, manager):
        room, before, person = newcomer
        actions.edit_message(before, by=manager, body="Secret sale")
        found = reading.changes(place_of(room, person), 0)
        room.conversation.refresh_from_db()
        assert "Secret" not in str(found.messages)
        assert found.version == room.conversation.last_seq


class TestReading:
    def unread(self, room, person) -> int:
        counts = unread_counts(person, [room.conversation_id])
        assert counts.get(room.conversation_id, 0) == Message.objects.unread_by(person).count()
        return counts.get(room.conversation_id, 0)

    def test_what_others_said_is_unread_until_it_is_read(self, room, manager, ada, ben):
        for text in ("One", "Two", "Three"):
            said = say(room, manager, text)
        assert self.unread(room, ada) == 3
        assert self.unread(room, manager) == 0
        actions.mark_read(room.conversation, by=ada, seq=said.seq - 1)
        assert self.unread(room, ada) == 1
        assert self.unread(room, ben) == 3

    def test_the_list_the_side_bar_the_home_page_and_the_tab_show_the_same_number(self, room, manager, ada):
        for text in ("One", "Two", "Three"):
            said = say(room, manager, text)
        actions.mark_read(room.conversation, by=ada, seq=said.seq - 1)
        client = browser(ada)
        [row] = client.get("/rooms/").context["item_list"].rows
        home = client.get(room.get_absolute_url())
        assert row.unread == home.context["unread"] == home.context["tabs"][1]["count"] == self.unread(room, ada) == 1
        assert home.text.count('<span class="count">1<span class="vh"> unread') == 1
        [row] = browser(manager).get("/rooms/").context["item_list"].rows
        assert row.unread == 0

    def test_what_was_taken_back_is_not_unread(self, room, manager, ada):
        said = say(room, manager)
        actions.delete_message(said, by=manager)
        assert self.unread(room, ada) == 0

    def test_reading_never_goes_back(self, room, manager, ada):
        said = say(room, manager)
        assert actions.mark_read(room.conversation, by=ada, seq=said.seq) == said.seq
        assert actions.mark_read(room.conversation, by=ada, seq=1) == said.seq
        assert place_of(room, ada).last_read_seq == said.seq

    def test_nor_beyond_what_there_is(self, room, manager, ada):
        said = say(room, manager)
        assert actions.mark_read(room.conversation, by=ada, seq=10**9) == said.seq
        say(room, manager, "Later")
        assert self.unread(room, ada) == 1

    def test_who_writes_has_read(self, room, manager, ada):
        say(room, manager)
        say(room, ada)
        assert self.unread(room, ada) == 0

    def test_only_who_is_in_it_reads(self, room, member):
        with pytest.raises(PermissionDenied):
            actions.mark_read(room.conversation, by=member, seq=1)
        read = reverse("hanse_groups:read", args=[room.conversation.uid])
        assert send(member, read, seq=1).status_code == 404

    def test_pages_of_history_have_every_message_once(self, room, manager, ada):
        said = [str(say(room, manager, str(number)).uid) for number in range(25)]
        place = place_of(room, ada)
        back, seq = [], None
        while True:
            page = reading.before(place, seq, number=7)
            back = [m["id"] for m in page.messages if m["kind"] == "text"] + back
            if not page.more_before:
                break
            seq = page.messages[0]["seq"]
        forth, seq = [], 0
        while True:
            page = reading.after(place, seq, number=7)
            forth += [m["id"] for m in page.messages if m["kind"] == "text"]
            if not page.more_after:
                break
            seq = page.messages[-1]["seq"]
        assert back == forth == said


class TestTelling:
    def test_who_is_mentioned_is_told_until_the_chat_is_read(self, room, manager, ada, ben):
        said = say(room, manager, "@Ada Berg please")
        assert (told(ada, "mention"), told(ben, "mention")) == (1, 0)
        actions.mark_read(room.conversation, by=ada, seq=said.seq - 1)
        assert told(ada, "mention") == 1
        actions.mark_read(room.conversation, by=ada, seq=said.seq)
        assert told(ada, "mention") == 0

    def test_who_wants_to_hear_of_nothing_hears_nothing(self, room, manager, ada):
        actions.set_level(room.conversation, Participant.Level.NONE, by=ada)
        say(room, manager, "@Ada Berg @room")
        assert not Notification.objects.filter(recipient=ada, kind__in=["rooms.mention", "rooms.messages"]).exists()

    def test_of_every_message_one_word_is_enough_until_it_is_read(self, room, manager, ada):
        actions.set_level(room.conversation, Participant.Level.ALL, by=ada)
        say(room, manager, "One")
        said = say(room, manager, "Two")
        assert told(ada, "messages") == 1
        actions.mark_read(room.conversation, by=ada, seq=said.seq)
        assert told(ada, "messages") == 0
        say(room, manager, "Three")
        assert told(ada, "messages") == 1

    def test_one_message_is_told_in_one_way(self, room, manager, ada):
        actions.set_level(room.conversation, Participant.Level.ALL, by=ada)
        say(room, manager, "@Ada Berg")
        assert (told(ada, "mention"), told(ada, "messages")) == (1, 0)

    def test_nobody_is_told_of_own_words(self, room, manager):
        say(room, manager, "@room")
        assert not Notification.objects.filter(recipient=manager, kind__in=["rooms.mention", "rooms.messages"]).exists()

    def test_a_mention_taken_back_is_told_no_more(self, room, manager, ada):
        said = say(room, manager, "@Ada Berg")
        actions.delete_message(said, by=manager)
        answer = browser(ada).get(reverse("hanse_activity:notifications"))
        assert answer.status_code == 200
        assert str(said.uid) not in answer.text


class TestBlocking:
    @pytest.fixture
    def blocked(self, room, ada, ben):
        """Ada blocks Ben, who said this."""
        block(ada, ben)
        return say(room, ben, "Unwanted words")

    def test_what_a_blocked_person_says_is_not_shown_to_who_blocks(self, room, manager, ada, blocked):
        say(room, manager, "Quoting", quoted=blocked)
        page = reverse("hanse_groups:chat", args=[room.uid])
        shown = browser(ada).get(page)
        assert "Quoting" in shown.text
        assert "Unwanted words" not in shown.text
        assert "Unwanted words" in browser(manager).get(page).text

    def test_a_blocked_person_does_not_learn_of_it(self, room, ben, blocked):
        answer = browser(ben).get(reverse("hanse_groups:chat", args=[room.uid]))
        assert "Unwanted words" in answer.text
        assert answer.context["settings"]["blocked"] == []

    def test_the_page_knows_whose_words_to_leave_out(self, room, ada, ben, blocked):
        answer = browser(ada).get(reverse("hanse_groups:chat", args=[room.uid]))
        assert answer.context["settings"]["blocked"] == [key_in(room.conversation_id, ben.pk)]

    def test_a_mention_by_a_blocked_person_is_not_told(self, room, ada, ben, blocked):
        say(room, ben, "@Ada Berg")
        assert told(ada, "mention") == 0
        say(room, ada, "@Ben Cord")
        assert told(ben, "mention") == 1


class TestRetention:
    def test_old_messages_go_for_good_with_all_that_shows_their_words(self, room, manager, ada):
        actions.change_room(room, by=manager, retention_days=30)
        old = say(room, manager, "Secret merger")
        actions.react(old, "agree", by=ada)
        answer = say(room, ada, "Agreed", quoted=old)
        Message.objects.filter(seq__lte=old.seq).update(created_at=timezone.now() - timedelta(days=31))
        older = Message.objects.filter(seq__lte=old.seq).count()
        room.conversation.refresh_from_db()
        version = room.conversation.last_seq
        assert actions.remove_old_messages() == older
        found = reading.changes(place_of(room, ada), version)
        assert found.floor == old.seq
        assert [message["id"] for message in found.messages] == [str(answer.uid)]
        assert "Secret merger" not in browser(ada).get(reverse("hanse_groups:chat", args=[room.uid])).text
        assert actions.remove_old_messages() == 0

    def test_whoever_has_nothing_new_to_catch_up_with_hears_of_it_too(self, room, manager, ada):
        actions.change_room(room, by=manager, retention_days=30)
        old = say(room, manager, "Secret merger")
        Message.objects.filter(seq__lte=old.seq).update(created_at=timezone.now() - timedelta(days=31))
        room.conversation.refresh_from_db()
        before = room.conversation.last_seq
        epoch = room.conversation.epoch
        actions.remove_old_messages()
        room.conversation.refresh_from_db()
        assert room.conversation.epoch > epoch
        assert reading.changes(place_of(room, ada), before).version > before
