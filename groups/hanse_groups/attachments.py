"""Files of messages, as pages and payloads show them."""

from __future__ import annotations

from typing import Any

from django.db.models import OuterRef, Prefetch, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from .models import DirectFile, FileVersion, Message, RoomFile, ScannedAttachment
from .rendering import plain


def with_files() -> Prefetch:
    """For ``prefetch_related``: files of messages that are not in the bin, each with ``newest`` in a list."""
    newest = Prefetch("versions", queryset=FileVersion.objects.newest(), to_attr="newest")
    files = RoomFile.objects.filter(binned_at=None).select_related("room").order_by("pk").prefetch_related(newest)
    return Prefetch("files", queryset=files)


def file_payloads(message: Message) -> list[dict[str, Any]]:
    """Of a message that was loaded ``with_files``: the same for every reader. An infected one has no address."""
    of_room = [
        _payload(version, file.name, reverse("hanse_groups:file", args=[file.room.uid, file.uid]))
        for file in message.files.all()
        for version in file.newest
    ]
    # Those of direct conversations have no page of their own: their name leads to the file.
    direct = [
        _payload(file, file.label, "" if file.is_infected else file.url)
        for file in sorted(message.direct_files.all(), key=lambda file: file.pk)
    ]
    return of_room + direct


def _payload(file: ScannedAttachment, name: str, page: str) -> dict[str, Any]:
    thumb = file.sources[0][0] if file.is_image and not file.is_infected else ""
    return {
        "id": str(file.uuid),
        "name": name,
        "size": file.size,
        "type": file.content_type,
        "page": page,
        "url": "" if file.is_infected else file.url,
        "thumb": thumb,
        "width": file.width,
        "height": file.height,
        "infected": file.is_infected,
    }


def with_first_file(messages: QuerySet[Message]) -> QuerySet[Message]:
    """Messages with ``first_file``, the name of their first file, for ``excerpt``: without a further query."""
    files = RoomFile.objects.filter(message=OuterRef("pk"), binned_at=None).order_by("pk").values("name")
    direct = DirectFile.objects.filter(message=OuterRef("pk")).order_by("pk").values("label")
    return messages.annotate(first_file=Coalesce(Subquery(files[:1]), Subquery(direct[:1])))


def excerpt(message: Message, most: int = 200) -> str:
    """The words of a message, or else what its files are called.

    Of one without words its ``files`` are asked, unless it was loaded ``with_first_file``.
    """
    words = plain(message.html, most)
    if words:
        return words
    if hasattr(message, "first_file"):
        return str(message.first_file or "")
    names = [file.name for file in message.files.all() if not file.binned_at]
    return ", ".join([*names, *(file.label for file in message.direct_files.all())])
