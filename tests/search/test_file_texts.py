"""Files of rooms are read once after they were stored, retried when that failed, and their text goes with them."""

from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone

from hanse_access.attachments import store_attachment
from hanse_base.jobs import jobs
from hanse_base.personal_data import personal_data
from hanse_groups.actions import note_scan
from hanse_groups.models import FileVersion
from hanse_members.roles import Role
from hanse_search.extraction import extract as extraction
from hanse_search.extraction import files, tasks
from hanse_search.extraction.extract import Extract, ExtractionFailed, Outcome
from hanse_search.extraction.models import MOST_TRIES
from hanse_search.models import FileText
from tests.factories import documents
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.files import image_bytes
from tests.factories.room_files import bring
from tests.factories.rooms import add, make_room
from tests.groups.talk import browser

from .asking import results

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada(db):
    return MembershipFactory(cluster=ClusterFactory(), role=Role.MANAGER).person


@pytest.fixture
def room(ada):
    return make_room(ada.memberships.get().cluster, owner=ada)


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    """Run something and what is to follow its transaction."""

    def run(act, *args, **values):
        with django_capture_on_commit_callbacks(execute=True):
            return act(*args, **values)

    return run


@pytest.fixture
def reads(monkeypatch):
    """What reading gives, in place of a process for each file; the calls are counted."""

    class Reads:
        result = Extract(Outcome.READ, "Werkstoffprüfung")
        calls = 0

    def extract(file, content_type):
        Reads.calls += 1
        if isinstance(Reads.result, Exception):
            raise Reads.result
        return Reads.result

    monkeypatch.setattr(files, "extract", extract)
    return Reads


def text_of(version):
    return FileText.objects.get(uuid=version.uuid)


def test_an_uploaded_file_is_read_after_the_transaction(room, ada, committed):
    version = committed(bring, room, ada, "report.pdf", documents.pdf())
    text = text_of(version)
    assert (text.outcome, text.kind) == (Outcome.READ, "room")
    assert documents.LINES[0] in text.text
    assert text.read_at is not None


def test_a_broken_file_is_stored_all_the_same_and_noted(room, ada, committed):
    version = committed(bring, room, ada, "report.pdf", documents.pdf()[:200])
    assert (text_of(version).outcome, text_of(version).text) == (Outcome.BROKEN, "")
    assert browser(ada).get(version.url).status_code == 200


def test_a_picture_has_no_text(room, ada, committed, reads):
    committed(bring, room, ada, "ship.jpg", image_bytes())
    assert (FileText.objects.count(), reads.calls) == (0, 0)


def test_each_version_has_its_own(room, ada, committed, reads):
    first = committed(bring, room, ada, "plan.txt", b"one")
    reads.result = Extract(Outcome.READ, "two")
    second = committed(bring, room, ada, "plan.txt", b"two")
    assert [text_of(version).text for version in (first, second)] == ["Werkstoffprüfung", "two"]


def test_it_is_read_once_however_often_the_task_runs(room, ada, committed, reads):
    version = committed(bring, room, ada)
    tasks.read_file.enqueue(str(version.uuid))
    files.read_waiting()
    assert reads.calls == 1


def test_two_workers_do_not_read_the_same_file_at_once(room, ada, reads):
    bring(room, ada)
    mine, other = FileText.objects.get(), FileText.objects.get()
    assert mine.claim()
    assert not other.claim()


def test_nothing_is_read_of_an_upload_that_did_not_become_a_file(room, ada, reads):
    with pytest.raises(RuntimeError):
        _fail_after(bring, room, ada)
    assert FileText.objects.count() == 0


def _fail_after(act, *args):
    with transaction.atomic():
        act(*args)
        raise RuntimeError


class TestDeleting:
    def test_the_text_goes_with_the_file(self, room, ada, committed, reads):
        version = committed(bring, room, ada)
        version.room_file.delete()  # with its versions
        assert FileText.objects.count() == 0

    def test_a_file_that_is_deleted_while_it_is_read_leaves_no_text(self, room, ada, committed, monkeypatch):
        def extract(file, content_type):
            FileVersion.objects.get().room_file.delete()
            return Extract(Outcome.READ, "late")

        monkeypatch.setattr(files, "extract", extract)
        committed(bring, room, ada)
        assert FileText.objects.count() == 0

    def test_so_does_one_whose_row_is_gone_when_the_text_is_to_be_kept(self, room, ada, reads):
        version = bring(room, ada)
        waiting = text_of(version)
        FileVersion.objects.filter(pk=version.pk)._raw_delete("default")
        files._keep(waiting, version, reads.result)
        assert text_of(version).text == ""


class TestRetrying:
    @pytest.mark.parametrize("problem", [ExtractionFailed("no process"), OSError("no storage"), ValueError("from S3")])
    def test_what_failed_is_tried_again_later_and_then_left_alone(self, room, ada, committed, reads, problem):
        reads.result = problem
        version = committed(bring, room, ada)
        assert files.read_waiting() == 0  # not at once
        moment = timezone.now()
        for _hour in range(48):
            moment += timedelta(hours=1)
            with time_machine.travel(moment, tick=False):
                files.read_waiting()
        assert reads.calls == MOST_TRIES
        assert text_of(version).outcome == ""

    def test_the_next_try_may_succeed(self, room, ada, committed, reads):
        good, reads.result = reads.result, OSError("no storage")
        version = committed(bring, room, ada)
        reads.result = good
        with time_machine.travel(timezone.now() + timedelta(hours=1), tick=False):
            assert files.read_waiting() == 1
        assert text_of(version).text == "Werkstoffprüfung"

    def test_a_file_that_the_storage_lost_does_no_harm(self, room, ada, committed):
        version = bring(room, ada)
        version.file.storage.delete(version.file.name)
        tasks.read_file.enqueue(str(version.uuid))
        assert text_of(version).tries == 1

    def test_files_from_before_are_taken_on_by_the_timed_job(self, room, ada, reads):
        version = bring(room, ada)
        FileText.objects.all().delete()
        assert jobs["search.read_files"].run() == 1
        assert text_of(version).text == "Werkstoffprüfung"

    def test_the_job_asks_the_same_number_of_queries_for_many(
        self, room, ada, django_assert_max_num_queries, monkeypatch
    ):
        for number in range(5):
            bring(room, ada, f"{number}.txt")
        FileText.objects.all().delete()
        monkeypatch.setattr(tasks, "read", lambda waiting: None)
        with django_assert_max_num_queries(4 + 5):  # and one of each task
            files.read_waiting()


class TestScanning:
    """What the virus scanner has not looked at is opened by no program of ours."""

    @pytest.fixture(autouse=True)
    def scanner(self, settings):
        settings.HANSE_CLAMD, settings.HANSE_CLAMD_SECONDS = "127.0.0.1:1", 1

    def test_a_file_waits_for_the_scan(self, room, ada, committed, reads):
        version = committed(bring, room, ada)
        assert (reads.calls, files.read_waiting()) == (0, 0)
        committed(note_scan, version, FileVersion.Scan.CLEAN)
        assert text_of(version).text == "Werkstoffprüfung"

    def test_an_infected_one_is_never_read(self, room, ada, committed, reads):
        version = committed(bring, room, ada)
        committed(note_scan, version, FileVersion.Scan.INFECTED)
        files.read_waiting()
        assert (reads.calls, text_of(version).tries) == (0, 0)


class TestTelling:
    """The page of a file says why its words are not found."""

    @pytest.mark.parametrize("outcome", Outcome)
    def test_only_where_something_is_missing(self, room, ada, committed, reads, outcome):
        reads.result = Extract(outcome)
        version = committed(bring, room, ada)
        page = browser(ada).get(version.room_file.get_absolute_url()).content.decode()
        shortfall = text_of(version).shortfall
        assert bool(shortfall) == (outcome != Outcome.READ)
        assert str(shortfall) in page

    def test_nothing_while_it_waits(self, room, ada):
        assert text_of(bring(room, ada)).shortfall == ""


class TestPersonalData:
    def test_a_person_gets_the_words_of_the_own_files(self, room, ada, committed, reads):
        ben = MembershipFactory().person
        add(room, ben)
        mine = committed(bring, room, ada)
        committed(bring, room, ben, "other.txt")
        (file,) = [file for file in personal_data["file_texts"].export(ada) if file.path == "room.json"]
        assert [(row["uuid"], row["text"]) for row in file.content] == [(mine.uuid, "Werkstoffprüfung")]

    def test_with_the_account_go_the_words_of_no_file_that_stays(self, room, ada, committed, reads):
        version = committed(bring, room, ada)
        personal_data["file_texts"].erase(ada)
        assert text_of(version).text == "Werkstoffprüfung"


class TestFinding:
    """By the words of the newest version, for those who see the file."""

    def test_a_file_is_found_by_its_words_with_a_piece_of_them(self, room, ada, committed):
        version = committed(bring, room, ada, "report.pdf", documents.pdf())
        (result,) = results(ada, "Werkstoffprüfung")
        assert result.found.url == version.room_file.get_absolute_url()
        assert "Förderung der <mark>Werkstoffprüfung</mark>" in result.snippet
        stranger = MembershipFactory(cluster=ClusterFactory()).person
        assert results(stranger, "Werkstoffprüfung") == []

    def test_once_they_are_read_even_if_it_was_found_by_its_name_before(self, room, ada, reads):
        version = bring(room, ada, "report.txt")
        assert [len(results(ada, word)) for word in ("report", "Werkstoffprüfung")] == [1, 0]
        tasks.read_file.enqueue(str(version.uuid))
        assert [len(results(ada, word)) for word in ("report", "Werkstoffprüfung")] == [1, 1]

    def test_words_of_an_earlier_version_are_found_no_more(self, room, ada, committed, reads):
        committed(bring, room, ada, "plan.txt", b"one")
        reads.result = Extract(Outcome.READ, "Neuer Stand")
        committed(bring, room, ada, "plan.txt", b"two")
        assert [len(results(ada, word)) for word in ("Werkstoffprüfung", "Neuer")] == [0, 1]


def test_a_copy_of_a_version_is_read_too(room, ada, committed, reads):
    """Made the newest once more, it is a file of its own."""
    version = bring(room, ada)
    copy = FileVersion(room_file=version.room_file, number=2, is_newest=False, seq=version.seq)
    with version.file.open("rb") as stored:
        committed(store_attachment, copy, upload=_named(stored), by=ada)
    assert text_of(copy).outcome == Outcome.READ


def _named(stored):
    return ContentFile(stored.read(), name="plan.txt")


def test_the_process_is_asked_for_by_the_task_itself(room, ada, committed, monkeypatch):
    """Not in the request: a file may take half a minute."""
    monkeypatch.setattr(extraction, "_run", lambda *args: pytest.fail("read within the transaction"))
    bring(room, ada)
