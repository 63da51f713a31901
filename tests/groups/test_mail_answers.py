"""Answering the mail that a room sent: who may, what of it is posted, and that it is posted once."""

import base64
import email
import io
from datetime import timedelta
from email import policy
from email.message import EmailMessage

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import call_command
from django.test import override_settings
from django.utils import timezone

from hanse_activity import answers
from hanse_activity.actions import notify
from hanse_activity.answers import answer_address, read_address, take_in, written_in
from hanse_activity.mails import ANSWER_MARK
from hanse_activity.models import Notification, ReturnedAnswer
from hanse_activity.tasks import deliver, remove_old
from hanse_groups import actions
from hanse_groups.models import Message
from hanse_groups.notifications import messages_details
from tests.factories.direct import accepts, talk
from tests.factories.rooms import place_of, say

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("taking_answers")]


@pytest.fixture
def taking_answers(settings):
    settings.HANSE_ANSWER_ADDRESS = "answers@in.example.org"


@pytest.fixture
def told(room, manager, ada, django_capture_on_commit_callbacks):
    """The mail that Ada gets when she is mentioned in a room that shows text in mails."""
    actions.change_room(room, by=manager, mails_show_text=True)
    mail.outbox.clear()
    with django_capture_on_commit_callbacks(execute=True):
        say(room, manager, "Which *lens*, @Ada Berg?")
    [sent] = [one for one in mail.outbox if one.to == [ada.email]]
    return sent


@pytest.fixture
def arriving(django_capture_on_commit_callbacks):
    """Takes an answer in; gives the mails that go out by that."""

    def act(answer) -> list:
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            take_in(answer)
        return list(mail.outbox)

    return act


def answer_to(sent, text: str, *, by, **heads: str) -> EmailMessage:
    """As a mail program writes it: the text, then what it answers to."""
    quoted = "\n".join(f"> {line}" for line in sent.body.splitlines())
    found = EmailMessage(policy=policy.default)
    defaults = {"From": f"{by.get_full_name()} <{by.email}>", "To": sent.reply_to[0], "Message-ID": "<1@example.org>"}
    for name, value in {**defaults, **{name.replace("_", "-"): value for name, value in heads.items()}}.items():
        found[name] = value
    found.set_content(f"{text}\n\nOn Sunday, 29 November 2026, Hanse <hanse@example.org> wrote:\n{quoted}\n")
    return email.message_from_bytes(found.as_bytes(), policy=policy.default)


def answered(room) -> list[tuple]:
    said = Message.objects.filter(conversation=room.conversation, kind="text").order_by("seq")
    return list(said.values_list("author", "body"))[1:]


class TestTheMail:
    def test_it_says_what_was_written_and_where_to_answer(self, told, room, ada):
        assert "Which lens, @Ada Berg?" in told.body
        assert told.body.startswith(ANSWER_MARK)
        [address] = told.reply_to
        assert address.startswith("answers+c-")
        assert len(address.partition("@")[0]) <= 64
        assert read_address(address.upper()) == answers.Addressed("c", room.conversation_id, ada.pk)

    def test_a_room_that_hides_its_text_takes_no_answer(self, room, manager, ada, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            say(room, manager, "Secret merger, @Ada Berg")
        [sent] = [one for one in mail.outbox if one.to == [ada.email] and "mention" in one.subject.lower()]
        assert sent.reply_to == []
        assert "merger" not in sent.body
        assert ANSWER_MARK not in sent.body

    def test_where_none_are_taken_in_there_is_no_address(self, ada, settings):
        settings.HANSE_ANSWER_ADDRESS = ""
        assert answer_address("c", 1, ada) == ""

    def test_news_of_the_room_are_told_with_what_is_unread(self, room, manager, ada):
        say(room, manager, "First")
        actions.mark_read(room.conversation, by=ada, seq=room.conversation.last_seq + 100)
        say(room, manager, "Second"), say(room, ada, "Mine"), say(room, manager, "Third")
        notify("rooms.messages", about=room, recipients=[ada], by=manager)
        told = Notification.objects.filter(kind="rooms.messages", recipient=ada).last()
        assert messages_details(told, room) == f"{manager.get_full_name()}: Third"


class TestPosting:
    def test_the_words_above_are_posted_in_the_persons_name(self, told, room, ada):
        assert take_in(answer_to(told, "The wide one.\n\nIt is here.\n-- \nAda Berg\nBerg Optics", by=ada))
        assert answered(room) == [(ada.pk, "The wide one.\n\nIt is here.")]

    def test_the_same_mail_twice_is_one_message(self, told, room, ada):
        for _time in range(2):
            take_in(answer_to(told, "The wide one", by=ada))
        assert answered(room) == [(ada.pk, "The wide one")]

    def test_another_person_cannot_use_the_address(self, told, room, ben, manager):
        for person in (ben, manager):
            assert not take_in(answer_to(told, "Let me in", by=person))
        assert answered(room) == []

    @pytest.mark.parametrize("change", ["place", "person", "day", "signature"])
    def test_a_changed_address_is_none(self, told, room, ada, change):
        local, _at, domain = told.reply_to[0].partition("@")
        parts = local.split("-")
        number = {"place": 1, "person": 2, "day": 3, "signature": 4}[change]
        parts[number] = parts[number][:-1] + ("a" if parts[number][-1] != "a" else "b")
        assert read_address(f"{'-'.join(parts)}@{domain}") is None
        assert not take_in(answer_to(told, "Hello", by=ada, To=f"{'-'.join(parts)}@{domain}"))
        assert answered(room) == []

    @pytest.mark.parametrize(
        "address",
        ["", "answers@in.example.org", "answers+c-1-1-1-x@in.example.org", "x" * 500],
    )
    def test_other_addresses_are_none(self, address):
        assert read_address(address) is None

    def test_after_30_days_it_is_none(self, told, monkeypatch):
        today = timezone.now().date().toordinal()
        monkeypatch.setattr(answers, "_today", lambda: today + 30)
        assert read_address(told.reply_to[0])
        monkeypatch.setattr(answers, "_today", lambda: today + 31)
        assert read_address(told.reply_to[0]) is None

    def test_an_older_secret_key_still_counts(self, told, settings):
        with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[settings.SECRET_KEY]):
            assert read_address(told.reply_to[0])
        with override_settings(SECRET_KEY="another", SECRET_KEY_FALLBACKS=[]):
            assert read_address(told.reply_to[0]) is None

    def test_an_absence_note_is_dropped(self, told, room, ada):
        assert not take_in(answer_to(told, "I am away", by=ada, Auto_Submitted="auto-replied"))
        assert answered(room) == []
        assert len(mail.outbox) == 1

    def test_who_is_out_of_the_room_hears_so_and_keeps_the_text(self, told, room, manager, ada, arriving):
        actions.remove(place_of(room, ada), by=manager)
        [back] = arriving(answer_to(told, "My long answer", by=ada))
        assert answered(room) == []
        assert back.to == [ada.email]
        assert "My long answer" in back.body
        assert room.name not in back.body

    def test_so_does_who_writes_too_much_or_nothing(self, told, room, ada, arriving):
        [long] = arriving(answer_to(told, "x" * 10_001, by=ada))
        [empty] = arriving(answer_to(told, "", by=ada, Message_ID="<2@example.org>"))
        assert (long.to, empty.to) == ([ada.email], [ada.email])
        assert answered(room) == []

    def test_what_comes_again_goes_back_once_and_is_not_posted_after_all(self, told, room, manager, ada, arriving):
        actions.archive_room(room, by=manager)
        sent = answer_to(told, "My long answer", by=ada)
        assert len(arriving(sent)) == 1
        assert arriving(sent) == []
        actions.reopen_room(room, by=manager)
        assert arriving(sent) == []
        assert answered(room) == []
        assert len(arriving(answer_to(told, "My long answer", by=ada, Message_ID="<2@example.org>"))) == 0
        assert answered(room) == [(ada.pk, "My long answer")]

    def test_a_mail_server_that_takes_nothing_now_gets_it_later(self, told, room, manager, ada, arriving, monkeypatch):
        actions.archive_room(room, by=manager)
        with monkeypatch.context() as broken:
            broken.setattr(EmailBackend, "open", lambda self: (_ for _ in ()).throw(OSError("no server")))
            assert arriving(answer_to(told, "My long answer", by=ada)) == []
        assert ReturnedAnswer.objects.get().mail == "waiting"
        deliver.call([ReturnedAnswer.objects.get().pk], "returned_answers")
        assert "My long answer" in mail.outbox[-1].body

    def test_what_was_returned_is_kept_for_a_week(self, told, room, manager, ada, arriving):
        actions.archive_room(room, by=manager)
        arriving(answer_to(told, "My long answer", by=ada))
        for days, kept in ((6, 1), (8, 0)):
            ReturnedAnswer.objects.update(at=timezone.now() - timedelta(days=days))
            remove_old()
            assert ReturnedAnswer.objects.count() == kept

    def test_a_deactivated_person_posts_nothing(self, told, room, ada):
        ada.is_active = False
        ada.save()
        assert not take_in(answer_to(told, "Hello", by=ada))

    def test_the_command_reads_one_from_its_input(self, told, room, ada, monkeypatch):
        said = io.StringIO()
        sent = answer_to(told, "By the command", by=ada, To="somebody@example.org")
        monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(sent.as_bytes())))
        call_command("receive_answer", told.reply_to[0], stdout=said)
        assert said.getvalue() == "posted\n"
        assert answered(room) == [(ada.pk, "By the command")]


class TestTheProvidersWebhook:
    """As django-anymail takes it in, guarded by a secret of its own."""

    ADDRESS = "/anymail/postmark/inbound/"

    @pytest.fixture
    def post(self, settings, client, django_capture_on_commit_callbacks):
        settings.ROOT_URLCONF = "tests.groups.anymail_urls"
        settings.ANYMAIL = {"WEBHOOK_SECRET": "hanse:secret"}

        def post(answer, recipient: str, secret: str = "hanse:secret"):
            sent = {"OriginalRecipient": recipient, "MessageID": "1", "RawEmail": answer.as_string(), "Headers": []}
            head = f"Basic {base64.b64encode(secret.encode()).decode()}"
            with django_capture_on_commit_callbacks(execute=True):
                return client.post(self.ADDRESS, sent, "application/json", headers={"Authorization": head})

        return post

    def test_posts_an_answer_once_however_often_it_is_called(self, told, room, ada, post):
        answer = answer_to(told, "By the provider", by=ada, To="somebody@example.org")
        for _time in range(3):
            assert post(answer, told.reply_to[0]).status_code == 200
        assert answered(room) == [(ada.pk, "By the provider")]

    def test_returns_what_cannot_be_posted_and_asks_the_provider_for_nothing_more(self, told, room, manager, ada, post):
        actions.archive_room(room, by=manager)
        mail.outbox.clear()
        for _time in range(2):
            assert post(answer_to(told, "By the provider", by=ada), told.reply_to[0]).status_code == 200
        assert [back.to for back in mail.outbox] == [[ada.email]]
        assert answered(room) == []

    def test_takes_nothing_from_others(self, told, room, ada, post):
        assert post(answer_to(told, "Forged", by=ada), told.reply_to[0], secret="hanse:guess").status_code == 400
        assert post(answer_to(told, "Nobody", by=ada, To="x@example.org"), "info@in.example.org").status_code == 200
        assert answered(room) == []


def body(text: str, subtype: str = "plain", charset: str = "utf-8") -> EmailMessage:
    found = EmailMessage(policy=policy.default)
    found.set_content(text, subtype=subtype, charset=charset)
    return found


OUTLOOK = "________________________________\r\nVon: Hanse\r\nGesendet: Sonntag\r\nAn: Ada\r\n\r\n"
MARK = f"{ANSWER_MARK} To answer, write above this line. {ANSWER_MARK}"


@pytest.mark.parametrize(
    ("text", "subtype", "written"),
    [
        ("Yes\n", "plain", "Yes"),
        (f"Ja\n\nAm So., 29. Nov. 2026 um 10:15 Uhr schrieb Hanse\n<h@example.org>:\n\n> {MARK}\n> x", "plain", "Ja"),
        (
            f"Ja\r\n\r\n{OUTLOOK}{MARK}\r\nx",
            "plain",
            "Ja",
        ),
        (
            f"<div>Ja<br>a &amp; b</div><p>Am 29.11.2026 schrieb Hanse:</p><blockquote>{MARK}</blockquote>",
            "html",
            "Ja\na & b",
        ),
        ("Look: 3 > 2\n> quoted\nEnd", "plain", "Look: 3 > 2\nEnd"),
        (f"{MARK}\nx", "plain", ""),
        (
            f"From: Hamburg\nTo: Jena\n\n> your words\n3 pieces:\n\nOn Sunday h@example.org wrote:\n{MARK}",
            "plain",
            "From: Hamburg\nTo: Jena\n\n> your words\n3 pieces:",
        ),
        (f"We need 3\nOn 29 November 2026 Hanse wrote:\n{MARK}", "plain", "We need 3"),
    ],
)
def test_what_is_written_is_told_from_what_is_quoted(text, subtype, written):
    assert written_in(body(text, subtype)) == written


def test_a_false_character_set_breaks_nothing():
    found = email.message_from_bytes(
        b'Content-Type: text/plain; charset="no-such"\r\n\r\nJa\xff\r\n', policy=policy.default
    )
    assert written_in(found).startswith("Ja")
    assert written_in(email.message_from_bytes(b"Content-Type: image/png\r\n\r\nx", policy=policy.default)) == ""


def test_what_is_written_is_found_in_a_mail_of_any_shape():
    """Long lines and thousands of empty ones take no longer than their length."""
    for odd in ("1" * 200_000 + " ", "\n" * 200_000, ("\n" + " " * 50) * 5_000):
        assert written_in(body(f"Ja{odd}\nx:\n{MARK}")).startswith("Ja")


class TestDirectMessages:
    @pytest.fixture
    def mailed(self, room, ada, ben, django_capture_on_commit_callbacks):
        """The mail that Ben gets when Ada, with whom he shares a room, writes to him."""

        def mailed(*, with_text: bool):
            accepts(ben, "everybody", mails_show_text=with_text)
            mail.outbox.clear()
            with django_capture_on_commit_callbacks(execute=True):
                direct = talk(ada, ben, "Which lens?")
            [sent] = [one for one in mail.outbox if one.to == [ben.email]]
            return sent, direct

        return mailed

    def test_they_are_answered_by_mail_by_who_reads_them_there(self, mailed, ada, ben):
        sent, direct = mailed(with_text=True)
        assert "Which lens?" in sent.body
        assert take_in(answer_to(sent, "The wide one", by=ben))
        assert not take_in(answer_to(sent, "Not mine", by=ada))
        said = Message.objects.filter(conversation=direct.pk, kind="text").order_by("seq")
        assert list(said.values_list("author", "body"))[1:] == [(ben.pk, "The wide one")]

    def test_where_mails_show_no_text_there_is_no_address(self, mailed):
        sent, _direct = mailed(with_text=False)
        assert sent.reply_to == []
        assert "lens" not in sent.body
