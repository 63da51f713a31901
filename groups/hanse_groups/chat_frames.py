"""What stands around a chat. The chat itself is the same wherever people talk: it knows a place in a conversation."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from hanse_access.viewer import Viewer

from .models import Conversation, Message, Participant, Room
from .room_home import tabs


@dataclass(frozen=True)
class ChatFrame:
    """A conversation with its pages: ``address`` is that of the chat, ``search_address`` that of the search in it.

    ``chat`` and ``search`` name templates that extend "hanse_groups/chat.html" and "hanse_groups/search.html" and get
    what ``context`` gives. ``writable`` says whether this reader can write at present, ``removed`` what stands in the
    place of a message that somebody else than its author took away.
    """

    conversation: Conversation
    address: str
    search_address: str
    chat: str
    search: str
    writable: bool
    removed: str
    context: Callable[[], dict[str, Any]]

    def address_of(self, message: Message, place: Participant) -> str:
        """Where one message is shown to this reader, among those around it: in its thread, or in the log.

        ``message`` with its ``thread``, or a query for it is made.
        """
        thread = message.thread
        if thread is not None and thread.seq > place.from_seq:
            return f"{self.address}?thread={thread.uid}&around={message.seq}#m-{message.uid}"
        return f"{self.address}?around={message.seq}#m-{message.uid}"


def frame_of(place: Participant, viewer: Viewer) -> ChatFrame:
    """The frame of the conversation that this place is in, which is the viewer's."""
    from .direct_frames import direct_frame

    room = getattr(place.conversation, "room", None)
    return room_frame(room, place) if room is not None else direct_frame(place, viewer)


def room_frame(room: Room, place: Participant) -> ChatFrame:
    """``place`` without a number is that of an operator who looks in by break-glass."""
    taken = place if place.pk else None
    return ChatFrame(
        conversation=room.conversation,
        address=reverse("hanse_groups:chat", args=[room.uid]),
        search_address=reverse("hanse_groups:search", args=[room.uid]),
        chat="hanse_groups/room_chat.html",
        search="hanse_groups/room_search.html",
        writable=room.is_writable and taken is not None,
        removed=_("This message was deleted by whoever leads the room."),
        context=lambda: {"room": room, "place": place, "tabs": tabs(room, taken, "chat")},
    )
