"""Files of messages, as pages and payloads show them."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.urls import reverse

from .models import FileVersion, Message, RoomFile
from .rendering import plain


def with_files(path: str = "files") -> Prefetch:
    """For ``prefetch_related``: files of messages that are not in the bin, each with ``newest`` in a list."""
    newest = Prefetch("versions", queryset=FileVersion.objects.newest(), to_attr="newest")
    files = RoomFile.objects.filter(binned_at=None).select_related("room").order_by("pk").prefetch_related(newest)
    return Prefetch(path, queryset=files)


def file_payloads(message: Message) -> list[dict[str, Any]]:
    """Of a message that was loaded ``with_files``: the same for every reader. An infected one has no address."""
    return [_payload(file, version) for file in message.files.all() for version in file.newest]


def _payload(file: RoomFile, version: FileVersion) -> dict[str, Any]:
    thumb = version.sources[0][0] if version.is_image and not version.is_infected else ""
    return {
        "id": str(version.uuid),
        "name": file.name,
        "size": version.size,
        "type": version.content_type,
        "page": reverse("hanse_groups:file", args=[file.room.uid, file.uid]),
        "url": "" if version.is_infected else version.url,
        "thumb": thumb,
        "width": version.width,
        "height": version.height,
        "infected": version.is_infected,
    }


def with_first_file(messages: QuerySet[Message]) -> QuerySet[Message]:
    """Messages with ``first_file``, the name of their first file, for ``excerpt``: without a further query."""
    files = RoomFile.objects.filter(message=OuterRef("pk"), binned_at=None).order_by("pk")
    return messages.annotate(first_file=Subquery(files.values("name")[:1]))


def excerpt(message: Message, most: int = 200) -> str:
    """The words of a message, or else what its files are called.

    Of one without words its ``files`` are asked, unless it was loaded ``with_first_file``.
    """
    words = plain(message.html, most)
    if words:
        return words
    if hasattr(message, "first_file"):
        return str(message.first_file or "")
    return ", ".join(file.name for file in message.files.all() if not file.binned_at)
