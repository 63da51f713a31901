"""Answers in threads: under the message that began them, not in the log."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from hanse_groups import actions, reading
from hanse_groups.models import Message
from hanse_groups.payloads import payloads
from tests.factories.rooms import place_of, say

from .talk import address, browser, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def begun(room, ada):
    return say(room, ada, "Which supplier?")


def chat(room, **query):
    return reverse("hanse_groups:chat", args=[room.uid], query=query)


def bodies(page) -> list[str]:
    return [message["html"] for message in page.messages if message["kind"] == "text"]


def in_log(answer) -> list[str]:
    return [message["id"] for message in answer.context["log"]]


class TestAnswers:
    def test_they_stand_in_their_thread_and_not_in_the_log(self, room, ada, ben, begun):
        answer, other = say(room, ben, "Ask Meyer", thread=begun), say(room, ben, "By the way")
        log, thread = browser(ada).get(chat(room)), browser(ada).get(chat(room, thread=begun.uid))
        assert in_log(log)[-2:] == [str(begun.uid), str(other.uid)]
        assert in_log(thread) == [str(begun.uid), str(answer.uid)]
        page = browser(ada).get(address(room), {"thread": begun.uid}).json()
        assert [message["id"] for message in page["messages"]] == [str(answer.uid)]

    def test_the_beginning_says_how_many_there_are(self, room, ada, ben, begun):
        first = say(room, ben, "Ask Meyer", thread=begun)
        second = say(room, ben, "Or Kunz", thread=begun)
        [shown] = [m for m in reading.latest(place_of(room, ada)).messages if m["id"] == str(begun.uid)]
        assert (shown["answers"]["count"], shown["answers"]["seq"]) == (2, second.seq)
        actions.delete_message(first, by=ben)
        [shown] = [m for m in reading.latest(place_of(room, ada)).messages if m["id"] == str(begun.uid)]
        assert shown["answers"]["count"] == 1

    def test_open_pages_learn_of_both(self, room, ada, ben, begun):
        known = reading.changes(place_of(room, ada), 0).version
        answer = say(room, ben, "Ask Meyer", thread=begun)
        changed = reading.changes(place_of(room, ada), known).messages
        assert [message["id"] for message in changed] == [str(answer.uid), str(begun.uid)]
        assert changed[0]["thread"] == {"id": str(begun.uid)}

    def test_they_count_as_unread_until_the_end_of_the_log_is_seen(self, room, ada, ben, begun):
        say(room, ben, "Ask Meyer", thread=begun)
        assert Message.objects.unread_by(ada).count() == 1
        shown = browser(ada).get(chat(room))
        assert [m["has_new_answers"] for m in shown.context["log"] if m["id"] == str(begun.uid)] == [True]
        browser(ada).post(
            reverse("hanse_groups:read", args=[room.conversation.uid]), {"seq": shown.context["settings"]["newest"]}
        )
        assert not Message.objects.unread_by(ada).exists()
        again = browser(ada).get(chat(room))
        assert not any(m.get("has_new_answers") for m in again.context["log"])

    def test_their_own_address_leads_into_the_thread(self, room, ada, ben, begun):
        answer = say(room, ben, "Ask Meyer", thread=begun)
        leads = browser(ada).get(reverse("hanse_groups:message", args=[room.uid, answer.uid]))
        assert leads["Location"] == f"{chat(room)}?thread={begun.uid}&around={answer.seq}#m-{answer.uid}"
        found = browser(ada).get(reverse("hanse_groups:search", args=[room.uid]), {"q": "Meyer"})
        assert [message.address for message in found.context["found"]] == [leads["Location"]]

    def test_the_form_answers_there_and_comes_back_there(self, room, ada, begun):
        page = browser(ada).get(chat(room, thread=begun.uid))
        assert f'name="thread" value="{begun.uid}"' in page.text
        sent = browser(ada).post(address(room), {"body": "Ask Meyer", "thread": str(begun.uid)})
        answer = Message.objects.get(body="Ask Meyer")
        assert answer.thread == begun
        assert sent["Location"] == f"{chat(room)}?thread={begun.uid}&around={answer.seq}#m-{answer.uid}"

    def test_what_was_refused_stays_in_the_form_of_the_thread(self, room, ada, begun):
        refused = browser(ada).post(address(room), {"body": "x" * 10_001, "thread": str(begun.uid)})
        assert refused.status_code == 400
        assert refused.context["thread"] == begun
        elsewhere = browser(ada).post(address(room), {"body": "Kept", "thread": "x"})
        assert elsewhere.status_code == 400
        assert "Kept" in elsewhere.text
        assert "x" * 10_001 in refused.text


class TestWhatIsNoThread:
    def test_an_answer_begins_none_and_neither_does_an_event(self, room, ada, ben, begun):
        answer = say(room, ben, "Ask Meyer", thread=begun)
        event = Message.objects.filter(conversation=room.conversation, kind="system").first()
        for other in (answer.uid, event.uid, "00000000-0000-0000-0000-000000000000", "x", "\x00"):
            assert browser(ada).get(chat(room, thread=other)).status_code == 404

    def test_nobody_outside_opens_one(self, room, begun, other):
        assert browser(other).get(chat(room, thread=begun.uid)).status_code == 404


class TestNewcomers:
    def test_answers_to_what_was_before_stand_in_their_log(self, newcomer, manager):
        room, before, person = newcomer
        answer = say(room, manager, "As agreed", thread=before)
        assert "As agreed" in "".join(bodies(reading.latest(place_of(room, person))))
        [changed] = reading.changes(place_of(room, person), answer.seq - 1).messages
        assert changed["thread"] == {"id": ""}
        page = browser(person).get(chat(room))
        assert "As agreed" in page.text
        assert str(before.uid) not in page.text
        assert (
            "thread="
            not in browser(person).get(reverse("hanse_groups:message", args=[room.uid, answer.uid]))["Location"]
        )

    def test_the_thread_itself_is_not_for_them(self, newcomer, manager):
        room, before, person = newcomer
        say(room, manager, "As agreed", thread=before)
        assert browser(person).get(chat(room, thread=before.uid)).status_code == 404

    def test_a_hint_of_such_an_answer_is_not_forwarded_as_it_is(self, newcomer, manager):
        room, before, person = newcomer
        answer = say(room, manager, "As agreed", thread=before)
        [hint] = payloads(room.conversation, [answer])
        assert hint["oldest"] == before.seq <= place_of(room, person).from_seq


def test_what_retention_removes_leaves_its_answers_in_the_log(room, manager, ada, begun):
    answer = say(room, manager, "Ask Meyer", thread=begun)
    actions.change_room(room, by=manager, retention_days=30)
    Message.objects.filter(pk=begun.pk).update(created_at=timezone.now() - timedelta(days=31))
    actions.remove_old_messages()
    assert str(answer.uid) in [message["id"] for message in reading.latest(place_of(room, ada)).messages]


def test_a_quote_can_be_chosen_without_javascript(room, ada, ben, begun):
    page = browser(ben).get(chat(room, quote=begun.uid))
    assert f'name="quoted" value="{begun.uid}"' in page.text
    assert send(ben, address(room), body="Meyer", quoted=str(begun.uid)).status_code == 201
    actions.delete_message(begun, by=ada)
    assert browser(ben).get(chat(room, quote=begun.uid)).status_code == 404
