"""Files that come with messages: taken in first (``files.stage_file``), shown to the room with the message."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .. import conf
from ..models import Conversation, FileVersion, Message, Participant, Room, RoomFile
from .file_bin import bin_files_of
from .file_places import Desk
from .locks import NotPossible


def staged_by(person, conversation: Conversation, uuids: Sequence[UUID | str]) -> list[FileVersion]:
    """What this person has taken in for a message here, in this order. Raises NotPossible for what is not among it."""
    mine = FileVersion.objects.on_the_way().filter(room_file__room__conversation=conversation, uploaded_by=person)
    try:
        found = {str(version.uuid): version for version in mine.filter(uuid__in=uuids).select_related("room_file")}
        return [found[str(uuid)] for uuid in dict.fromkeys(uuids)]
    except (ValidationError, ValueError, KeyError) as error:
        raise NotPossible(_("A file that you attached is not here any more. Please attach it again.")) from error


def require_sendable(versions: Sequence[FileVersion]) -> None:
    """Raises NotPossible for too many, and for infected ones. What is attached stays attached."""
    if len(versions) > conf.message_max_files():
        text = ngettext(
            "A message takes at most %(most)d file. Please take some away; your text is kept.",
            "A message takes at most %(most)d files. Please take some away; your text is kept.",
            conf.message_max_files(),
        )
        raise NotPossible(text % {"most": conf.message_max_files()})
    sick = [version.label for version in versions if version.is_infected]
    if sick:
        text = _("A virus was found in %(files)s. Please take it away; your text is kept.")
        raise NotPossible(text % {"files": ", ".join(sick)})


def attach(message: Message, versions: Sequence[FileVersion]) -> None:
    """Who reads the message sees them from now on. The conversation is locked."""
    for version in versions:
        RoomFile.objects.filter(pk=version.room_file_id).update(message=message)
        version.seq = message.seq
        version.save(update_fields=["seq"])


def take_back(message: Message, conversation: Conversation, participant: Participant) -> None:
    """A message was deleted, and what came with it goes to the bin. The conversation is locked."""
    room = Room.objects.filter(conversation=conversation).first()
    if room is not None:
        bin_files_of(Desk(room, conversation, participant), message)


@transaction.atomic
def unstage(version: FileVersion, *, by) -> None:
    """Take away what one attached and has not sent."""
    for mine in FileVersion.objects.on_the_way().filter(pk=version.pk, uploaded_by=by).select_related("room_file"):
        mine.room_file.delete()
