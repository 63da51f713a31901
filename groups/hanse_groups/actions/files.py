"""Files come into a room, get new versions, names and places."""

from __future__ import annotations

import uuid

from django.core.files.base import File
from django.db import transaction
from django.db.models import Sum
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _

from hanse_access.attachments import store_attachment
from hanse_access.models.attachments import private_storage
from hanse_access.uploads import CleanUpload, Variant, accept_upload

from .. import conf
from ..file_names import checked_name, key_of
from ..models import FileVersion, Folder, Message, Participant, Room, RoomFile
from ..notifications_of_files import files_seen, tell_of_files
from .file_places import (
    Desk,
    call,
    desk_in,
    files_called,
    free_twin,
    fresh_file,
    fresh_folder,
    require_free,
    require_may_change,
    touch_messages,
)
from .limits import BROUGHT
from .locks import NotPermitted, NotPossible, note, require_writable, touch
from .scans import first_scan, scan_later


def used_bytes(room: Room) -> int:
    """What the files of a room take up: all versions, the bin included, without the smaller sizes of images."""
    return FileVersion.objects.filter(room_file__room=room).aggregate(used=Sum("size"))["used"] or 0


def add_file(
    room: Room, *, by, upload: File, folder: Folder | None = None, batch: uuid.UUID | None = None
) -> FileVersion:
    """Bring a file into a folder of the room, None being the top; into one of the same name as its next version.

    ``batch`` is shared by what was uploaded in one go: the chat says it in one line. Raises ValidationError for a name
    or a file that is refused, NotPermitted for who takes no part, NotPossible where the room takes nothing (more).
    """
    staged = stage_file(room, by=by, upload=upload)
    try:
        return place_file(staged, by=by, folder=folder, batch=batch)
    except Exception:
        staged.room_file.delete()
        raise


def stage_file(room: Room, *, by, upload: File) -> FileVersion:
    """Take a file in without showing it to anybody: for what is placed, or sent with a message, in a moment.

    Without the lock of the room, as reading, cleaning and storing take their time. What stays on the way is removed
    after a day. Raises as ``add_file``.
    """
    name = checked_name(upload.name or "")
    if not Participant.objects.active().of(by).filter(conversation=room.conversation_id).exists():
        raise NotPermitted
    require_writable(room.conversation, by)
    BROUGHT.use(by)
    _require_space(room, upload.size or 0)
    return _store(room, by, name, accept_upload(upload, any_type=True))


def _require_space(room: Room, size: int) -> None:
    text = _(
        "There is no room for this file (%(size)s): %(used)s of %(quota)s are used. What is here already is kept; "
        "old versions and the bin count too."
    )
    require_space(text, size, used=used_bytes(room), quota=conf.room_quota_bytes())


def require_space(text: str, size: int, *, used: int, quota: int) -> None:
    """Raises NotPossible with this text, which gets ``size``, ``used`` and ``quota``, where too little is left."""
    if used + size > quota:
        sizes = {"size": size, "used": used, "quota": quota}
        raise NotPossible(text % {name: filesizeformat(value) for name, value in sizes.items()})


@transaction.atomic
def _store(room: Room, by, name: str, clean: CleanUpload, **values) -> FileVersion:
    """A version that is on its way, in a file of its own unless another one is given."""
    if "room_file" not in values:
        values["room_file"] = RoomFile.objects.create(
            room=room, name=name, key=key_of(name), created_by=by, in_chat=True
        )
    version = store_attachment(FileVersion(label=name, scan=first_scan(), **values), upload=clean, by=by)
    scan_later(version)
    return version


@transaction.atomic
def place_file(staged: FileVersion, *, by, folder: Folder | None = None, batch: uuid.UUID | None = None) -> FileVersion:
    """Put what was staged where it belongs. Raises as ``add_file``."""
    desk = desk_in(staged.room_file.room, by)
    staged = FileVersion.objects.on_the_way().select_related("room_file").get(pk=staged.pk, uploaded_by=by)
    own = staged.room_file
    folder = fresh_folder(desk, folder)
    _require_space(desk.room, 0)
    present = files_called(desk, folder, own.name).order_by("-versions__seq").first()
    if present is not None:
        _add_version(staged, present, own.name)
        own.delete()
    else:
        require_free(desk, folder, own.name)
        own.folder, own.in_chat = folder, False
        own.twin = free_twin(RoomFile, desk.room, folder, own.name)
        own.save(update_fields=["folder", "in_chat", "twin"])
    _enter(desk, staged, batch)
    return staged


def _add_version(version: FileVersion, file: RoomFile, name: str) -> None:
    newest = FileVersion.objects.newest().get(room_file=file)
    FileVersion.objects.filter(pk=newest.pk).update(is_newest=False)
    version.room_file, version.number, version.label = file, newest.number + 1, file.name
    version.save(update_fields=["room_file", "number", "label"])


def _enter(desk: Desk, version: FileVersion, batch: uuid.UUID | None) -> None:
    """From now on it is in the room, and the chat says so: once for a batch."""
    by = desk.participant.person
    line = _line_of(desk, by, batch)
    if line is None:
        line = note(desk.conversation, "files", by=by, count=1)
    else:
        line.data["count"] += 1
        touch(desk.conversation, line, "data")
    version.batch, version.line, version.seq = batch, line, line.version_seq
    version.save(update_fields=["batch", "line", "seq"])
    tell_of_files(desk.room, by=by, after=version.seq - 1)


def _line_of(desk: Desk, by, batch: uuid.UUID | None) -> Message | None:
    if batch is None:
        return None
    told = FileVersion.objects.filter(room_file__room=desk.room, uploaded_by=by, batch=batch, line__isnull=False)
    found = told.select_related("line").order_by("pk").first()
    return found.line if found is not None else None


def see_files(participant: Participant, *, up_to: int) -> None:
    """The person has looked at the files of the room: up to this number none is new any more. Never goes back."""
    seen = Participant.objects.filter(pk=participant.pk, files_seen_seq__lt=up_to)
    seen.update(files_seen_seq=up_to)
    files_seen(participant)


@transaction.atomic
def restore_version(version: FileVersion, *, by) -> FileVersion:
    """Make an older version the newest once more, as a copy: nothing is lost."""
    desk = desk_in(version.room_file.room, by)
    file = fresh_file(desk, version.room_file)
    require_may_change(desk, file)
    old = FileVersion.objects.readable_by(desk.participant).filter(room_file=file, pk=version.pk).first()
    if old is None:
        raise NotPossible(_("This file is no longer here."))
    if old.is_infected:
        raise NotPossible(_("This version is infected and cannot be used any more."))
    if old.is_newest:
        return old
    _require_space(desk.room, old.size)
    newest = FileVersion.objects.newest().get(room_file=file)
    FileVersion.objects.filter(pk=newest.pk).update(is_newest=False)
    copied = _store(
        desk.room, by, file.name, _copy(old), room_file=file, number=newest.number + 1, restored_from=old.number
    )
    _enter(desk, copied, None)
    touch_messages(desk, [file])
    return copied


def _copy(version: FileVersion) -> CleanUpload:
    variants = [
        Variant(each["width"], each["height"], private_storage().open(each["name"])) for each in version.variants
    ]
    return CleanUpload(
        private_storage().open(version.file.name),
        version.content_type,
        version.label,
        version.size,
        version.sha256,
        version.width,
        version.height,
        variants,
    )


@transaction.atomic
def rename_file(file: RoomFile, *, by, name: str) -> RoomFile:
    """Raises ValidationError for a name that is refused or taken."""
    desk = desk_in(file.room, by)
    file = fresh_file(desk, file)
    require_may_change(desk, file)
    name = checked_name(name)
    if name == file.name:
        return file
    if not file.in_chat:
        require_free(desk, file.folder, name, but=file)
        file.twin = free_twin(RoomFile, desk.room, file.folder, name, but=file)
    call(file, name)
    file.save(update_fields=["name", "key", "twin"])
    touch_messages(desk, [file])
    return file


@transaction.atomic
def move_file(file: RoomFile, *, by, folder: Folder | None) -> RoomFile:
    """Into another folder, None being the top; from the chat too. Raises ValidationError where its name is taken."""
    desk = desk_in(file.room, by)
    file, folder = fresh_file(desk, file), fresh_folder(desk, folder)
    require_may_change(desk, file)
    if file.folder == folder and not file.in_chat:
        return file
    require_free(desk, folder, file.name, but=file)
    file.twin = free_twin(RoomFile, desk.room, folder, file.name, but=file)
    file.folder, file.in_chat = folder, False
    file.save(update_fields=["folder", "in_chat", "twin"])
    return file
