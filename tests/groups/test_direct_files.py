"""Files that are sent in direct messages: read by who takes part, and gone with their message."""

import uuid
from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.core.files.storage import storages
from django.utils import timezone

from hanse_access.viewer import Viewer
from hanse_activity.blocks import block
from hanse_activity.models import Notification
from hanse_groups import actions
from hanse_groups.actions import NotPossible
from hanse_groups.actions import direct as acts
from hanse_groups.direct_data import erase, export
from hanse_groups.models import Direct, DirectFile, Message
from hanse_groups.payloads import payloads
from hanse_groups.reportable_kinds import show_again, withhold
from tests.factories.direct import make_group, seat, talk, write
from tests.factories.files import image_bytes, uploaded
from tests.factories.profiles import PLATFORM, ProfileFactory
from tests.factories.rooms import add, place_of

from .clamd import EICAR
from .clamd import clamd as running
from .talk import browser, send

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def seen(member, other, stranger, manager):
    for person in (member, other, stranger, manager):
        ProfileFactory(person=person, scopes=[PLATFORM])


@pytest.fixture
def pair(member, other):
    return talk(member, other)


def taken(direct: Direct, person, name="plan.txt", content=b"A plan") -> DirectFile:
    return actions.stage(direct.conversation, by=person, upload=uploaded(name, content))


def sent(direct: Direct, person, *files: DirectFile, body: str = "") -> Message:
    key = uuid.uuid4()
    return actions.post_message(direct.conversation, by=person, body=body, client_key=key, attachments=files)


def opens(person, file: DirectFile) -> bool:
    """Over the address, and by the rule alike."""
    by_rule = DirectFile.objects.visible_to(Viewer.of(person)).filter(pk=file.pk).exists()
    assert by_rule == (browser(person).get(file.url).status_code == 200)
    return by_rule


def stored(file: DirectFile) -> bool:
    return any(storages["private"].exists(name) for name in file.file_names)


def attach_address(direct: Direct) -> str:
    return f"/conversations/{direct.conversation.uid}/attachments/"


class TestSending:
    def test_nobody_opens_a_file_before_its_message_is_sent_and_then_both_do(self, pair, member, other, manager):
        file = taken(pair, member)
        assert not opens(member, file)
        message = sent(pair, member, file)
        file.refresh_from_db()
        assert (file.seq, file.message) == (message.seq, message)
        assert [opens(person, file) for person in (member, other, manager)] == [True, True, False]

    def test_the_payload_leads_to_the_file_itself(self, pair, member):
        picture = taken(pair, member, "p.png", image_bytes("PNG", (1000, 500)))
        [shown] = payloads(pair.conversation, [sent(pair, member, picture)])
        [file] = shown["files"]
        assert (file["name"], file["page"], file["thumb"]) == ("p.png", picture.url, f"{picture.url}480/")

    def test_over_the_page_each_is_taken_in_by_itself_and_can_be_taken_away(self, pair, member, other):
        answer = browser(member).post(attach_address(pair), {"file": uploaded("a.txt", b"a")})
        assert answer.status_code == 201
        where = f"{attach_address(pair)}{answer.json()['file']['id']}/remove/"
        assert browser(other).post(where).status_code == 404
        assert browser(member).post(where).status_code == 200
        assert not DirectFile.objects.exists()

    def test_works_without_javascript(self, pair, member, other):
        where = f"/conversations/{pair.conversation.uid}/messages/"
        data = {"body": "", "client_key": uuid.uuid4(), "files": [uploaded("a.txt", b"a"), uploaded("b.txt", b"b")]}
        assert browser(member).post(where, data).status_code == 302
        page = browser(other).get(f"/messages/{pair.conversation.uid}/").content.decode()
        assert all(file.url in page and file.label in page for file in DirectFile.objects.all())
        assert DirectFile.objects.filter(seq__gt=0).count() == 2

    def test_what_is_refused_is_said_by_name_and_the_others_are_kept(self, pair, member):
        where = f"/conversations/{pair.conversation.uid}/messages/"
        files = [uploaded("kept.txt", b"a"), uploaded("empty.txt", b"")]
        answer = browser(member).post(where, {"body": "Look", "client_key": uuid.uuid4(), "files": files})
        assert answer.status_code == 400
        assert "empty.txt" in answer.content.decode()
        assert [file.label for file in answer.context["attached"]] == ["kept.txt"]
        assert answer.context["draft"] == "Look"

    def test_only_what_one_took_in_oneself_and_here_is_attached_and_once(self, pair, member, other, manager):
        elsewhere = talk(member, manager)
        own = taken(pair, member)
        sent(pair, member, own)
        where = f"/conversations/{pair.conversation.uid}/messages/"
        for file in (own, taken(pair, other), taken(elsewhere, member)):
            answer = send(member, where, body="x", client_key=uuid.uuid4(), attachments=file.uuid)
            assert answer.status_code == 400

    def test_sending_again_is_the_same_message(self, pair, member):
        file, key = taken(pair, member), uuid.uuid4()
        where = f"/conversations/{pair.conversation.uid}/messages/"
        first, second = (send(member, where, body="", client_key=key, attachments=file.uuid) for _ in range(2))
        assert first.json() == second.json()

    def test_the_list_and_quotes_name_the_file_of_a_message_without_words(self, pair, member, other):
        message = sent(pair, member, taken(pair, member))
        [row] = browser(other).get("/messages/").context["item_list"].rows
        assert row.text == "plan.txt"
        quoting = actions.post_message(
            pair.conversation, by=other, body="Thanks", client_key=uuid.uuid4(), quoted=message
        )
        [shown] = payloads(pair.conversation, [quoting])
        assert shown["quote"]["text"] == "plan.txt"

    def test_too_much_for_the_conversation_is_refused_and_the_rest_kept(self, pair, member, settings):
        settings.HANSE_DIRECT_QUOTA_BYTES = 10
        taken(pair, member, "six.txt", b"A plan")
        answer = browser(member).post(attach_address(pair), {"file": uploaded("more.txt", b"A plan")})
        assert answer.status_code == 400
        assert "6" in answer.json()["error"]
        assert DirectFile.objects.count() == 1

    def test_a_stranger_sends_none_before_the_request_is_accepted(self, member, stranger):
        asked = talk(stranger, member)
        with pytest.raises(NotPossible):
            taken(asked, stranger)
        with pytest.raises(PermissionDenied):
            taken(asked, member)
        acts.accept(seat(asked, member), by=member)
        asked.refresh_from_db()
        assert taken(asked, stranger)

    def test_what_was_never_sent_goes_after_a_day_with_its_bytes(
        self, pair, member, django_capture_on_commit_callbacks
    ):
        left, fresh = taken(pair, member), taken(pair, member)
        DirectFile.objects.filter(pk=left.pk).update(created=timezone.now() - timedelta(days=2))
        with django_capture_on_commit_callbacks(execute=True):
            assert actions.empty_bins() == 1
        assert (stored(left), stored(fresh)) == (False, True)


class TestWhoOpens:
    def test_who_was_added_later_opens_what_came_since(self, member, other, stranger, manager):
        group = make_group(member, other, manager)
        early = taken(group, member)
        sent(group, member, early)
        late_comer = acts.add_person(group, stranger, by=member)
        if not late_comer.is_active:
            acts.accept(late_comer, by=stranger)
        late = taken(group, member)
        sent(group, member, late)
        assert (opens(stranger, early), opens(stranger, late)) == (False, True)

    def test_who_left_opens_nothing_any_more(self, member, other, manager):
        group = make_group(member, other, manager)
        file = taken(group, member)
        sent(group, member, file)
        assert opens(manager, file)
        acts.leave_group(group, by=manager)
        assert not opens(manager, file)

    def test_with_the_last_one_the_bytes_go(self, member, other, manager, django_capture_on_commit_callbacks):
        group = make_group(member, other, manager)
        file = taken(group, member)
        sent(group, member, file)
        with django_capture_on_commit_callbacks(execute=True):
            for person in (member, other, manager):
                acts.leave_group(group, by=person)
        assert not stored(file)

    def test_after_a_block_nothing_is_sent_and_the_blocker_opens_nothing_of_the_other(self, pair, member, other):
        own, theirs = taken(pair, member), taken(pair, other)
        sent(pair, other, theirs)
        sent(pair, member, own)
        waiting = taken(pair, other)
        block(member, other)
        assert [opens(member, own), opens(member, theirs), opens(other, own)] == [True, False, True]
        with pytest.raises(NotPossible):
            sent(pair, other, waiting)
        with pytest.raises(NotPossible):
            taken(pair, other)

    def test_a_guest_who_lost_the_last_shared_room_reads_and_sends_nothing_more(self, room, manager, nele):
        add(room, nele, "guest")
        direct = Direct.objects.get(pk=write(nele, manager).conversation_id)
        file = taken(direct, manager)
        sent(direct, manager, file)
        actions.remove(place_of(room, nele), by=manager)
        assert opens(nele, file)
        page = browser(nele).get(f"/messages/{direct.conversation.uid}/")
        assert "data-compose" not in page.content.decode()
        assert page.context["obstacle"].text
        assert any(link.name == "messages" for link in page.context["items"]) or "/messages/" in page.content.decode()
        for person in (nele, manager):
            with pytest.raises(NotPossible):
                taken(direct, person)
            with pytest.raises(NotPossible):
                sent(direct, person, body="Hello")
        # Back in a room with the other they go on.
        add(room, nele, "guest")
        assert sent(direct, nele, body="Again")


class TestWhatGoes:
    def test_a_deleted_message_takes_its_files_along_for_good(
        self, pair, member, other, django_capture_on_commit_callbacks
    ):
        file = taken(pair, member)
        message = sent(pair, member, file)
        with django_capture_on_commit_callbacks(execute=True):
            actions.delete_message(message, by=member)
        assert not DirectFile.objects.exists()
        assert not stored(file)

    def test_what_is_withheld_is_opened_by_nobody_and_comes_back_with_the_message(self, pair, member, other):
        file = taken(pair, member)
        message = sent(pair, member, file)
        withhold(message)
        assert [opens(person, file) for person in (member, other)] == [False, False]
        message.refresh_from_db()
        show_again(message)
        assert opens(other, file)

    def test_a_message_with_a_file_can_lose_its_words(self, pair, member):
        message = sent(pair, member, taken(pair, member), body="Here")
        assert actions.edit_message(message, by=member, body="").body == ""
        with pytest.raises(NotPossible):
            actions.edit_message(sent(pair, member, body="Here"), by=member, body="")

    def test_own_data_has_what_one_sent_and_it_stays_with_the_other(self, pair, member, other):
        mine, theirs = taken(pair, member, "mine.txt"), taken(pair, other, "theirs.txt")
        sent(pair, member, mine)
        sent(pair, other, theirs)
        names = [each.path for each in export(member)]
        assert f"files/{mine.pk}-mine.txt" in names
        assert not any("theirs" in name for name in names)
        erase(member)
        assert opens(other, mine)


class TestTheScanner:
    def test_an_infected_one_is_opened_by_nobody_and_the_message_says_so(
        self, pair, member, other, settings, django_capture_on_commit_callbacks
    ):
        settings.HANSE_CLAMD = "127.0.0.1:1"
        with django_capture_on_commit_callbacks(execute=True):
            sick, fine, unsent = (
                taken(pair, member, "sick", EICAR),
                taken(pair, member),
                taken(pair, member, "x", EICAR),
            )
        message = sent(pair, member, sick, fine)
        with running() as server:
            settings.HANSE_CLAMD = server.address
            with django_capture_on_commit_callbacks(execute=True):
                assert actions.scan_waiting() == 3
        before, _ = message.version_seq, message.refresh_from_db()
        assert message.version_seq > before
        [shown] = payloads(pair.conversation, [message])
        assert [(file["name"], file["infected"], file["url"]) for file in shown["files"]] == [
            ("sick", True, ""),
            ("plan.txt", False, fine.url),
        ]
        assert (opens(other, sick), opens(other, fine)) == (False, True)
        unsent.refresh_from_db()
        with pytest.raises(NotPossible):
            sent(pair, member, unsent)
        assert "sick" in browser(other).get(f"/messages/{pair.conversation.uid}/").content.decode()
        # Whoever sent it is told, at once, and leads there; the others read it at the message.
        told = Notification.objects.get(kind="direct.infected")
        assert (told.recipient, told.object_id) == (member, sick.pk)
        assert "“sick” that you sent is infected" in browser(member).get("/notifications/").content.decode()
        [said] = [one for one in mail.outbox if "A file that you sent is infected" in one.subject]
        assert said.to == [member.email]
        assert "sick" not in said.body
        actions.delete_message(message, by=member)
        assert "infected" not in browser(member).get("/notifications/").content.decode()

    def test_without_a_scanner_nobody_waits_for_one(self, pair, member, settings):
        settings.HANSE_CLAMD = "127.0.0.1:1"
        file = taken(pair, member)
        settings.HANSE_CLAMD = ""
        assert actions.scan_waiting() == 1
        file.refresh_from_db()
        assert file.scan == "unscanned"
