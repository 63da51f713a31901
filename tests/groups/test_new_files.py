"""What is new among the files of a room: at the tab, above the list, and in what people are told."""

import pytest
from django.core import mail

from hanse_access.viewer import Viewer
from hanse_activity.blocks import block
from hanse_activity.models import Notification
from hanse_activity.tasks import deliver
from hanse_groups import actions
from hanse_groups.models import FileVersion, Participant, Room
from hanse_groups.notifications_of_files import with_files
from tests.factories.clusters import MembershipFactory
from tests.factories.files import uploaded
from tests.factories.room_files import bring
from tests.factories.rooms import add, place_of

from .talk import browser, told
from .visits import page

pytestmark = pytest.mark.django_db


def count(person, room) -> int:
    """At the tab, as the page of the people shows it."""
    [tab] = [
        tab for tab in browser(person).get(page(room, "people")).context["tabs"] if tab["url"] == page(room, "files")
    ]
    return tab["count"]


def look(person, room):
    return browser(person).get(page(room, "files")).context["new"]


class TestTheCount:
    def test_counts_what_others_brought_since_the_last_visit(self, room, ada, ben):
        assert (count(ada, room), look(ada, room)) == (0, None)
        bring(room, ben, "one.txt")
        bring(room, ben, "two.txt")
        assert (count(ada, room), count(ben, room)) == (2, 0)
        new = look(ada, room)
        assert [version.label for version in new["versions"]] == ["two.txt", "one.txt"]
        assert (count(ada, room), look(ada, room)) == (0, None)
        bring(room, ben, "one.txt", b"changed")
        assert [version.label for version in look(ada, room)["versions"]] == ["one.txt"]

    def test_counts_a_file_once_however_many_versions_came_and_none_that_is_in_the_bin(self, room, ada, ben):
        bring(room, ben, "a.txt")
        bring(room, ben, "a.txt", b"second")
        gone = bring(room, ben, "b.txt")
        actions.bin_file(gone.room_file, by=ben)
        assert count(ada, room) == 1

    def test_counts_neither_files_of_messages_nor_infected_ones_nor_those_of_whom_one_blocks(self, room, ada, ben):
        staged = actions.stage_file(room, by=ben, upload=uploaded("c.txt", b"c"))
        actions.post_message(room.conversation, by=ben, body="", client_key=staged.uuid, attachments=[staged])
        FileVersion.objects.filter(pk=bring(room, ben, "d.txt").pk).update(scan="infected")
        assert count(ada, room) == 0
        bring(room, ben, "e.txt")
        block(ada, ben)
        assert count(ada, room) == 0

    def test_nothing_is_new_to_a_newcomer(self, room, ada, cluster):
        bring(room, ada)
        person = MembershipFactory(cluster=cluster).person
        add(room, person)
        assert count(person, room) == 0
        bring(room, ada, "later.txt")
        assert count(person, room) == 1

    def test_a_newcomer_who_sees_nothing_of_before_is_told_of_nothing_of_before(self, newcomer, manager):
        room, _before, person = newcomer
        Participant.objects.of(person).update(files_seen_seq=0)
        FileVersion.objects.filter(pk=bring(room, manager, "old.txt").pk).update(seq=1)
        assert count(person, room) == 0

    def test_looking_into_a_folder_or_searching_the_bin_sees_nothing_of_the_rest(self, room, ada, ben):
        folder = actions.make_folder(room, by=ben, name="Plans")
        bring(room, ben, folder=folder)
        for name, args in (("folder", [folder.uid]), ("chat_files", []), ("bin", [])):
            assert browser(ada).get(page(room, name, *args)).status_code == 200
        assert count(ada, room) == 1

    def test_ten_are_named_and_the_others_counted(self, room, ada, ben):
        for number in range(12):
            bring(room, ben, f"{number}.txt")
        new = look(ada, room)
        assert (len(new["versions"]), new["count"], new["more"]) == (10, 12, 2)

    def test_who_is_not_in_the_room_marks_nothing(self, room, ada, ben, stranger):
        bring(room, ben)
        assert browser(stranger).get(page(room, "files")).status_code == 404
        assert count(ada, room) == 1


class TestTheNotice:
    def test_many_files_make_one_notice_until_they_are_seen(self, room, ada, ben):
        for number in range(3):
            bring(room, ben, f"{number}.txt")
        assert (told(ada, "files"), told(ben, "files")) == (1, 0)
        look(ada, room)
        assert told(ada, "files") == 0
        bring(room, ben, "again.txt")
        assert told(ada, "files") == 1

    def test_who_wants_to_hear_nothing_or_blocks_the_person_is_not_told(self, room, ada, ben, manager):
        Participant.objects.of(ada).update(level=Participant.Level.NONE)
        block(manager, ben)
        bring(room, ben)
        assert (told(ada, "files"), told(manager, "files")) == (0, 0)

    def test_the_mail_names_nothing_unless_the_room_allows_it(self, room, ada, ben):
        bring(room, ben, "merger.txt")
        notice = Notification.objects.get(recipient=ada, kind="rooms.files")
        assert room.name not in self.sent(notice)
        assert "merger.txt" not in self.sent(notice)
        Room.objects.update(mails_show_text=True)
        assert "merger.txt (Ben Cord)" in self.sent(notice)
        assert room.name in self.sent(notice)

    def test_no_mail_goes_to_who_left_meanwhile_or_where_the_file_is_gone(self, room, ada, ben):
        version = bring(room, ben)
        notice = Notification.objects.get(recipient=ada, kind="rooms.files")
        actions.bin_file(version.room_file, by=ben)
        assert self.sent(notice) == ""
        actions.restore_file(version.room_file, by=ben)
        assert self.sent(notice) != ""
        actions.leave(room, by=ada)
        assert self.sent(notice) == ""

    def test_an_operator_who_looks_in_is_told_of_nothing(self, room, ada, ben, stranger):
        bring(room, ben)
        assert list(with_files(Viewer.of(ada))) == [room]
        assert not with_files(Viewer.of(stranger)).exists()
        assert not with_files(Viewer.of(ben)).exists()

    @staticmethod
    def sent(notice) -> str:
        mail.outbox.clear()
        Notification.objects.filter(pk=notice.pk).update(mail="waiting", delivery="at_once", mail_due_at=None)
        deliver.call([notice.pk])
        return "\n".join(f"{each.subject} {each.body}" for each in mail.outbox)


def test_a_visit_goes_never_back(room, ada):
    place = place_of(room, ada)
    actions.see_files(place, up_to=9)
    actions.see_files(place, up_to=3)
    assert place_of(room, ada).files_seen_seq == 9
