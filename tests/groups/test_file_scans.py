"""Files are shown to a virus scanner: a little server that speaks clamd's protocol."""

import socketserver
import threading

import pytest

from hanse_access.models import AuditEvent
from hanse_access.viewer import Viewer
from hanse_groups import actions, clamd
from hanse_groups.models import FileVersion
from tests.factories.room_files import bring
from tests.factories.rooms import add

from .clamd import EICAR, Talk
from .clamd import clamd as running
from .talk import browser, told

pytestmark = pytest.mark.django_db
Scan = FileVersion.Scan


@pytest.fixture
def scanner(settings):
    with running() as server:
        settings.HANSE_CLAMD = server.address
        yield server


@pytest.fixture
def committed(django_capture_on_commit_callbacks):
    def run(act, *args, **values):
        with django_capture_on_commit_callbacks(execute=True):
            made = act(*args, **values)
        made.refresh_from_db()
        return made

    return run


def test_without_a_scanner_files_are_not_scanned_and_the_page_says_so(room, ada, committed):
    version = committed(bring, room, ada)
    assert version.scan == Scan.UNSCANNED
    page = browser(ada).get(version.room_file.get_absolute_url()).content.decode()
    assert "not scanned for viruses" in page
    assert "No virus scanner is set up" in page
    assert "not scanned for viruses" in browser(ada).get(f"/rooms/{room.uid}/files/").content.decode()


def test_a_clean_file_is_clean(room, ada, scanner, committed):
    version = committed(bring, room, ada, "a.bin", b"\x00" * 200_000)
    assert (version.scan, version.scanned_at is not None) == (Scan.CLEAN, True)
    assert scanner.received == [b"\x00" * 200_000]
    assert "no virus found" in browser(ada).get(f"/rooms/{room.uid}/files/").content.decode()


def test_an_infected_file_is_opened_by_nobody_and_those_concerned_are_told(
    room, ada, ben, manager, stranger, scanner, committed
):
    add(room, stranger, role="moderator")
    good = committed(bring, room, ada, "plan.txt")
    version = committed(bring, room, ada, "plan.txt", EICAR)
    assert version.scan == Scan.INFECTED
    for person in (ada, manager):
        assert browser(person).get(version.url).status_code == 404
    assert not FileVersion.objects.visible_to(Viewer.of(ada)).filter(pk=version.pk).exists()
    assert browser(ada).get(good.url).status_code == 200
    assert {person: told(person, "infected") for person in (ada, ben, manager, stranger)} == {
        ada: 1, ben: 0, manager: 1, stranger: 1,
    }  # fmt: skip
    page = browser(ada).get(version.room_file.get_absolute_url()).content.decode()
    assert "A virus was found" in page
    assert version.url not in page
    assert AuditEvent.objects.filter(verb="rooms.file_infected", scope_id=room.pk).exists()
    assert "is infected" in browser(ada).get("/notifications/").content.decode()
    with pytest.raises(actions.NotPossible):
        actions.restore_version(version, by=manager)
    actions.restore_version(good, by=ada)
    with pytest.raises(actions.NotPossible):
        actions.restore_version(version, by=manager)


def test_until_it_is_scanned_the_page_says_so_and_it_can_be_opened(room, ada, settings, committed):
    settings.HANSE_CLAMD, settings.HANSE_CLAMD_SECONDS = "127.0.0.1:1", 1
    version = committed(bring, room, ada)
    assert version.scan == Scan.WAITING
    page = browser(ada).get(version.room_file.get_absolute_url()).content.decode()
    assert "has not looked at this file yet" in page
    assert browser(ada).get(version.url).status_code == 200


def test_what_waits_is_scanned_when_the_scanner_is_back(room, ada, settings, committed):
    settings.HANSE_CLAMD = "127.0.0.1:1"
    version = committed(bring, room, ada, "a", EICAR)
    with running() as server:
        settings.HANSE_CLAMD = server.address
        assert actions.scan_waiting() == 1
    version.refresh_from_db()
    assert version.scan == Scan.INFECTED
    assert actions.scan_waiting() == 0


def test_nobody_waits_for_a_scanner_that_was_taken_away(room, ada, settings, committed):
    settings.HANSE_CLAMD = "127.0.0.1:1"
    version = committed(bring, room, ada)
    settings.HANSE_CLAMD = ""
    actions.scan_waiting()
    version.refresh_from_db()
    assert version.scan == Scan.UNSCANNED


def test_a_file_that_the_scanner_does_not_take_is_not_scanned(room, ada, settings, committed):
    with running(limit=10) as server:
        settings.HANSE_CLAMD = server.address
        version = committed(bring, room, ada, "a.bin", b"\x00" * 50)
    assert version.scan == Scan.UNSCANNED


def test_a_scan_that_comes_twice_changes_nothing(room, ada, scanner, committed):
    version = committed(bring, room, ada)
    actions.note_scan(version, Scan.INFECTED)
    version.refresh_from_db()
    assert version.scan == Scan.CLEAN


def test_the_socket_of_this_machine_works_too(tmp_path):
    class Server(socketserver.ThreadingUnixStreamServer):
        daemon_threads = True
        limit, received = 1000, []

    path = str(tmp_path / "clamd.sock")
    with Server(path, Talk) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        assert clamd.scan([b"harmless"], address=f"unix:{path}", timeout=5).is_clean
        assert clamd.scan([EICAR[:20], EICAR[20:]], address=f"unix:{path}", timeout=5).signature == "Eicar-Signature"
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("address", ["127.0.0.1:1", "unix:/nowhere", "nonsense", "host:port"])
def test_no_scanner_at_the_address_is_no_verdict(address):
    with pytest.raises(clamd.NotScanned) as refused:
        clamd.scan([b"x"], address=address, timeout=1)
    assert not refused.value.is_final
