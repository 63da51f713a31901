"""Folders of a room."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from ..file_names import checked_name, key_of
from ..models import Folder, Room
from ..models.files import MOST_FOLDERS, MOST_LEVELS
from .file_places import Desk, desk_in, free_twin, fresh_folder, require_free, require_may_change
from .locks import NotPossible, next_seq


@transaction.atomic
def make_folder(room: Room, *, by, name: str, parent: Folder | None = None) -> Folder:
    """Raises ValidationError for a name that is refused or taken, NotPossible where there are too many."""
    desk = desk_in(room, by)
    parent = fresh_folder(desk, parent)
    name = checked_name(name)
    tree = desk.tree
    if len(tree.path(parent)) >= MOST_LEVELS:
        raise _too_deep()
    if len(tree.all) >= MOST_FOLDERS:
        raise NotPossible(_("A room has at most %(most)d folders.") % {"most": MOST_FOLDERS})
    require_free(desk, parent, name)
    return Folder.objects.create(
        room=desk.room,
        parent=parent,
        name=name,
        key=key_of(name),
        twin=free_twin(Folder, desk.room, parent, name),
        created_by=by,
        seq=next_seq(desk.conversation),
    )


@transaction.atomic
def rename_folder(folder: Folder, *, by, name: str) -> Folder:
    desk, folder = _opened(folder, by)
    name = checked_name(name)
    if name == folder.name:
        return folder
    require_free(desk, folder.parent, name, but=folder)
    folder.twin = free_twin(Folder, desk.room, folder.parent, name, but=folder)
    folder.name, folder.key = name, key_of(name)
    folder.save(update_fields=["name", "key", "twin"])
    return folder


@transaction.atomic
def move_folder(folder: Folder, *, by, parent: Folder | None) -> Folder:
    """With all that is in it. Raises ValidationError where it cannot go."""
    desk, folder = _opened(folder, by)
    tree = desk.tree
    parent = fresh_folder(desk, parent, tree)
    if parent is not None and parent.pk in tree.below(folder):
        raise ValidationError(_("A folder cannot be put into itself."), code="itself")
    if parent == folder.parent:
        return folder
    if len(tree.path(parent)) + tree.levels_below(folder) > MOST_LEVELS:
        raise _too_deep()
    require_free(desk, parent, folder.name, but=folder)
    folder.twin = free_twin(Folder, desk.room, parent, folder.name, but=folder)
    folder.parent = parent
    folder.save(update_fields=["parent", "twin"])
    return folder


def _opened(folder: Folder, by) -> tuple[Desk, Folder]:
    desk = desk_in(folder.room, by)
    found = fresh_folder(desk, folder)
    if found is None:
        raise NotPossible(_("This folder is no longer here."))
    require_may_change(desk, found)
    return desk, found


def _too_deep() -> ValidationError:
    text = _("Folders can lie in folders, but only %(most)d levels deep.")
    return ValidationError(text, code="depth", params={"most": MOST_LEVELS})
