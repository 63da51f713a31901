"""Work of rooms that takes longer than a request. Each task takes ids, reads again, and may run twice."""

from __future__ import annotations

import hashlib
import logging

from django.core.files import File
from django.db import transaction
from django_tasks import task

from hanse_access.attachments import store_attachment
from hanse_access.uploads import CleanUpload

from . import clamd, conf
from .actions.scans import note_direct_scan, note_scan
from .models import DirectFile, FileVersion, Participant, RoomExport, RoomExportFile, ScannedAttachment
from .room_export import write_zip

logger = logging.getLogger(__name__)
ZIP = "application/zip"
Scan = ScannedAttachment.Scan


@task()
def collect_room(export_id: int) -> None:
    """Write the ZIP of one request. Running it twice does no harm: the first to finish sets the file."""
    waiting = RoomExport.objects.filter(pk=export_id, state__in=RoomExport.UNDER_WAY)
    if not waiting.update(state=RoomExport.State.RUNNING):
        return
    export = RoomExport.objects.select_related("room__cluster", "room__conversation", "person").get(pk=export_id)
    same = RoomExport.objects.filter(pk=export_id, state=RoomExport.State.RUNNING)
    owned = Participant.objects.with_role(Participant.Role.OWNER).filter(conversation=export.room.conversation_id)
    place = owned.of(export.person).select_related("person", "conversation").first()
    if place is None:  # lost since it was asked for
        same.update(state=RoomExport.State.FAILED)
        return
    try:
        with write_zip(export.room, place, progress=lambda done, total: same.update(done=done, total=total)) as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            size = file.tell()
            file.seek(0)
            label = f"{export.room.name[:100]} {export.requested_at:%Y-%m-%d}.zip"
            upload = CleanUpload(File(file, name="room.zip"), ZIP, label, size, digest)
            with transaction.atomic():
                # Whoever was faster has set it; this run's file is removed with its transaction.
                if same.update(state=RoomExport.State.READY):
                    store_attachment(RoomExportFile(export=export), upload=upload, by=export.person)
    except Exception:
        same.update(state=RoomExport.State.FAILED)
        logger.exception("a room could not be collected", extra={"export": export_id})


@task()
def scan_version(pk: int) -> None:
    """Have the virus scanner look at a version that waits for it. Unless it answers, the timed job tries again."""
    version = FileVersion.objects.filter(pk=pk, scan=Scan.WAITING).select_related("room_file__room").first()
    state = verdict_on(version)
    if version is not None and state:
        note_scan(version, state)


@task()
def scan_direct_file(pk: int) -> None:
    """As ``scan_version``, for a file of a direct conversation."""
    file = DirectFile.objects.filter(pk=pk, scan=Scan.WAITING).first()
    state = verdict_on(file)
    if file is not None and state:
        note_direct_scan(file, state)


def verdict_on(file: ScannedAttachment | None) -> str | None:
    """What the scanner says of it now; None where nothing is to be noted."""
    if file is None or not conf.clamd_address():
        return None
    try:
        with file.file.open("rb") as stored:
            verdict = clamd.scan(stored.chunks(), address=conf.clamd_address(), timeout=conf.clamd_seconds())
    except FileNotFoundError:  # removed in the meantime
        return None
    except clamd.NotScanned as problem:
        facts = {"kind": file.kind, "version": file.pk, "final": problem.is_final}
        logger.warning("the virus scanner did not take a file", extra=facts)
        return Scan.UNSCANNED if problem.is_final else None
    return Scan.CLEAN if verdict.is_clean else Scan.INFECTED
