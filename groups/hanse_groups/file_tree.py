"""The folders of a room as one person sees them."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

from .models import FileVersion, Folder, Participant, Room


class Tree:
    """All folders that are not in the bin, in at most two queries; a room has no more than ``MOST_FOLDERS``.

    Who came later sees a folder that was made since, or that holds something from since, and the way to it.
    """

    def __init__(self, room: Room, participant: Participant):
        folders = list(Folder.objects.filter(room=room, binned_at=None).order_by("key", "twin", "pk"))
        self.all = {folder.pk: folder for folder in folders}
        self.seen = set(self.all) if participant.from_seq == 0 else self._since(participant)

    def _since(self, participant: Participant) -> set[int]:
        here = FileVersion.objects.readable_by(participant).newest().in_place()
        holding = here.filter(room_file__folder__isnull=False).order_by().values_list("room_file__folder", flat=True)
        seen: set[int] = set()
        shown = {pk for pk, folder in self.all.items() if folder.seq > participant.from_seq} | set(holding.distinct())
        for pk in shown & set(self.all):
            seen |= {folder.pk for folder in self.path(self.all[pk])}
        return seen

    def find(self, uid: UUID | str) -> Folder | None:
        return next((f for pk, f in self.all.items() if str(f.uid) == str(uid) and pk in self.seen), None)

    def children(self, folder: Folder | None) -> list[Folder]:
        parent = folder.pk if folder else None
        return [f for pk, f in self.all.items() if f.parent_id == parent and pk in self.seen]

    def path(self, folder: Folder | None) -> list[Folder]:
        """From the top to this folder, itself included."""
        found: list[Folder] = []
        while folder is not None and folder not in found:
            found.insert(0, folder)
            folder = self.all.get(folder.parent_id) if folder.parent_id else None
        return found

    def below(self, folder: Folder) -> set[int]:
        """Numbers of this folder and of all in it, seen or not."""
        found, new = set(), {folder.pk}
        while new:
            found |= new
            new = {pk for pk, f in self.all.items() if f.parent_id in new} - found
        return found

    def levels_below(self, folder: Folder) -> int:
        """Levels that this folder takes up, itself included."""
        own = len(self.path(folder))
        return max(len(self.path(self.all[pk])) for pk in self.below(folder)) - own + 1

    def walk(self, folder: Folder | None = None, level: int = 0) -> Iterator[tuple[Folder, int]]:
        """What is seen below this folder, each after what it is in, with its level from 0."""
        for child in self.children(folder):
            yield child, level
            yield from self.walk(child, level + 1)

    def label(self, folder: Folder | None) -> str:
        """The way to it in words."""
        return " / ".join(f.name for f in self.path(folder))
