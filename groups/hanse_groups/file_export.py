"""The files of a room in the copy that its owner takes along."""

from __future__ import annotations

from collections.abc import Iterator
from typing import IO

from django.utils.translation import gettext_lazy as _

from hanse_access.viewer import Viewer

from .export_parts import ExportPart
from .file_archive import AT_ONCE, entries_of
from .file_tree import Tree
from .models import FileVersion, Participant, Room


def newest_files(room: Room, place: Participant) -> Iterator[tuple[str, IO[bytes]]]:
    """The newest version of each file that this person can open, in its folder. A few at a time, asked anew."""
    entries = entries_of(Viewer.of(place.person), room, Tree(room, place), None)
    for start in range(0, len(entries), AT_ONCE):
        part = entries[start : start + AT_ONCE]
        versions = FileVersion.objects.visible_to(Viewer.of(place.person)).in_bulk([pk for pk, _path in part])
        for pk, path in part:
            if pk in versions:
                try:
                    stored = versions[pk].file.open("rb")
                except FileNotFoundError:
                    continue
                yield path, stored


part = ExportPart(name="files", label=_("Files"), files=newest_files, order=10)
