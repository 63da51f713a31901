"""What of rooms can be found: their cards, and for those who take part the messages and files in them.

What is said in direct conversations is in no common index.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from django.db.models import F
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from hanse_access.models import Audience
from hanse_access.viewer import Viewer
from hanse_activity.blocks import blocked_ids
from hanse_search.extraction.files import beginnings
from hanse_search.models import FileText
from hanse_search.snippets import LOOKED_THROUGH
from hanse_search.sources import (
    LONGEST_TEXT,
    Entry,
    FacetKind,
    Found,
    Hop,
    Source,
    Watch,
    as_numbers,
    facet_kinds,
    sources,
)

from .models import FileVersion, Message, Participant, Room, RoomFile
from .models.messages import LONGEST_MESSAGE
from .rendering import plain


class RoomSource(Source):
    name = "room"
    order = 50
    label = _("Room")
    plural = _("Rooms")
    icon = "lock"
    model = Room
    watches = (Watch(Room, "id", only=("audience_id", "name", "purpose", "state", "cluster_id")),)

    def rows(self):
        return Room.objects.shown()

    def entries(self, rows):
        return {row.pk: self._entry(row) for row in rows}

    def _entry(self, row: Room) -> Entry:
        facets = {"cluster": [row.cluster_id], "state": [row.state]}
        return Entry(row.audience_id, row.name, row.purpose, date=row.created_at, facets=facets)

    def visible(self, viewer):
        return Room.objects.visible_to(viewer).shown().select_related("cluster")

    def found(self, rows, viewer):
        return {row.pk: self._found(row) for row in rows}

    def _found(self, row: Room) -> Found:
        facts = [row.get_kind_display(), row.cluster.label, *([] if row.is_writable else [row.get_state_display()])]
        discreet = not row.mails_show_text
        return Found(row.name, row.get_absolute_url(), [row.purpose], facts, row.audience_id, discreet=discreet)


class InRoomSource(Source):
    """What is in a room, for those who take part: of those who came later, from where they came in."""

    def beyond(self, viewer):
        return ()

    def boundaries(self, viewer):
        return viewer.kept(where_read_from)

    @staticmethod
    def audiences(room_ids: Iterable[int]) -> dict[int, int]:
        """Numbers of the audiences of the people in these rooms."""
        return Audience.objects.of_each("group", set(room_ids))


def where_read_from(viewer: Viewer) -> dict[int, int]:
    """Rooms that the viewer does not see from their beginning, with the last number that is not for them."""
    places = Participant.objects.active().of_viewer(viewer).filter(conversation__room__isnull=False, from_seq__gt=0)
    return dict(places.values_list("conversation__room", "from_seq"))


def whom_blocked(viewer: Viewer) -> list[int]:
    return list(blocked_ids(viewer.user).values_list("blocked_id", flat=True))


class MessageSource(InRoomSource):
    name = "message"
    order = 60
    label = _("Message")
    plural = _("Messages")
    icon = "chat"
    model = Message
    watches = (
        Watch(Message, "id", only=("html", "deleted_at", "author_id", "kind")),
        Watch(Room, "conversation_id", (Hop(Message, "conversation_id", "id"),), only=("cluster_id",)),
    )

    def rows(self):
        said = Message.objects.filter(kind=Message.Kind.TEXT, deleted_at=None, conversation__room__isnull=False)
        return said.exclude(html="").annotate(room=F("conversation__room"), home=F("conversation__room__cluster"))

    def entries(self, rows):
        audiences = self.audiences(row.room for row in rows)
        return {row.pk: self._entry(row, audiences[row.room]) for row in rows}

    def _entry(self, row: Any, audience: int) -> Entry:
        return Entry(
            audience,
            "",
            plain(row.html, LONGEST_MESSAGE),
            date=row.created_at,
            author_id=row.author_id,
            container=row.room,
            place=row.seq,
            facets={"room": [row.room], "cluster": [row.home]},
        )

    def visible(self, viewer):
        if viewer.user is None:
            return Message.objects.none()
        inside = Room.objects.entered_by(viewer).order_by().values("conversation_id")
        read = Message.objects.read_along(viewer).filter(conversation__in=inside).exclude(html="")
        return read.select_related("author", "conversation__room")

    def hidden_authors(self, viewer):
        return viewer.kept(whom_blocked) if viewer.user is not None else ()

    def found(self, rows, viewer):
        audiences = self.audiences(row.conversation.room.pk for row in rows)
        return {row.pk: self._found(row, audiences[row.conversation.room.pk]) for row in rows}

    def _found(self, row: Message, audience: int) -> Found:
        author = row.author.get_full_name() if row.author else gettext("Former member")
        text = plain(row.html, LONGEST_MESSAGE)
        room = row.conversation.room
        discreet = not room.mails_show_text
        return Found(
            room.name, row.get_absolute_url(), [text], [author], audience, date=row.created_at, discreet=discreet
        )


class FileSource(InRoomSource):
    """The newest version of each file, with its words."""

    name = "file"
    order = 70
    label = _("File")
    plural = _("Files")
    icon = "file"
    model = FileVersion
    watches = (
        Watch(FileVersion, "id"),
        Watch(FileText, "uuid", (Hop(FileVersion, "uuid", "id"),), only=("text",)),
        Watch(RoomFile, "id", (Hop(FileVersion, "room_file_id", "id"),)),
        Watch(
            Message,
            "id",
            (Hop(RoomFile, "message_id", "id"), Hop(FileVersion, "room_file_id", "id")),
            only=("withheld",),
        ),
        Watch(
            Room,
            "id",
            (Hop(RoomFile, "room_id", "id"), Hop(FileVersion, "room_file_id", "id")),
            only=("cluster_id",),
        ),
    )

    def rows(self):
        return FileVersion.objects.shown().newest().select_related("room_file__room")

    def entries(self, rows):
        audiences = self.audiences(row.room_file.room_id for row in rows)
        words = beginnings((row.uuid for row in rows), LONGEST_TEXT)
        return {row.pk: self._entry(row, audiences[row.room_file.room_id], words.get(row.uuid, "")) for row in rows}

    def _entry(self, row: FileVersion, audience: int, words: str) -> Entry:
        room = row.room_file.room
        return Entry(
            audience,
            row.room_file.name,
            words,
            date=row.created,
            author_id=row.uploaded_by_id,
            container=room.pk,
            place=row.seq,
            facets={"room": [room.pk], "cluster": [room.cluster_id]},
        )

    def visible(self, viewer):
        return FileVersion.objects.visible_to(viewer).newest().select_related("room_file__room", "uploaded_by")

    def found(self, rows, viewer):
        audiences = self.audiences(row.room_file.room_id for row in rows)
        words = beginnings((row.uuid for row in rows), LOOKED_THROUGH)
        return {row.pk: self._found(row, audiences[row.room_file.room_id], words.get(row.uuid, "")) for row in rows}

    def _found(self, row: FileVersion, audience: int, words: str) -> Found:
        file = row.room_file
        facts = [file.room.name, *([row.uploaded_by.get_full_name()] if row.uploaded_by else [])]
        discreet = not file.room.mails_show_text
        return Found(file.name, file.get_absolute_url(), [words], facts, audience, date=row.created, discreet=discreet)


def room_labels(values: Collection[str], viewer: Viewer) -> Mapping[str, Any]:
    rooms = Room.objects.entered_by(viewer).filter(pk__in=as_numbers(values))
    return {str(pk): name for pk, name in rooms.values_list("pk", "name")}


def state_labels(values: Collection[str], viewer: Viewer) -> Mapping[str, Any]:
    return {value: label for value, label in Room.State.choices if value in values}


def find_state(text: str) -> list[str]:
    return [value for value, label in Room.State.choices if text.casefold() in (value, str(label).casefold())]


sources.register(RoomSource())
sources.register(MessageSource())
sources.register(FileSource())
facet_kinds.register(FacetKind("room", _("Room"), room_labels, order=50, limit=6))
facet_kinds.register(FacetKind("state", _("State"), state_labels, find_state, order=60))
