"""What is said in a room: sending, changing, mentions, limits."""

import threading
import uuid

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, connections
from django.urls import reverse

from hanse_groups import actions, reading
from hanse_groups.actions.limits import SAID
from hanse_groups.models import Mention, Message, Reaction
from hanse_groups.people import key_in
from tests.factories.clusters import MembershipFactory
from tests.factories.people import UserFactory
from tests.factories.rooms import add, make_room, place_of, say

from .talk import address, browser, send, versions

pytestmark = pytest.mark.django_db


class TestSaying:
    def test_messages_take_the_next_number(self, room, manager):
        first, second = say(room, manager, "One"), say(room, manager, "Two")
        assert (second.seq, second.version_seq) == (first.seq + 1, first.seq + 1)

    def test_sent_again_it_is_the_same_message(self, room, manager):
        key = uuid.uuid4()
        sent = [
            actions.post_message(room.conversation, by=manager, body="Once", client_key=key),
            actions.post_message(room.conversation, by=manager, body="Once", client_key=key),
        ]
        assert sent[0] == sent[1]
        assert Message.objects.filter(body="Once").count() == 1

    def test_the_same_key_of_another_person_is_another_message(self, room, manager, ada):
        key = uuid.uuid4()
        for person in (manager, ada):
            actions.post_message(room.conversation, by=person, body="Hello", client_key=key)
        assert Message.objects.filter(body="Hello").count() == 2

    def test_it_is_sent_again_through_the_page_too(self, room, ada):
        key = str(uuid.uuid4())
        answers = [send(ada, address(room), body="Once", client_key=key) for _ in range(2)]
        assert [answer.status_code for answer in answers] == [201, 201]
        assert answers[0].json()["message"]["id"] == answers[1].json()["message"]["id"]
        assert answers[0].json()["message"]["key"] == key

    def test_what_was_sent_before_the_room_was_archived_can_be_sent_again(self, room, manager):
        key = uuid.uuid4()
        first = actions.post_message(room.conversation, by=manager, body="Once", client_key=key)
        actions.archive_room(room, by=manager)
        assert actions.post_message(room.conversation, by=manager, body="Once", client_key=key) == first

    def test_without_javascript_one_comes_back_to_the_message(self, room, ada):
        answer = browser(ada).post(address(room), {"body": "Hello", "client_key": str(uuid.uuid4())})
        said = Message.objects.get(body="Hello")
        assert answer.status_code == 302
        assert answer["Location"] == f"{reverse('hanse_groups:chat', args=[room.uid])}#m-{said.uid}"

    def test_another_text_in_a_form_that_was_sent_is_not_lost(self, room, ada):
        """As when somebody goes back in the browser and writes something else."""
        key = str(uuid.uuid4())
        first = browser(ada).post(address(room), {"body": "First", "client_key": key})
        again = browser(ada).post(address(room), {"body": " First\r\n", "client_key": key})
        assert again["Location"] == first["Location"]
        other = browser(ada).post(address(room), {"body": "Second", "client_key": key})
        assert other.status_code == 400
        assert other.context["draft"] == "Second"
        assert str(other.context["client_key"]) != key
        assert Message.objects.filter(kind="text", author=ada).count() == 1

    def test_an_answer_to_an_answer_belongs_to_the_same_thread(self, room, manager):
        root = say(room, manager, "Root")
        answer = say(room, manager, "Answer", thread=root)
        assert say(room, manager, "Another", thread=answer).thread == root

    def test_nobody_outside_says_anything(self, room, member, stranger):
        for person in (member, stranger):
            with pytest.raises(PermissionDenied):
                say(room, person)
            assert send(person, address(room), body="Hello").status_code == 404
        assert not Message.objects.filter(kind="text").exists()

    def test_a_message_of_another_room_is_not_quoted(self, room, cluster, manager):
        foreign = say(make_room(cluster, owner=manager), manager, "Elsewhere")
        with pytest.raises(actions.NotPossible):
            say(room, manager, quoted=foreign)
        with pytest.raises(actions.NotPossible):
            say(room, manager, thread=foreign)


@pytest.mark.django_db(transaction=True)
class TestAtOnce:
    """On PostgreSQL only: SQLite lets one transaction write at a time."""

    @pytest.fixture(autouse=True)
    def _needs_rows_to_lock(self):
        if connection.vendor == "sqlite":
            pytest.skip("SQLite lets one transaction write at a time; the suite on PostgreSQL runs this")

    def at_once(self, *acts) -> list:
        """What each gave or raised; all begin together."""
        begin, results = threading.Barrier(len(acts)), []

        def run(act):
            try:
                begin.wait(timeout=20)
                results.append(act())
            except Exception as problem:
                results.append(problem)
            finally:
                connections.close_all()

        threads = [threading.Thread(target=run, args=[act]) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        return results

    def test_two_sendings_of_one_message_at_once_are_one(self, room, manager):
        key = uuid.uuid4()
        post = lambda: actions.post_message(room.conversation, by=manager, body="Once", client_key=key)  # noqa: E731
        results = self.at_once(*[post] * 4)
        assert {message.pk for message in results} == {Message.objects.get(body="Once").pk}

    def test_many_at_once_take_numbers_without_gap_or_double(self, room, manager, ada, ben):
        before = room.conversation.__class__.objects.get(pk=room.conversation_id).last_seq
        people = [manager, ada, ben, manager, ada, ben]
        results = self.at_once(*[lambda person=person: say(room, person) for person in people])
        assert sorted(message.seq for message in results) == list(range(before + 1, before + 7))

    def test_two_reactions_of_one_person_at_once_leave_none_or_one(self, room, manager, ada):
        said = say(room, manager)
        results = self.at_once(*[lambda: actions.react(said, "agree", by=ada)] * 2)
        assert sorted(results) == [False, True]
        assert not Reaction.objects.exists()


class TestChanging:
    def test_what_one_said_can_be_changed_and_that_stays_visible(self, room, ada):
        said = say(room, ada, "Helo")
        changed = actions.edit_message(said, by=ada, body="Hello *all*")
        assert (changed.body, changed.html) == ("Hello *all*", "<p>Hello <em>all</em></p>")
        [payload] = reading.changes(place_of(room, ada), said.version_seq).messages
        assert payload["edited"] is True
        assert payload["seq"] == said.seq

    def test_saving_the_same_text_changes_nothing(self, room, ada):
        said = say(room, ada, "Hello")
        assert actions.edit_message(said, by=ada, body="Hello ").edited_at is None

    def test_nobody_changes_what_others_said(self, room, manager, ada):
        said = say(room, ada)
        with pytest.raises(PermissionDenied):
            actions.edit_message(said, by=manager, body="I agree to everything")
        assert send(manager, address(room, said, "edit"), body="x").status_code == 403

    def test_nor_what_happened(self, room, manager):
        line = Message.objects.filter(kind="system").first()
        for change in (
            lambda: actions.edit_message(line, by=manager, body="x"),
            lambda: actions.delete_message(line, by=manager, reason="x"),
        ):
            with pytest.raises(PermissionDenied):
                change()
        for change in (lambda: actions.react(line, "agree", by=manager), lambda: actions.pin_message(line, by=manager)):
            with pytest.raises(actions.NotPossible):
                change()

    def test_quotes_follow_the_change(self, room, manager, ada):
        said = say(room, ada, "Tuesday")
        answer = say(room, manager, "Good", quoted=said)
        actions.edit_message(said, by=ada, body="Wednesday")
        [shown] = [m for m in reading.latest(place_of(room, ada)).messages if m["id"] == str(answer.uid)]
        assert shown["quote"]["text"] == "Wednesday"
        assert shown["version"] > answer.version_seq

    def test_every_change_takes_a_number_of_its_own(self, room, manager, ada):
        said = say(room, ada)
        actions.edit_message(said, by=ada, body="Other")
        actions.react(said, "agree", by=manager)
        actions.pin_message(said, by=ada)
        actions.unpin_message(said, by=ada)
        actions.delete_message(said, by=ada)
        room.conversation.refresh_from_db()
        said.refresh_from_db()
        assert said.version_seq == room.conversation.last_seq == said.seq + 5
        assert len(set(versions(room))) == len(versions(room))


class TestDeleting:
    def test_one_takes_back_what_one_said(self, room, ada, ben):
        said = say(room, ada, "A mistake of @Ben Cord")
        actions.react(said, "agree", by=ben)
        actions.pin_message(said, by=ben)
        actions.delete_message(said, by=ada)
        said.refresh_from_db()
        assert (said.body, said.html, said.pinned_at, said.deleted_by) == ("", "", None, ada)
        assert not said.reactions.exists()
        assert not said.mentions.exists()

    def test_the_place_stays_without_the_text(self, room, ada, ben):
        said = say(room, ada, "Secret merger")
        actions.delete_message(said, by=ada)
        answer = browser(ben).get(address(room))
        assert str(said.uid) in answer.text
        assert "Secret merger" not in answer.text

    def test_whoever_leads_deletes_with_a_reason_that_the_author_reads(self, room, manager, ada, ben):
        said = say(room, ada, "Rude words")
        with pytest.raises(actions.NotPossible):
            actions.delete_message(said, by=manager, reason="  ")
        actions.delete_message(said, by=manager, reason="Please stay friendly")
        assert browser(ada).get(address(room, said)).json()["message"]["deletion_reason"] == "Please stay friendly"
        page = reverse("hanse_groups:chat", args=[room.uid])
        assert "Please stay friendly" in browser(ada).get(page).text
        for reader in (ben, manager):
            for where in (page, address(room), address(room, said)):
                assert "Please stay friendly" not in browser(reader).get(where).text

    def test_members_do_not_delete_what_others_said(self, room, ada, ben):
        said = say(room, ada)
        with pytest.raises(PermissionDenied):
            actions.delete_message(said, by=ben, reason="I do not like it")

    def test_quotes_lose_the_text(self, room, manager, ada):
        said = say(room, ada, "Secret merger")
        say(room, manager, "Really?", quoted=said)
        actions.delete_message(said, by=ada)
        for where in (address(room), reverse("hanse_groups:chat", args=[room.uid])):
            text = browser(manager).get(where).text
            assert "Really?" in text
            assert "Secret merger" not in text

    def test_what_is_gone_is_neither_changed_nor_answered(self, room, ada):
        said = say(room, ada)
        actions.delete_message(said, by=ada)
        for change in (
            lambda: actions.edit_message(said, by=ada, body="Again"),
            lambda: actions.react(said, "agree", by=ada),
            lambda: actions.pin_message(said, by=ada),
            lambda: say(room, ada, quoted=said),
            lambda: say(room, ada, thread=said),
        ):
            with pytest.raises(actions.NotPossible):
                change()

    def test_deleting_twice_keeps_the_first_reason(self, room, manager, ada):
        said = say(room, ada)
        actions.delete_message(said, by=manager, reason="First")
        assert actions.delete_message(said, by=manager, reason="Second").deletion_reason == "First"


class TestReactionsAndPins:
    def test_a_reaction_comes_and_goes(self, room, ada, ben):
        said = say(room, ada)
        assert actions.react(said, "agree", by=ben)
        [payload] = reading.changes(place_of(room, ada), said.version_seq).messages
        assert [person["name"] for person in payload["reactions"]["agree"]] == ["Ben Cord"]
        assert not actions.react(said, "agree", by=ben)
        assert not Reaction.objects.exists()

    def test_an_unknown_one_is_refused(self, room, ada):
        said = say(room, ada)
        assert send(ada, address(room, said, "react"), kind="<b>").status_code == 400
        assert not Reaction.objects.exists()

    def test_guests_do_not_pin(self, room, ada):
        guest = UserFactory()
        add(room, guest, role="guest")
        with pytest.raises(PermissionDenied):
            actions.pin_message(say(room, ada), by=guest)

    def test_a_pin_is_taken_off_by_who_set_it_and_by_who_leads(self, room, manager, ada, ben):
        said = say(room, ada)
        for by in (ben, manager):
            actions.pin_message(said, by=ben)
            with pytest.raises(PermissionDenied):
                actions.unpin_message(said, by=ada)
            actions.unpin_message(said, by=by)
            said.refresh_from_db()
            assert said.pinned_at is None

    def test_what_is_pinned_stands_beside_the_chat(self, room, ada, ben):
        actions.pin_message(say(room, ada, "Minutes of the meeting"), by=ada)
        answer = browser(ben).get(reverse("hanse_groups:chat", args=[room.uid]))
        assert [pin.text for pin in answer.context["pins"]] == ["Minutes of the meeting"]

    def test_an_unknown_act_is_not_there(self, room, ada):
        assert send(ada, address(room, say(room, ada), "burn")).status_code == 404


class TestMentions:
    def mentioned(self, message) -> set:
        return set(Mention.objects.filter(message=message).values_list("person", flat=True))

    def test_by_name(self, room, manager, ada, ben):
        assert self.mentioned(say(room, manager, "@ada berg, please ask @Ben Cord.")) == {ada.pk, ben.pk}

    def test_everybody(self, room, manager, ada, ben):
        for word in ("@room", "@Alle"):
            assert self.mentioned(say(room, manager, f"{word}: coffee")) == {ada.pk, ben.pk}

    def test_not_oneself(self, room, ada):
        assert self.mentioned(say(room, ada, "@Ada Berg was here")) == set()

    def test_not_in_code_and_not_in_links(self, room, manager, ada):
        for text in (
            "`@Ada Berg`",
            "```\n@Ada Berg\n```",
            "as follows\n\n    @Ada Berg",
            "[@Ada Berg](https://example.org)",
            "https://example.org/@Ada",
            "mail@Ada Berg",
            "@Ada Bergmann",
            "@@Ada Berg",
        ):
            assert self.mentioned(say(room, manager, text)) == set(), text

    def test_two_people_of_one_name_are_both_meant(self, cluster, room, manager, ada):
        twins = {ada.pk}
        for first, last in (("Ada", "Berg"), ("ADA", "BERG")):
            person = UserFactory(first_name=first, last_name=last)
            add(room, MembershipFactory(cluster=cluster, person=person).person)
            twins.add(person.pk)
        assert self.mentioned(say(room, manager, "@Ada Berg")) == twins

    def test_only_people_in_the_room(self, cluster, room, manager, ada):
        MembershipFactory(cluster=cluster, person=UserFactory(first_name="Eve", last_name="Outside"))
        actions.leave(room, by=ada)
        assert self.mentioned(say(room, manager, "@Eve Outside @Ada Berg")) == set()

    def test_a_change_gives_and_takes_mentions(self, room, manager, ada, ben):
        said = say(room, manager, "@Ada Berg")
        actions.edit_message(said, by=manager, body="@Ben Cord")
        assert self.mentioned(said) == {ben.pk}

    def test_the_payload_names_the_keys_of_this_conversation(self, room, manager, ada):
        said = say(room, manager, "@Ada Berg")
        [payload] = reading.changes(place_of(room, ada), said.seq - 1).messages
        assert payload["mentions"] == [key_in(room.conversation_id, ada.pk)]


class TestLimits:
    def test_ten_thousand_characters_and_no_more(self, room, ada):
        say(room, ada, "x" * 10_000)
        with pytest.raises(actions.NotPossible):
            say(room, ada, "x" * 10_001)

    @pytest.mark.parametrize("body", ["", " \r\n\t "])
    def test_nothing_is_not_sent(self, room, ada, body):
        with pytest.raises(actions.NotPossible):
            say(room, ada, body)
        assert send(ada, address(room), body=body).status_code == 400

    def test_what_is_refused_stays_in_the_form(self, room, ada):
        answer = browser(ada).post(address(room), {"body": "word " * 2_500, "client_key": str(uuid.uuid4())})
        assert answer.status_code == 400
        assert answer.context["draft"] == "word " * 2_500
        assert "12499" in answer.text

    def test_who_says_very_much_is_asked_to_wait(self, room, ada, ben):
        for _ in range(SAID.limit.most):
            SAID.use(ada)
        answer = send(ada, address(room), body="One more")
        assert answer.status_code == 400
        assert answer.json()["error"]
        assert send(ben, address(room), body="Not me").status_code == 201
        page = browser(ada).post(address(room), {"body": "One more"})
        assert page.context["draft"] == "One more"
        assert not Message.objects.filter(body="One more").exists()

    def test_nothing_is_changed_in_an_archived_room_but_taken_back(self, room, manager, ada):
        said = say(room, ada)
        actions.pin_message(said, by=ada)
        actions.archive_room(room, by=manager)
        for change in (
            lambda: say(room, ada),
            lambda: actions.edit_message(said, by=ada, body="Other"),
            lambda: actions.react(said, "agree", by=ada),
            lambda: actions.pin_message(said, by=ada),
            lambda: actions.unpin_message(said, by=ada),
        ):
            with pytest.raises(actions.NotPossible):
                change()
        assert actions.delete_message(said, by=ada).is_deleted

    def test_a_form_of_an_archived_room_is_refused_with_what_was_typed(self, room, manager, ada):
        actions.archive_room(room, by=manager)
        answer = browser(ada).post(address(room), {"body": "Too late"})
        assert answer.status_code == 400
        assert "Too late" in answer.text

    @pytest.mark.parametrize("value", ["-1", "x", "1.5", "9" * 30, "١", ""])
    def test_odd_numbers_of_messages_are_no_error(self, room, ada, value):
        for name in ("before", "after", "around"):
            assert browser(ada).get(address(room), {name: value}).status_code == 200
        changes = reverse("hanse_groups:changes", args=[room.conversation.uid])
        assert browser(ada).get(changes, {"after": value}).status_code == 200
        read = reverse("hanse_groups:read", args=[room.conversation.uid])
        assert send(ada, read, seq=value).status_code == 400
