"""The pages of files: what is shown, typed, sent and refused, without JavaScript and for programs."""

import io
import uuid
import zipfile

import pytest
from asgiref.sync import sync_to_async
from django.db import connection
from django.test import AsyncClient
from django.test.utils import CaptureQueriesContext

from hanse_access.actions import break_glass
from hanse_access.operators import operator_group
from hanse_groups import actions
from hanse_groups.models import FileVersion, Folder, Message, RoomFile
from tests.factories.files import image_bytes, uploaded
from tests.factories.people import UserFactory
from tests.factories.room_files import bring
from tests.factories.rooms import add, place_of

from .talk import browser

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]
JSON = {"HTTP_ACCEPT": "application/json"}


def base(room) -> str:
    return f"/rooms/{room.uid}/"


def text(answer) -> str:
    return answer.content.decode()


def act(version, name: str) -> str:
    return f"{version.room_file.get_absolute_url()}{name}/"


class TestUploading:
    def test_several_files_at_once(self, room, ada):
        files = [uploaded("a.txt", b"one"), uploaded("b.png", image_bytes("PNG"))]
        answer = browser(ada).post(f"{base(room)}files/upload/", {"files": files, "batch": uuid.uuid4()})
        assert answer.url == f"{base(room)}files/"
        assert list(RoomFile.objects.values_list("name", flat=True)) == ["a.txt", "b.png"]
        assert Message.objects.get(data__verb="files").data["count"] == 2
        page = text(browser(ada).get(answer.url))
        assert "a.txt" in page
        assert ada.get_full_name() in page

    def test_what_is_refused_is_said_by_name_beside_the_field_and_the_others_are_kept(self, room, ada, settings):
        settings.HANSE_UPLOAD_MAX_BYTES = 10
        files = [uploaded("good.txt", b"one"), uploaded("large.txt", b"x" * 11), uploaded("empty.txt", b"")]
        answer = browser(ada).post(f"{base(room)}files/upload/", {"files": files})
        assert answer.status_code == 400
        errors = answer.context["upload_form"].errors["files"]
        assert [error.split(":")[0] for error in errors] == ["large.txt", "empty.txt"]
        assert RoomFile.objects.get().name == "good.txt"
        assert 'id="id_files_error"' in text(answer)
        # Search and order of that page lead to the list, not to the address of the form.
        assert answer.context["item_list"].path == f"{base(room)}files/"

    def test_without_a_file_it_says_so(self, room, ada):
        answer = browser(ada).post(f"{base(room)}files/upload/", {})
        assert answer.status_code == 400
        assert answer.context["upload_form"].errors["files"]

    def test_a_program_sends_one_and_gets_its_error(self, room, ada):
        address = f"{base(room)}files/upload/"
        answer = browser(ada).post(address, {"files": uploaded("a.txt", b"x")}, **JSON)
        assert (answer.status_code, answer.json()["files"]) == (201, [{"name": "a.txt", "number": 1}])
        refused = browser(ada).post(address, {"files": uploaded("CON", b"x")}, **JSON)
        assert refused.status_code == 400
        assert "CON" in refused.json()["error"]

    @pytest.mark.parametrize("name", ["../../etc/passwd", "..\\..\\evil.txt", "a\u202egnp.exe", "a\x00b.txt"])
    def test_no_name_leads_out_of_the_folder_or_turns_its_direction(self, room, ada, name):
        browser(ada).post(f"{base(room)}files/upload/", {"files": uploaded("x", b"x") if not name else _named(name)})
        for file in RoomFile.objects.all():
            assert not set(file.name) & set("/\\\u202e\x00")
            assert file.name not in ("..", ".")

    def test_into_a_folder_that_is_gone(self, room, ada):
        folder = actions.make_folder(room, by=ada, name="gone")
        address = f"{folder.get_absolute_url()}upload/"
        actions.bin_folder(folder, by=ada)
        assert browser(ada).post(address, {"files": uploaded("a.txt", b"x")}).status_code == 404

    def test_an_odd_batch_is_no_error_of_ours(self, room, ada):
        answer = browser(ada).post(f"{base(room)}files/upload/", {"files": uploaded("a", b"x"), "batch": "x"})
        assert answer.status_code == 400


def _named(name: str):
    file = uploaded("x", b"x")
    file._name = name
    return file


class TestFolders:
    def test_one_is_made_opened_renamed_moved_and_deleted(self, room, ada):
        client = browser(ada)
        made = client.post(f"{base(room)}files/new-folder/", {"name": " Drawings "}).url
        inner = client.post(f"{made}new-folder/", {"name": "Old"}).url
        assert "Old" in text(client.get(made))
        assert client.post(f"{inner}change/", {"act": "rename", "name": "Older"}).url == inner
        assert client.post(f"{inner}change/", {"act": "move", "folder": "top"}).url == inner
        assert Folder.objects.get(name="Older").parent is None
        assert client.post(f"{inner}change/", {"act": "bin"}).url == f"{base(room)}files/"
        assert client.get(inner).status_code == 404

    def test_a_refused_name_stands_beside_its_field_and_is_kept(self, room, ada):
        client = browser(ada)
        actions.make_folder(room, by=ada, name="Drawings")
        answer = client.post(f"{base(room)}files/new-folder/", {"name": "drawings"})
        assert answer.status_code == 400
        assert 'value="drawings"' in text(answer)
        assert 'id="folder_name_error"' in text(answer)
        other = actions.make_folder(room, by=ada, name="Other")
        answer = client.post(f"{other.get_absolute_url()}change/", {"act": "rename", "name": "a/b"})
        assert answer.status_code == 400
        assert "a/b" in text(answer)
        answer = client.post(f"{other.get_absolute_url()}change/", {"act": "move", "folder": str(uuid.uuid4())})
        assert answer.context["move_form"].errors
        assert client.post(f"{other.get_absolute_url()}change/", {"act": "nonsense"}).status_code == 404


class TestOneFile:
    def test_its_page_shows_it_and_its_versions(self, room, ada, ben):
        bring(room, ada, "notes.txt", b"The first words <script>")
        newest = bring(room, ben, "notes.txt", b"The second words <b>")
        page = text(browser(ada).get(newest.room_file.get_absolute_url()))
        assert "The second words &lt;b&gt;" in page
        assert "The first words" not in page
        assert "Version 2" in page
        assert ben.get_full_name() in page

    @pytest.mark.parametrize(
        ("name", "content", "element"),
        [
            ("p.png", image_bytes("PNG"), "<img"),
            ("p.pdf", b"%PDF-1.7\n%%EOF", "<iframe"),
            ("s.mp3", b"ID3\x03\0" + b"\0" * 50, "<audio"),
            ("v.webm", b"\x1a\x45\xdf\xa3webm" + b"\0" * 50, "<video"),
            ("x.bin", b"\x00\x01", "There is no preview"),
        ],
    )
    def test_what_browsers_show_is_shown_and_the_rest_is_saved(self, room, ada, name, content, element):
        version = bring(room, ada, name, content)
        assert element in text(browser(ada).get(version.room_file.get_absolute_url()))
        answer = browser(ada).get(version.url)
        shown = "inline" if element.startswith("<") else "attachment"
        assert answer["Content-Disposition"].startswith(shown)
        assert answer["X-Content-Type-Options"] == "nosniff"

    def test_a_part_of_a_film_is_handed_out(self, room, ada):
        version = bring(room, ada, "v.webm", b"\x1a\x45\xdf\xa3webm" + bytes(range(50)))
        answer = browser(ada).get(version.url, headers={"Range": "bytes=10-13"})
        assert answer.status_code == 206
        assert b"".join(answer.streaming_content) == bytes([2, 3, 4, 5])

    def test_it_is_renamed_and_moved(self, room, ada):
        version = bring(room, ada)
        folder = actions.make_folder(room, by=ada, name="folder")
        client = browser(ada)
        client.post(act(version, "rename"), {"name": "Größe.txt"})
        client.post(act(version, "move"), {"folder": folder.uid})
        version.room_file.refresh_from_db()
        assert (version.room_file.name, version.room_file.folder) == ("Größe.txt", folder)
        assert "Gr%C3%B6%C3%9Fe.txt" in client.get(version.url)["Content-Disposition"]

    @pytest.mark.parametrize("name", ["", "a/b", "taken.txt", "x" * 200, "a\x00b"])
    def test_a_refused_name_stands_beside_its_field(self, room, ada, name):
        version, _other = bring(room, ada), bring(room, ada, "taken.txt")
        answer = browser(ada).post(act(version, "rename"), {"name": name})
        assert answer.status_code == 400
        assert answer.context["name_form"].errors["name"]

    def test_an_older_version_is_had_back(self, room, ada):
        old, _new = bring(room, ada, content=b"old"), bring(room, ada, content=b"new")
        browser(ada).post(act(old, "restore"), {"version": old.uuid})
        assert FileVersion.objects.newest().get().number == 3
        for odd in ("x", "", str(uuid.uuid4())):
            assert browser(ada).post(act(old, "restore"), {"version": odd}).status_code == 404

    def test_it_goes_to_the_bin_and_comes_back(self, room, ada, manager):
        version = bring(room, ada)
        client = browser(ada)
        assert client.post(act(version, "bin")).url == f"{base(room)}files/"
        assert client.get(version.url).status_code == 404
        assert client.get(version.room_file.get_absolute_url()).status_code == 404
        assert "plan.txt" in text(client.get(f"{base(room)}files/bin/"))
        place = f"{base(room)}files/bin/{version.room_file.uid}/"
        assert client.post(f"{place}remove/").status_code == 403
        client.post(f"{place}restore/")
        assert client.get(version.url).status_code == 200
        client.post(act(version, "bin"))
        browser(manager).post(f"{place}remove/")
        assert not RoomFile.objects.exists()

    def test_a_guest_has_no_forms_for_what_others_brought(self, room, ada):
        guest = UserFactory()
        add(room, guest, role="guest")
        own, foreign = bring(room, guest, "own"), bring(room, ada, "foreign")
        assert "Put into the bin" in text(browser(guest).get(own.room_file.get_absolute_url()))
        assert "Put into the bin" not in text(browser(guest).get(foreign.room_file.get_absolute_url()))
        assert browser(guest).post(act(foreign, "bin")).status_code == 403

    def test_a_file_of_another_room_is_missing_here(self, room, ada, newcomer):
        other, _before, person = newcomer
        add(other, ada)
        foreign = bring(other, person)
        assert browser(ada).get(f"{base(room)}files/{foreign.room_file.uid}/").status_code == 404
        assert browser(ada).post(f"{base(room)}files/{foreign.room_file.uid}/bin/").status_code == 404


class TestArchive:
    def test_a_folder_as_it_is_with_unicode_names_each_once(self, room, ada):
        folder = actions.make_folder(room, by=ada, name="Zeichnungen")
        inner = actions.make_folder(room, by=ada, name="Größen", parent=folder)
        bring(room, ada, "outside.txt")
        bring(room, ada, "a.txt", b"A", folder=folder)
        bring(room, ada, "конспект.txt", b"old", folder=inner)
        bring(room, ada, "конспект.txt", b"B", folder=inner)
        answer = browser(ada).get(f"{folder.get_absolute_url()}zip/")
        assert answer["Content-Type"] == "application/zip"
        assert 'filename="Zeichnungen.zip"' in answer["Content-Disposition"]
        with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
            assert archive.testzip() is None
            assert {name: archive.read(name) for name in archive.namelist()} == {
                "a.txt": b"A",
                "Größen/конспект.txt": b"B",
            }

    def test_nothing_of_the_bin_or_infected_is_in_it(self, room, ada):
        bring(room, ada, "kept.txt")
        actions.bin_file(bring(room, ada, "binned.txt").room_file, by=ada)
        sick = bring(room, ada, "sick.txt")
        FileVersion.objects.filter(pk=sick.pk).update(scan="infected")
        answer = browser(ada).get(f"{base(room)}files/zip/")
        with zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content))) as archive:
            assert archive.namelist() == ["kept.txt"]

    def test_it_is_never_whole_in_memory(self, room, ada):
        content = bytes(range(256)) * 4096
        for number in range(3):
            bring(room, ada, f"{number}.bin", content)
        pieces = [len(piece) for piece in browser(ada).get(f"{base(room)}files/zip/").streaming_content]
        assert sum(pieces) > 3 * len(content)
        assert max(pieces) < 2 * 256 * 1024

    def test_it_breaks_off_when_somebody_is_removed(self, room, ada, manager, monkeypatch):
        monkeypatch.setattr("hanse_groups.file_archive.AT_ONCE", 1)
        for name in ("a", "b"):
            bring(room, ada, name, b"words of " + name.encode())
        stream = iter(browser(ada).get(f"{base(room)}files/zip/").streaming_content)
        got = next(stream)
        actions.remove(place_of(room, ada), by=manager)
        got += b"".join(stream)
        assert b"words of a" in got
        assert b"words of b" not in got
        with pytest.raises(zipfile.BadZipFile):
            zipfile.ZipFile(io.BytesIO(got))


@pytest.mark.asyncio
@pytest.mark.django_db(transaction=True)
async def test_an_archive_is_streamed_by_the_asynchronous_server_too(room, ada):
    await sync_to_async(bring)(room, ada, "a.txt", b"words")
    client = AsyncClient()
    await client.aforce_login(ada)
    answer = await client.get(f"{base(room)}files/zip/")
    received = b"".join([piece async for piece in answer.streaming_content])
    with zipfile.ZipFile(io.BytesIO(received)) as archive:
        assert archive.read("a.txt") == b"words"


class TestSurroundings:
    def test_the_home_page_has_the_newest_and_every_page_the_tab(self, room, ada):
        bring(room, ada)
        page = text(browser(ada).get(base(room)))
        assert "plan.txt" in page
        assert f'href="{base(room)}files/"' in page

    def test_used_space_is_shown(self, room, ada, settings):
        settings.HANSE_ROOM_QUOTA_BYTES = 2048
        bring(room, ada, content=b"x" * 1024)
        assert "1.0\xa0KB of 2.0\xa0KB" in text(browser(ada).get(f"{base(room)}files/"))

    def test_an_archived_room_offers_nothing_to_change(self, room, ada, manager):
        version = bring(room, ada)
        actions.archive_room(room, by=manager)
        for address in (f"{base(room)}files/", version.room_file.get_absolute_url(), f"{base(room)}files/bin/"):
            page = text(browser(ada).get(address))
            assert 'enctype="multipart/form-data"' not in page
            assert "Put into the bin" not in page
        assert browser(ada).get(version.url).status_code == 200
        assert browser(ada).post(f"{base(room)}files/upload/", {"files": uploaded("a", b"x")}).status_code == 400

    def test_an_operator_with_break_glass_reads_names_and_opens_nothing(self, room, ada):
        version = bring(room, ada)
        folder = actions.make_folder(room, by=ada, name="Drawings")
        operator = UserFactory()
        operator.groups.add(operator_group())
        client = browser(operator)
        assert client.get(f"{base(room)}files/").status_code == 404
        break_glass(by=operator, scope=room.scope, reason="A court order obliges us to look into it")
        page = text(client.get(f"{base(room)}files/"))
        assert "plan.txt" in page
        assert "Drawings" in page
        assert version.url not in page
        one = client.get(version.room_file.get_absolute_url())
        assert one.status_code == 200
        assert "A plan" not in text(one)
        assert client.get(folder.get_absolute_url()).status_code == 200
        for address in (version.url, f"{base(room)}files/zip/", f"{base(room)}files/bin/"):
            assert client.get(address).status_code == 404, address
        assert client.post(f"{base(room)}files/upload/", {"files": uploaded("a", b"x")}).status_code == 404


def test_pages_ask_no_more_often_for_more_files(room, ada):
    def fill(start, stop):
        for number in range(start, stop):
            folder = actions.make_folder(room, by=ada, name=f"folder {number}")
            bring(room, ada, f"{number}.txt")
            bring(room, ada, f"{number}.png", image_bytes("PNG"), folder=folder)
            bring(room, ada, "first.txt")
            actions.bin_file(bring(room, ada, f"binned {number}").room_file, by=ada)
            gone = actions.make_folder(room, by=ada, name=f"gone {number}")
            bring(room, ada, "inside", folder=gone)
            actions.bin_folder(gone, by=ada)

    def asked() -> list[int]:
        first = RoomFile.objects.get(name="first.txt")
        counts = []
        for address in (base(room), f"{base(room)}files/", f"{base(room)}files/?q=txt", first.get_absolute_url(),
                        f"{base(room)}files/bin/"):  # fmt: skip
            client = browser(ada)
            client.get(address)
            with CaptureQueriesContext(connection) as queries:
                assert client.get(address).status_code == 200
            counts.append(len(queries))
        return counts

    fill(0, 2)
    few = asked()
    fill(2, 9)
    assert asked() == few
