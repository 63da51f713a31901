"""What the virus scanner says of files."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.utils import timezone

from hanse_access.audit import record
from hanse_search.extraction.files import read_soon

from .. import conf
from ..models import DirectFile, FileVersion, Message, ScannedAttachment
from ..notifications_of_direct import tell_direct_infected
from ..notifications_of_files import tell_infected
from .locks import lock, touch

Scan = ScannedAttachment.Scan
#: files that one run of the job has scanned
MOST_AT_ONCE = 500


def first_scan() -> str:
    """The state of a file that has just come in."""
    return Scan.WAITING if conf.clamd_address() else Scan.UNSCANNED


def scan_later(file: ScannedAttachment) -> None:
    """After commit, in the worker, if it waits for that."""
    if file.scan == Scan.WAITING:
        transaction.on_commit(partial(_enqueue, file))


def _enqueue(file: ScannedAttachment) -> None:
    from ..tasks import scan_direct_file, scan_version

    (scan_version if isinstance(file, FileVersion) else scan_direct_file).enqueue(file.pk)


@transaction.atomic
def note_scan(version: FileVersion, state: str) -> None:
    """The scanner has looked at a version that waited for it. Of an infected one those are told who have to know."""
    room = version.room_file.room
    conversation = lock(room.conversation_id)
    if not _set(version, state):
        return
    read_soon(version)
    if version.is_infected:
        record("rooms.file_infected", by=None, obj=room, scope=room.scope, file=version.room_file_id)
        if version.seq:
            tell_infected(version)
        # It can no longer be opened from there either.
        for message in Message.objects.filter(conversation=conversation, files=version.room_file, deleted_at=None):
            touch(conversation, message)


@transaction.atomic
def note_direct_scan(file: DirectFile, state: str) -> None:
    """As ``note_scan``. The message says it, to everybody in the conversation and at once."""
    conversation = lock(file.conversation_id)
    if not _set(file, state):
        return
    message = Message.objects.filter(conversation=conversation, direct_files=file, deleted_at=None).first()
    if file.is_infected and message is not None:
        touch(conversation, message)
        tell_direct_infected(file)


def _set(file: ScannedAttachment, state: str) -> bool:
    """False where somebody has told it already, or the file is gone."""
    waiting = type(file)._default_manager.filter(pk=file.pk, scan=Scan.WAITING)
    if not waiting.update(scan=state, scanned_at=timezone.now()):
        return False
    file.refresh_from_db()
    return True


def scan_waiting() -> int:
    """Timed job: have those scanned that the scanner has not looked at, as it did not answer. Returns their number."""
    number = 0
    for model in (FileVersion, DirectFile):
        waiting = model.objects.filter(scan=Scan.WAITING)
        if not conf.clamd_address():
            # The scanner was taken away: nobody waits for it any more.
            number += waiting.update(scan=Scan.UNSCANNED)
            continue
        files = list(waiting.order_by("pk")[:MOST_AT_ONCE])
        for file in files:
            _enqueue(file)
        number += len(files)
    return number
