"""The bin of a room: what is put there, had back, and removed for good."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from hanse_access.audit import record

from ..file_names import key_of, with_number
from ..models import FileVersion, Folder, Message, Room, RoomFile
from ..models.files import BIN_TIME
from .direct_files import remove_unsent
from .file_places import (
    Desk,
    call,
    desk_in,
    files_called,
    free_twin,
    fresh_file,
    fresh_folder,
    require_may_change,
    touch_messages,
)
from .locks import NotPermitted, NotPossible

#: what was never placed nor sent is removed after this
ON_THE_WAY = timedelta(days=1)
#: rows that one run of the job removes from one room in one transaction
MOST_AT_ONCE = 200


@transaction.atomic
def bin_file(file: RoomFile, *, by) -> RoomFile:
    """Out of sight at once, and for good after 30 days."""
    desk = desk_in(file.room, by)
    file = fresh_file(desk, file)
    require_may_change(desk, file)
    _bin(desk, [file])
    return file


@transaction.atomic
def bin_folder(folder: Folder, *, by) -> Folder:
    """With all that is in it."""
    desk = desk_in(folder.room, by)
    tree = desk.tree
    found = fresh_folder(desk, folder, tree)
    if found is None:
        raise NotPossible(_("This folder is no longer here."))
    inside = [tree.all[pk] for pk in tree.below(found)]
    files = list(RoomFile.objects.filter(folder__in=inside, binned_at=None))
    require_may_change(desk, *inside, *files)
    now, values = timezone.now(), {"binned_by": by}
    Folder.objects.filter(pk=found.pk).update(binned_at=now, **values)
    Folder.objects.filter(pk__in=[f.pk for f in inside if f != found]).update(
        binned_at=now, binned_with=found, **values
    )
    RoomFile.objects.filter(pk__in=[f.pk for f in files]).update(binned_at=now, binned_with=found, **values)
    touch_messages(desk, files)
    record("rooms.folder_binned", by=by, obj=desk.room, scope=desk.room.scope, folder=found.pk, files=len(files))
    return found


def bin_files_of(desk: Desk, message: Message) -> None:
    """A message was taken back, and with it what came with it. The conversation is locked."""
    _bin(desk, list(message.files.filter(binned_at=None)))


def _bin(desk: Desk, files: Iterable[RoomFile]) -> None:
    by = desk.participant.person
    for file in files:
        file.binned_at, file.binned_by = timezone.now(), by
        file.save(update_fields=["binned_at", "binned_by"])
        record("rooms.file_binned", by=by, obj=desk.room, scope=desk.room.scope, file=file.pk)
    touch_messages(desk, files)


def binned_files(desk: Desk):
    return desk.files().filter(binned_at__isnull=False, binned_with=None)


def binned_folders(room: Room, from_seq: int):
    """Folders in the bin of which somebody may know who reads from this number on."""
    inside = FileVersion.objects.newest().filter(seq__gt=from_seq, room_file__room=room)
    known = Q(seq__gt=from_seq) | Q(pk__in=inside.values("room_file__binned_with"))
    return Folder.objects.filter(known, room=room, binned_at__isnull=False, binned_with=None)


@transaction.atomic
def restore_file(file: RoomFile, *, by) -> RoomFile:
    """Back to where it was, or to the top if that folder is gone; with a number if its name is taken by now.

    For whoever put it there, owners and moderators.
    """
    desk = desk_in(file.room, by)
    found = binned_files(desk).filter(pk=file.pk).select_related("folder").first()
    if found is None:
        raise NotPossible(_("This is no longer in the bin."))
    _require_may_restore(desk, found)
    _put_back(desk, found)
    record("rooms.file_restored", by=by, obj=desk.room, scope=desk.room.scope, file=found.pk)
    touch_messages(desk, [found])
    return found


def _put_back(desk: Desk, file: RoomFile) -> None:
    if file.folder is not None and file.folder.binned_at:
        file.folder = None
    name, number = file.name, 1
    children = {child.key for child in desk.tree.children(file.folder)}
    while not file.in_chat and (files_called(desk, file.folder, name).exists() or key_of(name) in children):
        number += 1
        name = with_number(file.name, number)
    if name != file.name:
        call(file, name)
    file.twin = 0 if file.in_chat else free_twin(RoomFile, desk.room, file.folder, name)
    file.binned_at = file.binned_by = None
    file.save(update_fields=["folder", "name", "key", "twin", "binned_at", "binned_by"])


@transaction.atomic
def restore_folder(folder: Folder, *, by) -> Folder:
    """With all that went with it."""
    desk = desk_in(folder.room, by)
    found = binned_folders(desk.room, desk.participant.from_seq).filter(pk=folder.pk).select_related("parent").first()
    if found is None:
        raise NotPossible(_("This is no longer in the bin."))
    _require_may_restore(desk, found)
    if found.parent is not None and found.parent.binned_at:
        found.parent = None
    taken = {child.key for child in desk.tree.children(found.parent)}
    name, number = found.name, 1
    while key_of(name) in taken or files_called(desk, found.parent, name).exists():
        number += 1
        name = f"{found.name[:140]} ({number})"
    found.name, found.key = name, key_of(name)
    found.twin = free_twin(Folder, desk.room, found.parent, name)
    found.binned_at = found.binned_by = None
    found.save(update_fields=["parent", "name", "key", "twin", "binned_at", "binned_by"])
    back = {"binned_at": None, "binned_by": None, "binned_with": None}
    files = list(RoomFile.objects.filter(binned_with=found))
    RoomFile.objects.filter(binned_with=found).update(**back)
    Folder.objects.filter(binned_with=found).update(**back)
    record("rooms.folder_restored", by=by, obj=desk.room, scope=desk.room.scope, folder=found.pk, files=len(files))
    touch_messages(desk, files)
    return found


def _require_may_restore(desk: Desk, thing: RoomFile | Folder) -> None:
    if not desk.participant.leads and thing.binned_by_id != desk.participant.person_id:
        raise NotPermitted


@transaction.atomic
def remove_file(file: RoomFile, *, by) -> None:
    """For good, before its time in the bin is over. Owners and moderators."""
    desk = desk_in(file.room, by)
    found = binned_files(desk).filter(pk=file.pk).first()
    if not desk.participant.leads:
        raise NotPermitted
    if found is not None:
        _remove(desk.room, [found], [], by=by)


@transaction.atomic
def remove_folder(folder: Folder, *, by) -> None:
    """For good, with all that went with it. Owners and moderators."""
    desk = desk_in(folder.room, by)
    found = binned_folders(desk.room, desk.participant.from_seq).filter(pk=folder.pk).first()
    if not desk.participant.leads:
        raise NotPermitted
    if found is not None:
        _remove(desk.room, list(RoomFile.objects.filter(binned_with=found)), [found], by=by)


def _remove(room: Room, files: list[RoomFile], folders: list[Folder], *, by) -> None:
    """Rows, versions and bytes (``hanse_access.attachments.discard_files_of``)."""
    for file in files:
        record("rooms.file_removed", by=by, obj=room, scope=room.scope, file=file.pk)
    RoomFile.objects.filter(pk__in=[file.pk for file in files]).delete()
    if folders:
        numbers = [folder.pk for folder in folders]
        Folder.objects.filter(Q(pk__in=numbers) | Q(binned_with__in=numbers)).delete()


def empty_bins() -> int:
    """Timed job: remove what has been in the bin for 30 days, and what never came further than being taken in.

    Returns the number of files.
    """
    limit, removed = timezone.now() - BIN_TIME, 0
    over = RoomFile.objects.filter(binned_at__lt=limit).order_by("pk")
    while files := list(over.select_related("room")[:MOST_AT_ONCE]):
        with transaction.atomic():
            for file in files:
                _remove(file.room, [file], [], by=None)
        removed += len(files)
    Folder.objects.filter(binned_at__lt=limit).delete()
    lost = FileVersion.objects.on_the_way().filter(created__lt=timezone.now() - ON_THE_WAY).values("room_file")
    while stray := list(RoomFile.objects.filter(pk__in=lost)[:MOST_AT_ONCE]):
        with transaction.atomic():
            RoomFile.objects.filter(pk__in=[file.pk for file in stray]).delete()
        removed += len(stray)
    return removed + remove_unsent(ON_THE_WAY)


def remove_files_of(room: Room) -> None:
    """All that a room holds, with the bytes: the room is emptied for good."""
    RoomFile.objects.filter(room=room).delete()
    Folder.objects.filter(room=room).delete()
