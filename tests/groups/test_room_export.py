"""The copy of a room that its owner takes along: what is in it, who gets it, how long."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from django.core.exceptions import PermissionDenied
from django.urls import reverse
from django.utils import timezone

from hanse_access.models import AuditEvent
from hanse_access.models.attachments import private_storage
from hanse_activity import moderation
from hanse_activity.reportables import reportables
from hanse_groups import actions
from hanse_groups.export_parts import ExportPart, export_parts
from hanse_groups.models import Message, Participant, RoomExport, RoomExportFile
from hanse_groups.tasks import collect_room
from hanse_members.roles import Role
from tests.factories.clusters import MembershipFactory
from tests.factories.room_files import bring
from tests.factories.rooms import add, make_room, place_of, say

from .talk import browser

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]


@pytest.fixture
def add_part():
    """Register a part as a tool does, for this test."""
    names = []

    def add(name, files):
        names.append(export_parts.register(ExportPart(name=name, label=f"Part {name}", files=files)).name)

    yield add
    for name in names:
        export_parts.unregister(name)


def page(room) -> str:
    return reverse("hanse_groups:export", args=[room.uid])


def collected(room, by) -> RoomExport:
    export = actions.request_room_export(room, by=by)
    collect_room.call(export.pk)
    export.refresh_from_db()
    return export


def opened(room, by) -> zipfile.ZipFile:
    file = collected(room, by).file
    answer = browser(by).get(file.url)
    assert answer.status_code == 200
    assert answer["Content-Disposition"].startswith("attachment")
    return zipfile.ZipFile(io.BytesIO(b"".join(answer.streaming_content)))


def messages_in(archive) -> dict[str, dict]:
    return {row.get("text", ""): row for row in json.loads(archive.read("messages.json")) if "author" in row}


class TestContent:
    def test_room_people_messages_and_a_text_for_each_month(self, room, manager, ada, ben):
        first = say(room, ada, "**Hello**")
        say(room, ben, "Answer", quoted=first)
        actions.react(first, "useful", by=ben)
        actions.edit_message(first, by=ada, body="**Hello** all")
        early = timezone.now() - timedelta(days=62)
        Message.objects.filter(pk=first.pk).update(created_at=early)
        archive = opened(room, manager)
        assert json.loads(archive.read("room.json"))["name"] == room.name
        assert {row["name"] for row in json.loads(archive.read("people.json"))} == {
            person.get_full_name() for person in (manager, ada, ben)
        }
        rows = messages_in(archive)
        assert rows["**Hello** all"]["reactions"][0]["person"] == ben.get_full_name()
        assert rows["**Hello** all"]["edited_at"]
        assert rows["Answer"]["quotes"] == str(first.uid)
        months = [name for name in archive.namelist() if name.startswith("messages/")]
        assert f"messages/{timezone.localtime(early):%Y-%m}.md" in months
        texts = "".join(archive.read(name).decode() for name in months)
        for word in ("**Ada Berg**", "**Hello** all", "Answer"):
            assert word in texts
        assert archive.testzip() is None

    def test_of_what_was_deleted_or_withheld_it_says_only_that(self, room, manager, ada, ben, cluster):
        gone, kept = say(room, ada, "Zqgonezq"), say(room, ada, "Zqwithheldzq")
        actions.delete_message(gone, by=manager, reason="Zqreasonzq")
        office = MembershipFactory(cluster=cluster, role=Role.MANAGER).person
        made = moderation.report(reportables["message"], kept, by=ben, category="untrue")
        moderation.withhold(made, by=office, statement="No")
        archive = opened(room, manager)
        everything = "".join(archive.read(name).decode() for name in archive.namelist())
        for word in ("Zqgonezq", "Zqwithheldzq", "Zqreasonzq"):
            assert word not in everything
        by = {row.get("deleted_by") for row in json.loads(archive.read("messages.json"))}
        assert {"lead", "management"} <= by

    def test_an_owner_who_came_later_gets_what_newcomers_read(self, newcomer, manager):
        room, before, person = newcomer
        after = say(room, manager, "After", quoted=before)
        actions.hand_over(room, by=manager, to=place_of(room, person))
        archive = opened(room, person)
        rows = messages_in(archive)
        assert before.body not in rows
        assert rows[after.body]["quotes"] is None
        assert before.body not in "".join(archive.read(name).decode() for name in archive.namelist())

    def test_what_the_room_no_longer_keeps_is_not_in_it(self, cluster, manager):
        room = make_room(cluster, owner=manager)
        actions.change_room(room, by=manager, retention_days=30)
        old = say(room, manager, "Zqoldzq")
        Message.objects.filter(pk=old.pk).update(created_at=timezone.now() - timedelta(days=31))
        actions.remove_old_messages()
        say(room, manager, "New")
        assert set(messages_in(opened(room, manager))) == {"New"}

    def test_files_lie_in_their_folders_and_stand_at_their_message(self, room, manager, ada):
        folder = actions.make_folder(room, by=ada, name="Plans")
        bring(room, ada, "lens.txt", b"Zqfirstzq", folder=folder)
        gone = bring(room, ada, "gone.txt", b"Zqgonezq")
        actions.bin_file(gone.room_file, by=ada)
        archive = opened(room, manager)
        assert archive.read("files/Plans/lens.txt") == b"Zqfirstzq"
        assert [name for name in archive.namelist() if name.startswith("files/")] == ["files/Plans/lens.txt"]

    def test_files_from_before_are_not_for_an_owner_who_came_later(self, newcomer, manager):
        room, _before, person = newcomer
        early = actions.make_folder(room, by=manager, name="Zqearlyzq")
        actions.hand_over(room, by=manager, to=place_of(room, person))
        late = MembershipFactory(cluster=room.cluster).person
        bring(room, person, "early.txt", b"Zqoldzq", folder=early)
        add(room, late)
        actions.hand_over(room, by=person, to=place_of(room, late))
        bring(room, late, "late.txt", b"Zqnewzq")
        archive = opened(room, late)
        assert [name for name in archive.namelist() if name.startswith("files/")] == ["files/late.txt"]

    def test_tools_add_their_part(self, room, manager, add_part):
        def files(of, place):
            assert (of, place.person) == (room, manager)
            yield "a/plan.txt", io.BytesIO(b"bytes")
            yield "index.json", [1]

        add_part("drawings", files)
        archive = opened(room, manager)
        assert archive.read("drawings/a/plan.txt") == b"bytes"
        assert json.loads(archive.read("drawings/index.json")) == [1]
        assert "Part drawings" in browser(manager).get(page(room)).content.decode()

    def test_a_part_that_names_a_file_outside_fails_and_leaves_nothing(self, room, manager, add_part):
        add_part("bad", lambda of, place: iter([("../evil", b"")]))
        assert collected(room, manager).state == RoomExport.State.FAILED
        assert not RoomExportFile.objects.exists()
        assert "could not be made" in browser(manager).get(page(room)).content.decode()


class TestWho:
    def test_owners_only(self, room, ada, ben):
        add(room, MembershipFactory(cluster=room.cluster).person, role="moderator")
        for person in (ada, ben):
            assert browser(person).get(page(room)).status_code == 404
            assert browser(person).post(page(room)).status_code == 404
            with pytest.raises(PermissionDenied):
                actions.request_room_export(room, by=person)

    def test_the_room_is_told_and_it_is_in_the_trail(self, room, manager):
        collected(room, manager)
        line = Message.objects.filter(kind="system").latest("seq")
        assert line.data == {"verb": "exported", "by": manager.pk}
        assert AuditEvent.objects.filter(verb="rooms.exported", scope_kind="group", scope_id=room.pk).exists()

    def test_another_owner_does_not_get_the_file(self, room, manager, ada):
        file = collected(room, manager).file
        actions.set_role(place_of(room, ada), "owner", by=manager)
        assert browser(ada).get(file.url).status_code == 404

    @pytest.mark.parametrize("end", ["handed over", "left", "deleted", "suspended", "over"])
    def test_it_ends_with_the_right_to_it(self, room, manager, ada, end):
        file = collected(room, manager).file
        if end == "handed over":
            actions.hand_over(room, by=manager, to=place_of(room, ada))
        elif end == "left":
            actions.leave(room, by=manager)
        elif end == "deleted":
            actions.delete_room(room, by=manager)
        elif end == "suspended":
            type(room.cluster).objects.filter(pk=room.cluster_id).update(state="suspended")
        else:
            RoomExport.objects.update(expires_at=timezone.now())
        assert browser(manager).get(file.url).status_code == 404

    def test_who_owns_it_no_longer_when_the_worker_comes_gets_none(self, room, manager, ada):
        export = actions.request_room_export(room, by=manager)
        actions.hand_over(room, by=manager, to=place_of(room, ada))
        collect_room.call(export.pk)
        export.refresh_from_db()
        assert export.state == RoomExport.State.FAILED
        assert not RoomExportFile.objects.exists()


class TestUnderWay:
    def test_the_page_says_how_far_it_is_and_then_where_to_fetch_it(self, room, manager):
        client = browser(manager)
        assert client.post(page(room)).url == page(room)
        export = RoomExport.objects.get()
        if export.is_under_way:
            assert "every 2s" in client.get(page(room), headers={"HX-Request": "true"}).content.decode()
            collect_room.call(export.pk)
        assert RoomExportFile.objects.get().url in client.get(page(room)).content.decode()

    def test_one_at_a_time(self, room, manager):
        RoomExport.objects.create(room=room, person=manager, expires_at=timezone.now() + timedelta(days=1))
        with pytest.raises(actions.NotPossible):
            actions.request_room_export(room, by=manager)

    def test_running_twice_does_no_harm(self, room, manager):
        export = collected(room, manager)
        collect_room.call(export.pk)
        assert RoomExportFile.objects.count() == 1

    def test_a_new_one_takes_the_place_of_the_old_and_its_file(self, room, manager, django_capture_on_commit_callbacks):
        names = collected(room, manager).file.file_names
        with django_capture_on_commit_callbacks(execute=True):
            collected(room, manager)
        assert RoomExportFile.objects.count() == 1
        assert not any(private_storage().exists(name) for name in names)

    def test_what_is_over_is_removed_with_its_file(self, room, manager, django_capture_on_commit_callbacks):
        names = collected(room, manager).file.file_names
        assert actions.remove_old_exports() == 0
        RoomExport.objects.update(expires_at=timezone.now())
        with django_capture_on_commit_callbacks(execute=True):
            assert actions.remove_old_exports() == 1
        assert not any(private_storage().exists(name) for name in names)
        assert Participant.objects.filter(person=manager).exists()
