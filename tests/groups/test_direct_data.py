"""Direct messages in mails, in the copy of one's data, and after an account is gone."""

import json
import uuid

import pytest
from django.core import mail

from hanse_activity.blocks import block
from hanse_base.personal_data import personal_data
from hanse_groups import actions
from hanse_groups.actions import direct as acts
from hanse_groups.models import Conversation, Direct, Message, MessageSettings, Participant
from hanse_site.account.actions import delete_account
from tests.factories.clusters import MembershipFactory
from tests.factories.direct import accepts, make_group, seat, talk, write
from tests.factories.people import UserFactory
from tests.factories.profiles import PLATFORM, ProfileFactory

from .talk import address, browser

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def profiles(member, other, stranger):
    for person in (member, other, stranger):
        ProfileFactory(person=person, scopes=[PLATFORM])


@pytest.fixture
def third(cluster):
    person = MembershipFactory(cluster=cluster, person=UserFactory(first_name="Thea", last_name="Dritte")).person
    ProfileFactory(person=person, scopes=[PLATFORM])
    return person


@pytest.fixture
def sent(django_capture_on_commit_callbacks):
    """What an act sends: ``sent(act)`` → address and everything that stands in the mail."""

    def sent(act) -> list[tuple[str, str]]:
        mail.outbox.clear()
        with django_capture_on_commit_callbacks(execute=True):
            act()
        return [(each.to[0], f"{each.subject}\n{each.body}\n{each.alternatives[0][0]}") for each in mail.outbox]

    return sent


class TestMails:
    def test_say_that_there_is_something_and_neither_who_nor_what(self, member, other, sent):
        [(to, text)] = sent(lambda: write(member, other, "The secret lens"))
        assert to == other.email
        assert "Somebody writes to you" in text
        assert "secret" not in text
        assert member.get_full_name() not in text

    def test_show_what_was_written_to_who_wants_that(self, member, other, sent):
        accepts(other, "everybody", mails_show_text=True)
        [(_to, text)] = sent(lambda: write(member, other, "The *secret* lens"))
        assert f"{member.get_full_name()} has written to you" in text
        assert "The secret lens" in text

    def test_of_a_group_name_who_wrote_and_the_title(self, member, other, third, sent):
        direct = make_group(member, other, third, title="The fair")
        actions.mark_read(direct.conversation, by=other, seq=9)
        accepts(other, "everybody", mails_show_text=True)
        mails = dict(sent(lambda: self.say(direct, third, "Ten o’clock")))
        assert "The fair" in mails[other.email]
        assert "Ten o’clock" in mails[other.email]

    def test_come_once_until_it_is_read(self, member, other, sent):
        direct = talk(member, other)
        assert sent(lambda: write(member, other, "And another")) == []
        actions.mark_read(direct.conversation, by=other, seq=9)
        assert len(sent(lambda: write(member, other, "Once more"))) == 1

    def test_do_not_come_to_who_has_read_it_meanwhile(self, member, other, sent):
        def read_at_once():
            direct = talk(member, other)
            actions.mark_read(direct.conversation, by=other, seq=9)

        assert sent(read_at_once) == []

    def test_of_a_request_say_no_more_either(self, member, stranger, sent):
        [(to, text)] = sent(lambda: write(stranger, member, "The secret lens"))
        assert to == member.email
        assert "secret" not in text
        assert stranger.get_full_name() not in text

    def test_do_not_come_from_whom_one_blocks(self, member, other, third, sent):
        direct = make_group(member, other, third)
        actions.mark_read(direct.conversation, by=other, seq=9)
        actions.mark_read(direct.conversation, by=member, seq=9)
        block(other, third)
        assert [to for to, _text in sent(lambda: self.say(direct, third, "Hello"))] == [member.email]

    def test_are_chosen_on_the_page_of_what_reaches_me(self, member):
        text = browser(member).get("/notifications/delivery/").content.decode()
        assert "Somebody writes to you" in text

    @staticmethod
    def say(direct, person, body):
        actions.post_message(direct.conversation, by=person, body=body, client_key=uuid.uuid4())


def exported(person) -> str:
    files = [file.content for part in personal_data for file in part.export(person)]
    return json.dumps([content for content in files if not isinstance(content, bytes)], default=str)


class TestOwnData:
    def test_has_what_one_wrote_and_not_what_others_wrote(self, member, other, third):
        talk(member, other, "From me")
        write(other, member, "From the other")
        make_group(third, member, other, title="The fair", body="From Thea")
        accepts(member, "close")
        text = exported(member)
        assert "From me" in text
        assert "The fair" in text
        assert '"close"' in text
        assert "From the other" not in text
        assert "From Thea" not in text

    def test_tells_nothing_of_a_request_before_it_is_accepted(self, member, stranger, third, other):
        direct = make_group(member, other, third, title="The fair")
        acts.add_person(direct, stranger, by=member)
        assert "The fair" not in exported(stranger)


class TestAccountsThatGo:
    def test_what_was_said_stays_under_former_member(self, member, other):
        direct = talk(member, other, "Remember this")
        name = member.get_full_name()
        delete_account(user=member)
        shown = browser(other).get(direct.get_absolute_url()).content.decode()
        assert "Remember this" in shown
        assert "Former member" in shown
        assert name not in shown
        assert Direct.objects.get().pair == ""
        answer = browser(other).post(address(direct), {"body": "Hello?"}, HTTP_ACCEPT="application/json")
        assert answer.status_code == 400

    def test_what_nobody_else_can_read_goes(self, member, other, stranger):
        talk(stranger, member, "A request")
        delete_account(user=stranger)
        assert not Conversation.objects.exists()
        assert not Message.objects.exists()
        assert browser(member).get("/waiting/").context["groups"] == []

    def test_settings_go(self, member):
        accepts(member, "nobody")
        delete_account(user=member)
        assert not MessageSettings.objects.exists()

    def test_a_deactivated_person_cannot_be_written_to_and_reads_nothing(self, member, other):
        direct = talk(member, other)
        other.is_active = False
        other.save()
        with pytest.raises(actions.NotPossible, match="no messages"):
            write(member, other)
        assert not Participant.objects.active().of(other).exists()
        other.is_active = True
        other.save()
        assert seat(direct, other).is_active
        write(member, other)
