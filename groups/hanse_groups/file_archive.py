"""A folder as a ZIP that is written while it is sent: neither memory nor disk hold more of it than a piece of one file.

The standard library writes to what cannot be sought back in, with sizes behind the bytes (and in the 64-bit form, as a
folder may be larger than 4 GiB), so no other library is needed. Nothing is compressed: what is large is so already.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from django.http import HttpRequest, StreamingHttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from hanse_access.files import streamed
from hanse_access.viewer import Viewer

from .file_names import key_of, with_number
from .file_tree import Tree
from .models import FileVersion, Folder, Participant, Room

CHUNK = 256 * 1024
#: files about whose visibility is asked at once: whoever is removed from the room meanwhile gets at most so many more
AT_ONCE = 20


def archive(
    request: HttpRequest, room: Room, place: Participant, tree: Tree, folder: Folder | None
) -> StreamingHttpResponse:
    """What the reader sees in this folder and below, or in the whole room with what came in the chat."""
    entries = entries_of(request.viewer, room, tree, folder)
    chunks = written(entries, request.user)
    response = StreamingHttpResponse(streamed(request, chunks, asks_database=True), content_type="application/zip")
    name = f"{folder.name if folder else room.name}.zip".replace("/", "-")
    response["Content-Disposition"] = content_disposition_header(True, name)
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def entries_of(viewer: Viewer, room: Room, tree: Tree, folder: Folder | None) -> list[tuple[int, str]]:
    """Number of the version and path in the archive, each path once whatever the case of its letters."""
    versions = FileVersion.objects.visible_to(viewer).newest().filter(room_file__room=room)
    if folder is not None:
        versions = versions.filter(room_file__folder__in=tree.below(folder), room_file__in_chat=False)
    own = len(tree.path(folder))
    taken: set[str] = set()
    folders: dict[int | None, str] = {None: ""}
    for child, _level in tree.walk(folder):
        above = folders.get(child.parent_id, "") if len(tree.path(child)) > own + 1 else ""
        folders[child.pk] = f"{above}{_free(taken, above, child.name)}/"
    if folder is not None:
        folders[folder.pk] = ""
    found = []
    rows = versions.order_by("room_file__key", "pk").values_list(
        "pk", "room_file__name", "room_file__folder", "room_file__in_chat"
    )
    for pk, name, lies_in, in_chat in rows:
        where = f"{_('From the chat')}/" if in_chat else folders.get(lies_in, "")
        found.append((pk, f"{where}{_free(taken, where, name)}"))
    return found


def _free(taken: set[str], where: str, name: str) -> str:
    number, free = 1, name
    while key_of(where + free) in taken:
        number += 1
        free = with_number(name, number)
    taken.add(key_of(where + free))
    return free


def written(entries: list[tuple[int, str]], person) -> Iterator[bytes]:
    """The bytes of the archive. It breaks off, and so cannot be opened, once the person may no longer read."""
    out = Outlet()
    with_all = zipfile.ZipFile(out, "w", zipfile.ZIP_STORED)
    for start in range(0, len(entries), AT_ONCE):
        part = entries[start : start + AT_ONCE]
        asked = FileVersion.objects.visible_to(Viewer(user=person)).in_bulk([pk for pk, _path in part])
        if not asked:
            return
        for pk, path in part:
            if pk in asked:
                yield from _entry(with_all, out, asked[pk], path)
    with_all.close()
    yield out.take()


def _entry(into: zipfile.ZipFile, out: Outlet, version: FileVersion, path: str) -> Iterator[bytes]:
    at = timezone.localtime(version.created)
    about = zipfile.ZipInfo(path, date_time=at.timetuple()[:6])
    about.external_attr = 0o644 << 16
    try:
        stored = version.file.open("rb")
    except FileNotFoundError:
        return
    with stored, into.open(about, "w", force_zip64=True) as entry:
        for chunk in iter(lambda: stored.read(CHUNK), b""):
            entry.write(chunk)
            yield out.take()
    yield out.take()


class Outlet(io.RawIOBase):
    """Where the archive is written to: keeps what was not taken yet, and cannot be sought in."""

    def __init__(self) -> None:
        self.kept = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, data) -> int:
        self.kept += data
        return len(data)

    def take(self) -> bytes:
        taken = bytes(self.kept)
        self.kept.clear()
        return taken
