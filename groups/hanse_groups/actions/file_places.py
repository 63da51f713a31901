"""Names and places of files and folders: what every action on them asks and does under the lock."""

from __future__ import annotations

from dataclasses import dataclass

from django.core.exceptions import ValidationError
from django.db.models import Max, Q
from django.utils.translation import gettext as _

from ..file_names import key_of
from ..file_tree import Tree
from ..models import Conversation, FileVersion, Folder, Message, Participant, Room, RoomFile
from .locks import NotPermitted, NotPossible, locked_room, participant_in, require_writable, touch

Role = Participant.Role


@dataclass(frozen=True)
class Desk:
    """A room whose conversation is locked, and who acts in it."""

    room: Room
    conversation: Conversation
    participant: Participant

    @property
    def tree(self) -> Tree:
        return Tree(self.room, self.participant)

    def files(self):
        """Files of the room of which this person may know, wherever they lie, the bin included."""
        return RoomFile.objects.filter(
            room=self.room, versions__in=FileVersion.objects.readable_by(self.participant).newest()
        )


def desk_in(room: Room, by) -> Desk:
    """Locks. Raises NotPermitted for who takes no part, NotPossible where nothing can be changed."""
    room, conversation = locked_room(room)
    participant = participant_in(conversation, by)
    require_writable(conversation, by)
    return Desk(room, conversation, participant)


def fresh_file(desk: Desk, file: RoomFile) -> RoomFile:
    """The file as it is now. Raises NotPossible where it is gone, or gone to the bin."""
    found = desk.files().filter(pk=file.pk, binned_at=None).select_related("message", "folder").first()
    if found is None:
        raise NotPossible(_("This file is no longer here."))
    return found


def fresh_folder(desk: Desk, folder: Folder | None, tree: Tree | None = None) -> Folder | None:
    """The folder as it is now; None is the top. Raises NotPossible where it is gone."""
    if folder is None:
        return None
    found = (tree or desk.tree).find(folder.uid)
    if found is None:
        raise NotPossible(_("This folder is no longer here."))
    return found


def require_may_change(desk: Desk, *things: RoomFile | Folder) -> None:
    """Guests rename, move and delete what they brought themselves; everybody else what is there."""
    if desk.participant.role == Role.GUEST and any(t.created_by_id != desk.participant.person_id for t in things):
        raise NotPermitted


def files_called(desk: Desk, folder: Folder | None, name: str):
    """Files of this name in this place, as the person sees it: one, but for what somebody could not know of."""
    return desk.files().filter(folder=folder, key=key_of(name), binned_at=None, in_chat=False)


def require_free(desk: Desk, folder: Folder | None, name: str, *, but: RoomFile | Folder | None = None) -> None:
    """Raises ValidationError where the person sees something else of that name in this place."""
    files = files_called(desk, folder, name)
    if isinstance(but, RoomFile):
        files = files.exclude(pk=but.pk)
    if files.exists():
        raise ValidationError(_("There is a file of this name here already. Please choose another name."), code="taken")
    for other in desk.tree.children(folder):
        if other.key == key_of(name) and other != but:
            text = _("There is a folder of this name here already. Please choose another name.")
            raise ValidationError(text, code="taken")


def free_twin(thing: type[RoomFile] | type[Folder], room: Room, folder: Folder | None, name: str, but=None) -> int:
    """The first number under which this name is free in the place; more than 0 only for what the person cannot see."""
    place = {"folder": folder, "in_chat": False} if thing is RoomFile else {"parent": folder}
    same = thing._default_manager.filter(room=room, key=key_of(name), binned_at=None, **place)
    highest = same.filter(~Q(pk=but.pk) if but else Q()).aggregate(highest=Max("twin"))["highest"]
    return 0 if highest is None else highest + 1


def call(file: RoomFile, name: str) -> None:
    """Name a file that is not saved yet, and what is offered for saving."""
    file.name, file.key = name, key_of(name)
    FileVersion.objects.filter(room_file=file).update(label=name)


def touch_messages(desk: Desk, files) -> None:
    """Messages that carry one of these files show it as it is now."""
    carrying = Message.objects.filter(conversation=desk.conversation, files__in=[file.pk for file in files])
    for message in carrying.filter(deleted_at=None).distinct().order_by("seq"):
        touch(desk.conversation, message)
