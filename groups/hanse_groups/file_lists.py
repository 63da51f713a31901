"""The files of a folder, and those of the whole room in which somebody searches."""

from __future__ import annotations

from django.db.models import Min, OuterRef, Subquery
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from hanse_base.lists import ItemList, Sort
from hanse_base.searching import search_text

from .file_tree import Tree
from .models import FileVersion, Folder, Participant, Room


def shown_versions(room: Room, place: Participant):
    """The newest version of each file that is in its place, with ``first``: the lowest number that this person reads.

    To whoever came later the first version that they see is number 1.
    """
    readable = FileVersion.objects.readable_by(place).filter(room_file__room=room)
    of_file = readable.filter(room_file=OuterRef("room_file")).order_by().values("room_file")
    first = of_file.annotate(first=Min("number")).values("first")
    return (
        readable.newest()
        .in_place()
        .annotate(first=Subquery(first))
        .select_related("uploaded_by", "room_file__room", "room_file__message", "room_file__folder")
    )


class FileList(ItemList):
    """Each row is the newest version of a file."""

    name = "files"
    item_template = "hanse_groups/includes/file_row.html"
    layout = "rows"
    page_size = 50
    search_fields = ("room_file__name",)
    search_label = _("Search all files of this room")
    sorts = (
        Sort("name", _("Name"), ("room_file__key", "room_file__twin")),
        Sort("newest", _("Newest first"), ("-seq",)),
        Sort("size", pgettext_lazy("order of files", "Largest first"), ("-size",)),
    )
    empty = {
        "icon": "file",
        "title": _("No files here yet"),
        "text": _("Everybody in the room sees what is uploaded here."),
    }

    def __init__(
        self,
        request: HttpRequest,
        room: Room,
        place: Participant,
        *,
        tree: Tree,
        folder: Folder | None = None,
        in_chat: bool = False,
    ):
        self.tree = tree
        #: an operator who looks in reads names and opens nothing
        self.opens = place.pk is not None
        shown = shown_versions(room, place)
        if search_text(request.GET):
            super().__init__(request, shown)
        elif in_chat:
            super().__init__(request, shown.filter(room_file__in_chat=True))
        else:
            super().__init__(request, shown.filter(room_file__in_chat=False, room_file__folder=folder))

    def prepare(self, rows: list[FileVersion]) -> list[FileVersion]:
        for row in super().prepare(rows):
            describe(row)
            # Where it lies matters only among those of all folders.
            folder = self.tree.all.get(row.room_file.folder_id)
            row.where = self.tree.label(folder) if self.text and folder else ""
        return rows


def describe(version: FileVersion) -> None:
    """What pages say of a version: ``shown_number`` counts from the first one that the reader sees."""
    version.shown_number = version.number - version.first + 1
