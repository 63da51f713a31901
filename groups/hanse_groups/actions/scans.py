"""What the virus scanner says of files."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from hanse_access.audit import record

from .. import conf
from ..models import FileVersion, Message
from ..notifications_of_files import tell_infected
from .locks import lock, touch

Scan = FileVersion.Scan


@transaction.atomic
def note_scan(version: FileVersion, state: str) -> None:
    """The scanner has looked at a version that waited for it. Of an infected one those are told who have to know."""
    room = version.room_file.room
    conversation = lock(room.conversation_id)
    waiting = FileVersion.objects.filter(pk=version.pk, scan=Scan.WAITING)
    if not waiting.update(scan=state, scanned_at=timezone.now()):
        return
    version.refresh_from_db()
    if version.is_infected:
        record("rooms.file_infected", by=None, obj=room, scope=room.scope, file=version.room_file_id)
        if version.seq:
            tell_infected(version)
        # It can no longer be opened from there either.
        for message in Message.objects.filter(conversation=conversation, files=version.room_file, deleted_at=None):
            touch(conversation, message)


def scan_waiting() -> int:
    """Timed job: have those scanned that the scanner has not looked at, as it did not answer. Returns their number."""
    from ..tasks import scan_version

    waiting = FileVersion.objects.filter(scan=Scan.WAITING)
    if not conf.clamd_address():
        # The scanner was taken away: nobody waits for it any more.
        return waiting.update(scan=Scan.UNSCANNED)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:500])
    for pk in ids:
        scan_version.enqueue(pk)
    return len(ids)
