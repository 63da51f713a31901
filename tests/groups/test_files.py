"""Files of a room: versions, names, folders, bin and quota."""

import threading
import uuid
from datetime import timedelta

import pytest
import time_machine
from django.core.exceptions import PermissionDenied, ValidationError
from django.core.files.storage import storages
from django.db import connections
from django.utils import timezone

from hanse_access.models import AuditEvent
from hanse_groups import actions
from hanse_groups.actions import NotPossible
from hanse_groups.file_tree import Tree
from hanse_groups.models import FileVersion, Folder, Message, RoomFile
from hanse_groups.models.files import MOST_LEVELS
from hanse_groups.personal_data import erase, export
from hanse_members.roles import Role as ClusterRole
from tests.factories.clusters import MembershipFactory
from tests.factories.files import image_bytes, uploaded
from tests.factories.room_files import bring, seen_by
from tests.factories.rooms import add, make_room, place_of, say

pytestmark = pytest.mark.django_db


def verbs() -> list[str]:
    return list(AuditEvent.objects.filter(verb__contains="file").order_by("pk").values_list("verb", flat=True))


def stored(version) -> bool:
    return all(storages["private"].exists(name) for name in version.file_names)


class TestVersions:
    def test_two_uploads_of_one_name_are_versions_of_one_file(self, room, ada, ben):
        first, second = bring(room, ada, "Plan.txt", b"one"), bring(room, ben, "plan.TXT", b"two")
        assert first.room_file == second.room_file
        assert (first.number, second.number) == (1, 2)
        first.refresh_from_db()
        assert (first.is_newest, second.is_newest) == (False, True)
        assert (first.file.read(), second.file.read()) == (b"one", b"two")
        assert {first.label, second.label} == {"Plan.txt"}
        assert RoomFile.objects.count() == 1

    def test_the_same_name_in_another_folder_is_another_file(self, room, ada):
        folder = actions.make_folder(room, by=ada, name="Drawings")
        assert bring(room, ada).room_file != bring(room, ada, folder=folder).room_file

    def test_an_older_version_becomes_the_newest_as_a_copy(self, room, ada, ben):
        picture, text = bring(room, ada, "a", image_bytes()), bring(room, ada, "a", b"text")
        again = actions.restore_version(picture, by=ben)
        assert (again.number, again.restored_from, again.uploaded_by) == (3, 1, ben)
        assert (again.sha256, again.width, len(again.variants)) == (picture.sha256, 64, len(picture.variants))
        assert set(again.file_names).isdisjoint(picture.file_names)
        assert stored(again)
        text.refresh_from_db()
        assert not text.is_newest

    def test_a_picture_is_cleaned_and_other_bytes_stay_as_they_are(self, room, ada):
        assert bring(room, ada, "p.jpg", image_bytes(exif=b"Exif\0\0secret place")).content_type == "image/jpeg"
        assert b"secret place" not in FileVersion.objects.get().file.read()
        program = bring(room, ada, "model.step", b"\x00\x01<script>")
        assert (program.content_type, program.label) == ("application/octet-stream", "model.step")
        assert program.file.read() == b"\x00\x01<script>"
        broken = bring(room, ada, "broken.jpg", image_bytes()[:300])
        assert broken.content_type == "application/octet-stream"

    def test_what_is_refused_leaves_nothing_behind(self, room, ada):
        for upload in (uploaded("empty.txt", b""), uploaded("CON", b"x")):
            with pytest.raises(ValidationError):
                actions.add_file(room, by=ada, upload=upload)
        folder = actions.make_folder(room, by=ada, name="Plan.txt")
        with pytest.raises(ValidationError):
            bring(room, ada, "plan.txt")
        assert folder.name == "Plan.txt"
        assert not RoomFile.objects.exists()


class TestLine:
    def test_the_chat_says_it_once_for_a_batch(self, room, ada, ben):
        batch = uuid.uuid4()
        for name in ("a", "b", "c"):
            bring(room, ada, name, batch=batch)
        bring(room, ben, "d", batch=batch)
        lines = Message.objects.filter(kind="system", data__verb="files").order_by("seq")
        assert [(line.data["by"], line.data["count"]) for line in lines] == [(ada.pk, 3), (ben.pk, 1)]

    def test_numbers_of_versions_rise_with_those_of_the_chat(self, room, ada):
        before = say(room, ada).seq
        batch = uuid.uuid4()
        numbers = [bring(room, ada, str(n), batch=batch).seq for n in range(3)]
        assert before < numbers[0] < numbers[1] < numbers[2] < say(room, ada).seq


class TestNamesAndPlaces:
    def test_renaming_keeps_versions_and_changes_what_is_saved(self, room, ada):
        bring(room, ada)
        file = bring(room, ada).room_file
        actions.rename_file(file, by=ada, name="Plan 2.txt")
        assert set(FileVersion.objects.values_list("label", flat=True)) == {"Plan 2.txt"}

    def test_a_name_that_is_taken_is_refused(self, room, ada):
        file, _other = bring(room, ada, "a").room_file, bring(room, ada, "b")
        folder = actions.make_folder(room, by=ada, name="c")
        for name in ("B", "C"):
            with pytest.raises(ValidationError) as refused:
                actions.rename_file(file, by=ada, name=name)
            assert refused.value.code == "taken"
        bring(room, ada, "a", folder=folder)
        with pytest.raises(ValidationError) as refused:
            actions.move_file(file, by=ada, folder=folder)
        assert refused.value.code == "taken"
        actions.rename_file(file, by=ada, name="A")
        file.refresh_from_db()
        assert (file.name, file.folder) == ("A", None)

    def test_folders_lie_in_folders_up_to_a_depth(self, room, ada):
        folder = None
        for level in range(MOST_LEVELS):
            folder = actions.make_folder(room, by=ada, name=str(level), parent=folder)
        with pytest.raises(ValidationError) as refused:
            actions.make_folder(room, by=ada, name="deeper", parent=folder)
        assert refused.value.code == "depth"
        other = actions.make_folder(room, by=ada, name="other")
        with pytest.raises(ValidationError) as refused:
            actions.move_folder(other, by=ada, parent=folder)
        assert refused.value.code == "depth"

    def test_a_folder_is_moved_with_what_is_in_it_and_never_into_itself(self, room, ada):
        outer = actions.make_folder(room, by=ada, name="outer")
        inner = actions.make_folder(room, by=ada, name="inner", parent=outer)
        with pytest.raises(ValidationError):
            actions.move_folder(outer, by=ada, parent=inner)
        actions.move_folder(inner, by=ada, parent=None)
        inner.refresh_from_db()
        assert inner.parent is None
        with pytest.raises(ValidationError):
            actions.rename_folder(inner, by=ada, name="OUTER")

    def test_folders_of_another_room_are_none(self, room, ada, cluster, manager):
        other = make_room(cluster, owner=manager)
        add(other, ada)
        foreign = actions.make_folder(other, by=ada, name="foreign")
        file = bring(room, ada).room_file
        for act in (
            lambda: bring(room, ada, "b", folder=foreign),
            lambda: actions.move_file(file, by=ada, folder=foreign),
            lambda: actions.make_folder(room, by=ada, name="x", parent=foreign),
        ):
            with pytest.raises(NotPossible):
                act()


class TestBin:
    def test_a_file_in_the_bin_is_gone_from_sight_and_comes_back(self, room, ada, ben):
        file = bring(room, ada).room_file
        actions.bin_file(file, by=ada)
        assert seen_by(ben) == set()
        actions.restore_file(file, by=ada)
        assert seen_by(ben) == {"plan.txt"}
        assert verbs() == ["rooms.file_binned", "rooms.file_restored"]

    def test_its_name_is_free_and_it_comes_back_with_a_number(self, room, ada):
        file = bring(room, ada).room_file
        actions.bin_file(file, by=ada)
        assert bring(room, ada).number == 1
        assert actions.restore_file(file, by=ada).name == "plan (2).txt"
        assert seen_by(ada) == {"plan.txt", "plan (2).txt"}

    def test_a_folder_goes_and_comes_with_all_that_is_in_it(self, room, ada):
        outer = actions.make_folder(room, by=ada, name="outer")
        inner = actions.make_folder(room, by=ada, name="inner", parent=outer)
        bring(room, ada, "a", folder=inner)
        alone = bring(room, ada, "alone", folder=inner).room_file
        actions.bin_file(alone, by=ada)
        actions.bin_folder(outer, by=ada)
        assert seen_by(ada) == set()
        with pytest.raises(NotPossible):
            bring(room, ada, "b", folder=inner)
        actions.restore_folder(outer, by=ada)
        assert seen_by(ada) == {"a"}
        assert [folder.name for folder, _level in Tree(room, place_of(room, ada)).walk()] == ["outer", "inner"]

    def test_what_lay_in_a_folder_that_is_gone_comes_back_to_the_top(self, room, ada, manager):
        folder = actions.make_folder(room, by=ada, name="folder")
        file = bring(room, ada, folder=folder).room_file
        actions.bin_file(file, by=ada)
        actions.bin_folder(folder, by=ada)
        actions.remove_folder(folder, by=manager)
        assert not Folder.objects.exists()
        assert actions.restore_file(file, by=ada).folder is None
        assert seen_by(ada) == {"plan.txt"}

    def test_after_30_days_it_is_removed_with_its_bytes(self, room, ada):
        first, kept = bring(room, ada), bring(room, ada, "kept")
        second = bring(room, ada, "plan.txt", image_bytes())
        folder = actions.make_folder(room, by=ada, name="folder")
        inside = bring(room, ada, folder=folder)
        actions.bin_file(first.room_file, by=ada)
        actions.bin_folder(folder, by=ada)
        with time_machine.travel(timezone.now() + timedelta(days=29)):
            assert actions.empty_bins() == 0
        with time_machine.travel(timezone.now() + timedelta(days=31)):
            self.run_with_commit(actions.empty_bins)
        assert [stored(version) for version in (first, second, inside, kept)] == [False, False, False, True]
        assert list(RoomFile.objects.all()) == [kept.room_file]
        assert not Folder.objects.exists()
        assert verbs().count("rooms.file_removed") == 2

    @pytest.fixture(autouse=True)
    def _commit(self, django_capture_on_commit_callbacks):
        def run(act):
            with django_capture_on_commit_callbacks(execute=True):
                return act()

        self.run_with_commit = run

    def test_those_who_lead_the_room_remove_at_once(self, room, ada, manager):
        version = bring(room, ada)
        actions.bin_file(version.room_file, by=ada)
        with pytest.raises(PermissionDenied):
            actions.remove_file(version.room_file, by=ada)
        self.run_with_commit(lambda: actions.remove_file(version.room_file, by=manager))
        assert not stored(version)

    def test_only_who_put_it_there_and_who_leads_has_it_back(self, room, ada, ben, manager):
        file = bring(room, ada).room_file
        actions.bin_file(file, by=manager)
        for person in (ada, ben):
            with pytest.raises(PermissionDenied):
                actions.restore_file(file, by=person)
        actions.restore_file(file, by=manager)
        actions.bin_file(file, by=ben)
        actions.restore_file(file, by=ben)

    def test_what_never_arrived_is_removed_after_a_day(self, room, ada):
        actions.stage_file(room, by=ada, upload=uploaded("a.txt", b"x"))
        assert actions.empty_bins() == 0
        FileVersion.objects.update(created=timezone.now() - timedelta(days=2))
        kept = bring(room, ada)
        assert actions.empty_bins() == 1
        assert list(FileVersion.objects.all()) == [kept]

    def test_a_room_that_is_emptied_loses_its_files(self, room, ada, manager):
        version = bring(room, ada, folder=actions.make_folder(room, by=ada, name="folder"))
        binned = bring(room, ada, "binned")
        actions.bin_file(binned.room_file, by=ada)
        actions.delete_room(room, by=manager)
        assert seen_by(manager) == set()
        with time_machine.travel(timezone.now() + timedelta(days=31)):
            self.run_with_commit(actions.empty_deleted_rooms)
        assert not stored(version)
        assert not stored(binned)
        assert not FileVersion.objects.exists()
        assert not Folder.objects.exists()


class TestQuota:
    def test_what_does_not_fit_is_refused_and_nothing_is_lost(self, room, ada, settings):
        settings.HANSE_ROOM_QUOTA_BYTES = 10
        first = bring(room, ada, "a", b"12345678")
        with pytest.raises(NotPossible) as refused:
            bring(room, ada, "b", b"123")
        assert "is kept" in str(refused.value)
        assert list(FileVersion.objects.all()) == [first]
        assert bring(room, ada, "b", b"12").number == 1
        assert actions.used_bytes(room) == 10

    def test_old_versions_and_the_bin_count(self, room, ada, settings):
        settings.HANSE_ROOM_QUOTA_BYTES = 10
        bring(room, ada, "a", b"12345")
        newest = bring(room, ada, "a", b"12345")
        actions.bin_file(newest.room_file, by=ada)
        with pytest.raises(NotPossible):
            bring(room, ada, "b", b"1")

    def test_other_rooms_do_not_count(self, room, ada, newcomer, settings):
        settings.HANSE_ROOM_QUOTA_BYTES = 10
        other, _before, person = newcomer
        bring(other, person, "a", b"1234567890")
        assert bring(room, ada, "a", b"1234567890")


class TestPersonalData:
    def test_own_uploads_are_handed_out(self, room, ada, ben):
        bring(room, ada, "own.txt", b"mine")
        bring(room, ben, "foreign.txt", b"theirs")
        files = {file.path: file.content for file in export(ada)}
        assert [row["label"] for row in files["files.json"]] == ["own.txt"]
        assert [content for path, content in files.items() if path.startswith("files/")] == [b"mine"]

    def test_what_somebody_brought_stays_when_the_account_goes(self, room, ada, ben):
        bring(room, ada)
        erase(ada)
        ada.delete()
        assert seen_by(ben) == {"plan.txt"}
        assert FileVersion.objects.get().uploaded_by is None


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_of_one_name_brought_by_two_at_once_both_are_kept_as_versions():
    """Whoever places it second finds the first one there, also for several at the same moment."""
    manager = MembershipFactory(role=ClusterRole.MANAGER)
    room = make_room(manager.cluster, owner=manager.person)
    people = [manager.person, *(MembershipFactory(cluster=manager.cluster).person for _ in range(3))]
    for person in people[1:]:
        add(room, person)
    ready, problems = threading.Barrier(len(people), timeout=20), []

    def work(person) -> None:
        try:
            ready.wait()
            actions.add_file(room, by=person, upload=uploaded("plan.txt", f"by {person.pk}".encode()))
        except Exception as problem:  # told below
            problems.append(problem)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert problems == []
    [file] = RoomFile.objects.filter(room=room)
    versions = FileVersion.objects.filter(room_file=file).order_by("number")
    assert [version.number for version in versions] == [1, 2, 3, 4]
    assert {version.file.read() for version in versions} == {f"by {person.pk}".encode() for person in people}
    assert [version.is_newest for version in versions] == [False, False, False, True]
    assert len({version.seq for version in versions}) == 4
