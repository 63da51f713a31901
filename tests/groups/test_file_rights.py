"""Who may do what with the files of a room."""

import pytest
from django.core.exceptions import PermissionDenied

from hanse_access.viewer import Viewer
from hanse_groups import actions
from hanse_groups.actions import NotPossible
from hanse_groups.models import FileVersion
from tests.factories.people import UserFactory
from tests.factories.room_files import bring, seen_by
from tests.factories.rooms import add, place_of

pytestmark = pytest.mark.django_db


class TestRights:
    @pytest.fixture
    def guest(self, room):
        person = UserFactory()
        add(room, person, role="guest")
        return person

    def test_guests_bring_files_and_change_their_own(self, room, ada, guest):
        own, foreign = bring(room, guest, "own").room_file, bring(room, ada, "foreign").room_file
        folder = actions.make_folder(room, by=ada, name="folder")
        actions.rename_file(own, by=guest, name="mine")
        actions.move_file(own, by=guest, folder=folder)
        for act in (
            lambda: actions.rename_file(foreign, by=guest, name="x"),
            lambda: actions.move_file(foreign, by=guest, folder=folder),
            lambda: actions.bin_file(foreign, by=guest),
            lambda: actions.rename_folder(folder, by=guest, name="x"),
            lambda: actions.bin_folder(folder, by=guest),
        ):
            with pytest.raises(PermissionDenied):
                act()
        actions.bin_file(own, by=guest)
        actions.restore_file(own, by=guest)

    def test_a_guest_does_not_delete_what_others_put_into_the_own_folder(self, room, ada, guest):
        folder = actions.make_folder(room, by=guest, name="own")
        actions.bin_folder(folder, by=guest)
        actions.restore_folder(folder, by=guest)
        bring(room, ada, folder=folder)
        with pytest.raises(PermissionDenied):
            actions.bin_folder(folder, by=guest)

    def test_members_change_what_others_brought(self, room, ada, ben):
        file = bring(room, ada).room_file
        actions.rename_file(file, by=ben, name="x")
        actions.bin_file(file, by=ben)

    def test_who_is_not_in_the_room_does_nothing(self, room, ada, member):
        file, folder = bring(room, ada).room_file, actions.make_folder(room, by=ada, name="folder")
        for act in everything(room, file, folder, member):
            with pytest.raises(PermissionDenied):
                act()

    def test_an_archived_room_is_read_only(self, room, ada, manager):
        file, folder = bring(room, ada).room_file, actions.make_folder(room, by=ada, name="folder")
        actions.archive_room(room, by=manager)
        room.refresh_from_db()
        for act in everything(room, file, folder, manager):
            with pytest.raises(NotPossible):
                act()
        assert seen_by(ada) == {"plan.txt"}

    def test_a_deleted_room_shows_nothing(self, room, ada, manager):
        bring(room, ada)
        actions.delete_room(room, by=manager)
        assert seen_by(ada) == seen_by(manager) == set()

    def test_removal_acts_at_once(self, room, ada, manager):
        bring(room, ada)
        viewer = Viewer.of(ada)
        actions.remove(place_of(room, ada), by=manager)
        assert not FileVersion.objects.visible_to(viewer).exists()


def everything(room, file, folder, person):
    return [
        lambda: bring(room, person, "new"),
        lambda: actions.make_folder(room, by=person, name="new"),
        lambda: actions.rename_file(file, by=person, name="new"),
        lambda: actions.move_file(file, by=person, folder=folder),
        lambda: actions.bin_file(file, by=person),
        lambda: actions.rename_folder(folder, by=person, name="new"),
        lambda: actions.move_folder(folder, by=person, parent=None),
        lambda: actions.bin_folder(folder, by=person),
        lambda: actions.restore_version(file.versions.get(), by=person),
    ]
