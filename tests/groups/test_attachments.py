"""Files that come with messages."""

import uuid
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hanse_access.viewer import Viewer
from hanse_groups import actions
from hanse_groups.actions import NotPossible
from hanse_groups.models import FileVersion, Message, Participant, Room, RoomFile
from hanse_groups.payloads import payloads
from hanse_groups.reportable_kinds import show_again, withhold
from tests.factories.files import image_bytes, uploaded
from tests.factories.rooms import owner_of, say

from .clamd import EICAR
from .clamd import clamd as running
from .talk import address, browser, send, told

pytestmark = pytest.mark.django_db


def taken(room, person, name="plan.txt", content=b"A plan") -> FileVersion:
    return actions.stage_file(room, by=person, upload=uploaded(name, content))


def payload(message) -> dict:
    return payloads(message.conversation, [message])[0]


def sees(person, version) -> bool:
    return FileVersion.objects.visible_to(Viewer.of(person)).filter(pk=version.pk).exists()


def attach_address(room) -> str:
    return f"/conversations/{room.conversation.uid}/attachments/"


class TestSending:
    def test_nobody_sees_a_file_before_its_message_is_sent(self, room, ada, ben):
        version = taken(room, ada)
        assert not sees(ada, version)
        assert not sees(ben, version)
        assert "plan.txt" not in browser(ben).get(f"/rooms/{room.uid}/files/chat/").content.decode()
        message = say(room, ada, "Here", attachments=[version])
        assert sees(ben, version)
        version.refresh_from_db()
        assert (version.seq, version.room_file.message) == (message.seq, message)

    def test_the_payload_carries_what_the_page_shows(self, room, ada):
        picture, text = taken(room, ada, "p.png", image_bytes("PNG", (1000, 500))), taken(room, ada)
        files = payload(say(room, ada, "", attachments=[picture, text]))["files"]
        assert [(file["name"], file["size"]) for file in files] == [("p.png", picture.size), ("plan.txt", 6)]
        assert (files[0]["thumb"], files[0]["width"]) == (f"{picture.url}480/", 1000)
        assert (files[1]["thumb"], files[1]["url"]) == ("", text.url)

    def test_a_file_needs_no_words_and_words_no_file(self, room, ada):
        assert say(room, ada, "", attachments=[taken(room, ada)]).body == ""
        with pytest.raises(NotPossible):
            say(room, ada, "")

    def test_sending_again_is_the_same_message(self, room, ada):
        version, key = taken(room, ada), uuid.uuid4()
        data = {"body": "x", "client_key": key, "attachments": version.uuid}
        first, second = (send(ada, address(room), **data) for _ in range(2))
        assert first.json() == second.json()
        assert Message.objects.filter(kind="text").count() == RoomFile.objects.count() == 1

    def test_only_what_one_took_in_oneself_and_here_is_attached_and_once(self, room, ada, ben, newcomer):
        other, _before, stranger = newcomer
        own = taken(room, ada)
        say(room, ada, "x", attachments=[own])
        for version in (own, taken(room, ben), taken(other, stranger)):
            answer = send(ada, address(room), body="x", client_key=uuid.uuid4(), attachments=version.uuid)
            assert answer.status_code == 400
        for odd in ("x", "", str(uuid.uuid4()), "a\x00b"):
            answer = send(ada, address(room), body="x", client_key=uuid.uuid4(), attachments=odd)
            assert answer.status_code == 400
        assert Message.objects.filter(kind="text", author=ada).count() == 1

    def test_too_many_are_refused_and_stay(self, room, ada, settings):
        settings.HANSE_MESSAGE_MAX_FILES = 2
        versions = [taken(room, ada, str(n)) for n in range(3)]
        with pytest.raises(NotPossible) as refused:
            say(room, ada, "x", attachments=versions)
        assert "at most 2" in str(refused.value)
        assert FileVersion.objects.on_the_way().count() == 3
        assert say(room, ada, "x", attachments=versions[:2])

    def test_files_of_one_name_are_no_versions_of_each_other(self, room, ada):
        pictures = [taken(room, ada, "image.png", image_bytes("PNG")) for _ in range(2)]
        say(room, ada, "", attachments=pictures)
        assert RoomFile.objects.filter(name="image.png", in_chat=True).count() == 2

    def test_an_archived_room_takes_none(self, room, ada, manager):
        version = taken(room, ada)
        actions.archive_room(room, by=manager)
        with pytest.raises(NotPossible):
            say(room, ada, "x", attachments=[version])
        answer = browser(ada).post(attach_address(room), {"file": uploaded("a", b"x")})
        assert (answer.status_code, bool(answer.json()["error"])) == (400, True)

    def test_an_infected_one_is_neither_sent_nor_opened_later(self, room, ada, ben, manager, settings,
                                                                django_capture_on_commit_callbacks):  # fmt: skip
        settings.HANSE_CLAMD = "127.0.0.1:1"
        with django_capture_on_commit_callbacks(execute=True):
            late = taken(room, ada, "late", EICAR)
            early = taken(room, ada, "early", EICAR)
        message = say(room, ada, "Look", attachments=[late])
        version = message.version_seq
        with running() as server:
            settings.HANSE_CLAMD = server.address
            actions.scan_waiting()
        message.refresh_from_db()
        [file] = payload(message)["files"]
        assert (file["infected"], file["url"], file["thumb"]) == (True, "", "")
        assert message.version_seq > version
        assert not sees(ben, late)
        assert told(manager, "infected") == told(ada, "infected") == 1
        with pytest.raises(NotPossible) as refused:
            say(room, ada, "Look", attachments=[early])
        assert "early" in str(refused.value)


class TestAfterwards:
    def test_deleting_the_message_takes_its_files_along(self, room, ada, ben, manager):
        version = taken(room, ada)
        message = say(room, ada, "x", attachments=[version])
        actions.delete_message(message, by=ada)
        assert not sees(ben, version)
        assert "files" not in payload(message)
        assert browser(ben).get(version.url).status_code == 404
        assert "plan.txt" in browser(manager).get(f"/rooms/{room.uid}/files/bin/").content.decode()

    def test_what_is_taken_out_of_sight_after_a_report_takes_its_files_along_and_brings_them_back(self, room, ada, ben):
        version = taken(room, ada)
        message = say(room, ada, "x", attachments=[version])
        folder = actions.make_folder(room, by=ada, name="Plans")
        actions.move_file(version.room_file, by=ada, folder=folder)
        for act, is_seen in ((withhold, False), (show_again, True)):
            act(message)
            assert sees(ben, version) is is_seen
            assert (browser(ben).get(version.room_file.get_absolute_url()).status_code == 200) is is_seen
            assert ("plan.txt" in browser(ben).get(folder.get_absolute_url()).content.decode()) is is_seen

    def test_what_was_put_into_a_folder_is_still_shown_with_its_message(self, room, ada):
        version = taken(room, ada)
        message = say(room, ada, "x", attachments=[version])
        folder = actions.make_folder(room, by=ada, name="Plans")
        actions.move_file(version.room_file, by=ada, folder=folder)
        assert [file["name"] for file in payload(message)["files"]] == ["plan.txt"]
        assert "plan.txt" in browser(ada).get(folder.get_absolute_url()).content.decode()
        assert "plan.txt" not in browser(ada).get(f"/rooms/{room.uid}/files/chat/").content.decode()

    def test_open_pages_hear_of_a_file_that_is_renamed_or_deleted(self, room, ada):
        version = taken(room, ada)
        message = say(room, ada, "x", attachments=[version])
        numbers = [message.version_seq]
        for act in (
            lambda: actions.rename_file(version.room_file, by=ada, name="new.txt"),
            lambda: actions.bin_file(version.room_file, by=ada),
            lambda: actions.restore_file(version.room_file, by=ada),
        ):
            act()
            message.refresh_from_db()
            numbers.append(message.version_seq)
            assert [file["name"] for file in payload(message)["files"]] == ([] if len(numbers) == 3 else ["new.txt"])
        assert numbers == sorted(set(numbers))

    def test_words_can_be_taken_out_of_a_message_with_a_file(self, room, ada):
        message = say(room, ada, "x", attachments=[taken(room, ada)])
        assert actions.edit_message(message, by=ada, body="").body == ""

    def test_a_quote_of_a_message_without_words_names_its_files(self, room, ada, ben):
        message = say(room, ada, "", attachments=[taken(room, ada)])
        answer = say(room, ben, "Thanks", quoted=message)
        assert payload(answer)["quote"]["text"] == "plan.txt"

    def test_what_rooms_no_longer_keep_goes_with_its_files(self, room, ada, django_capture_on_commit_callbacks):
        version, kept = taken(room, ada), taken(room, ada, "kept.txt")
        say(room, ada, "old", attachments=[version, kept])
        actions.move_file(kept.room_file, by=ada, folder=None)
        Message.objects.update(created_at=timezone.now() - timedelta(days=40))
        Room.objects.filter(pk=room.pk).update(retention_days=30)
        with django_capture_on_commit_callbacks(execute=True):
            actions.remove_old_messages()
        assert [file.name for file in RoomFile.objects.all()] == ["kept.txt"]
        assert sees(ada, kept)

    def test_who_came_later_sees_no_file_of_an_earlier_message(self, newcomer):
        room, _before, person = newcomer
        version = taken(room, owner_of(room))
        message = say(room, owner_of(room), "x", attachments=[version])
        assert sees(person, version)
        Participant.objects.filter(person=person).update(from_seq=message.seq)
        assert not sees(person, version)


class TestPages:
    def test_the_plain_form_sends_words_and_files(self, room, ada):
        files = [uploaded("a.txt", b"x"), uploaded("b.png", image_bytes("PNG"))]
        answer = browser(ada).post(address(room), {"body": "Here", "client_key": uuid.uuid4(), "files": files})
        assert answer.status_code == 302
        page = browser(ada).get(f"/rooms/{room.uid}/chat/").content.decode()
        assert "a.txt" in page
        assert "b.png" in page
        assert 'enctype="multipart/form-data"' in page

    def test_what_was_refused_keeps_words_and_the_other_files(self, room, ada, settings):
        settings.HANSE_UPLOAD_MAX_BYTES = 10
        files = [uploaded("good.txt", b"x"), uploaded("large.txt", b"x" * 11)]
        key = uuid.uuid4()
        answer = browser(ada).post(address(room), {"body": "My words", "client_key": key, "files": files})
        assert answer.status_code == 400
        page = answer.content.decode()
        assert "My words" in page
        assert "large.txt" in page
        version = FileVersion.objects.on_the_way().get()
        assert f'name="attachments" value="{version.uuid}"' in page
        browser(ada).post(address(room), {"body": "My words", "client_key": key, "attachments": version.uuid})
        assert payload(Message.objects.get(kind="text"))["files"][0]["name"] == "good.txt"

    def test_the_same_form_sent_twice_takes_its_files_in_once(self, room, ada):
        key = uuid.uuid4()
        for _ in range(2):
            browser(ada).post(address(room), {"body": "x", "client_key": key, "files": uploaded("a", b"x")})
        assert FileVersion.objects.count() == Message.objects.filter(kind="text").count() == 1

    def test_a_page_takes_one_in_and_takes_it_away(self, room, ada, ben):
        answer = browser(ada).post(attach_address(room), {"file": uploaded("a.txt", b"x")})
        assert answer.status_code == 201
        number = answer.json()["file"]["id"]
        place = f"{attach_address(room)}{number}/remove/"
        assert browser(ben).post(place).status_code == 404
        assert browser(ada).post(place).status_code == 200
        assert not RoomFile.objects.exists()
        assert browser(ada).post(place).status_code == 404

    @pytest.mark.parametrize(
        ("files", "words"), [({}, "choose"), ({"file": ("CON", b"x")}, "Windows"), ({"file": ("a", b"")}, "empty")]
    )
    def test_what_is_refused_is_said(self, room, ada, files, words):
        data = {name: uploaded(*value) for name, value in files.items()}
        answer = browser(ada).post(attach_address(room), data)
        assert answer.status_code == 400
        assert words in answer.json()["error"]

    def test_who_takes_no_part_takes_nothing_in(self, room, member):
        assert browser(member).post(attach_address(room), {"file": uploaded("a", b"x")}).status_code == 404
        with pytest.raises(PermissionDenied):
            taken(room, member)

    def test_the_chat_asks_no_more_often_for_more_files(self, room, ada):
        def asked() -> int:
            client = browser(ada)
            client.get(f"/rooms/{room.uid}/chat/")
            with CaptureQueriesContext(connection) as queries:
                client.get(f"/rooms/{room.uid}/chat/")
            return len(queries)

        def fill(number) -> None:
            for n in range(number):
                message = say(room, ada, "", attachments=[taken(room, ada, f"{n}{m}") for m in range(2)])
                say(room, ada, "x", quoted=message)
                actions.pin_message(message, by=ada)

        fill(2)
        few = asked()
        fill(4)
        assert asked() == few
