"""Files that come with messages: taken in first, shown with the message. In a room they are files of the room."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.files.base import File
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import conf
from ..models import Conversation, DirectFile, FileVersion, Message, Participant, Room, RoomFile
from .direct_files import stage_direct_file
from .file_bin import bin_files_of
from .file_places import Desk
from .files import stage_file
from .locks import NotPossible

Attached = FileVersion | DirectFile


def stage(conversation: Conversation, *, by, upload: File) -> Attached:
    """Take a file in for a message here. Nobody sees it before that is sent; after a day it is removed.

    Raises as ``files.stage_file``.
    """
    room = getattr(conversation, "room", None)
    if room is not None:
        return stage_file(room, by=by, upload=upload)
    return stage_direct_file(conversation.direct, by=by, upload=upload)


def staged_by(person, conversation: Conversation, uuids: Sequence[UUID | str]) -> list[Attached]:
    """What this person has taken in for a message here, in this order. Raises NotPossible for what is not among it."""
    if not uuids:
        return []
    if getattr(conversation, "room", None) is not None:
        files = FileVersion.objects.filter(room_file__room__conversation=conversation).select_related("room_file")
    else:
        files = DirectFile.objects.filter(conversation=conversation)
    mine = files.on_the_way().filter(uploaded_by=person)
    try:
        found = {str(file.uuid): file for file in mine.filter(uuid__in=uuids)}
        return [found[str(uuid)] for uuid in dict.fromkeys(uuids)]
    except (ValidationError, ValueError, KeyError) as error:
        raise NotPossible(
            _("A file that you attached is not here any more. Please attach it again; your text is kept.")
        ) from error


def require_sendable(files: Sequence[Attached]) -> None:
    """Raises NotPossible for too many, and for infected ones. What is attached stays attached."""
    if len(files) > conf.message_max_files():
        text = ngettext(
            "A message takes at most %(most)d file. Please take some away; your text is kept.",
            "A message takes at most %(most)d files. Please take some away; your text is kept.",
            conf.message_max_files(),
        )
        raise NotPossible(text % {"most": conf.message_max_files()})
    sick = [file.label for file in files if file.is_infected]
    if sick:
        text = _("A virus was found in %(files)s. Please take it away; your text is kept.")
        raise NotPossible(text % {"files": ", ".join(sick)})


def attach(message: Message, files: Sequence[Attached]) -> None:
    """Who reads the message sees them from now on. The conversation is locked."""
    for file in files:
        file.seq = message.seq
        if isinstance(file, FileVersion):
            RoomFile.objects.filter(pk=file.room_file_id).update(message=message)
            file.save(update_fields=["seq"])
        else:
            file.message = message
            file.save(update_fields=["seq", "message"])


def carries_files(message: Message) -> bool:
    """Then it needs no words."""
    return message.files.filter(binned_at=None).exists() or message.direct_files.exists()


def take_back(message: Message, conversation: Conversation, participant: Participant) -> None:
    """A message was deleted, and what came with it goes: to the bin of the room, else for good. The conversation is
    locked."""
    room = Room.objects.filter(conversation=conversation).first()
    if room is not None:
        bin_files_of(Desk(room, conversation, participant), message)
    else:
        message.direct_files.all().delete()


@transaction.atomic
def unstage(file: Attached, *, by) -> None:
    """Take away what one attached and has not sent."""
    if isinstance(file, DirectFile):
        DirectFile.objects.on_the_way().filter(pk=file.pk, uploaded_by=by).delete()
        return
    for mine in FileVersion.objects.on_the_way().filter(pk=file.pk, uploaded_by=by).select_related("room_file"):
        mine.room_file.delete()
