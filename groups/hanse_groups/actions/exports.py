"""Taking a copy of a room along."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanse_access.audit import record

from ..models import Participant, Room, RoomExport, RoomExportFile
from ..tasks import collect_room
from .locks import NotPossible, locked_room, note, require_role

#: days that a copy can be fetched
DEFAULT_DAYS = 7


@transaction.atomic
def request_room_export(room: Room, *, by) -> RoomExport:
    """Have a copy made of what the owner may see. The room is told, and it is in its trail. One at a time."""
    room, conversation = locked_room(room)
    require_role(conversation, by, Participant.Role.OWNER)
    if room.state == Room.State.DELETED:
        raise NotPossible(_("This room was deleted."))
    mine = RoomExport.objects.filter(room=room, person=by)
    if mine.under_way().exists():
        raise NotPossible(_("A copy of this room is being made already."))
    remove_exports(mine)
    days = getattr(settings, "HANSE_ROOM_EXPORT_DAYS", DEFAULT_DAYS)
    export = RoomExport.objects.create(room=room, person=by, expires_at=timezone.now() + timedelta(days=days))
    record("rooms.exported", by=by, obj=room, scope=room.scope)
    note(conversation, "exported", by=by)
    transaction.on_commit(partial(collect_room.enqueue, export.pk))
    return export


def remove_old_exports() -> int:
    """Timed job: remove copies whose time is over, and requests of which nothing came. Returns their number."""
    return remove_exports(RoomExport.objects.over())


def remove_exports(exports) -> int:
    """These copies, with their files. Returns their number."""
    # One by one: the files go with the rows.
    for file in RoomExportFile.objects.filter(export__in=exports.values("pk")):
        file.delete()
    return exports.delete()[0]
