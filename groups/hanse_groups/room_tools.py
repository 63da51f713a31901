"""What people use in a room: each plugin registers its tool in ``AppConfig.ready()``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hanse_base.registry import Registry

if TYPE_CHECKING:
    from django.http import HttpRequest

    from .models import Participant, Room


def nothing_new(room: Room, participant: Participant) -> int:
    return 0


def for_everybody(room: Room, participant: Participant) -> bool:
    return True


@dataclass(frozen=True)
class RoomTool:
    """One tool, such as the chat. It stands as a tab on every page of a room.

    ``url(room)`` is its page, which asks by itself whether the reader is in the room (``shortcuts.enter``).
    ``new(room, participant)`` is how much of it the participant has not seen. ``shown`` leaves the tab out where it
    serves nobody. With ``template`` it has a part on the room's home page, with the context of ``home(request, room,
    participant)``, or none when that gives None.
    """

    name: str
    label: Any
    url: Callable[[Room], str]
    icon: str
    order: int = 100
    new: Callable[[Room, Participant], int] = nothing_new
    shown: Callable[[Room, Participant], bool] = for_everybody
    template: str = ""
    home: Callable[[HttpRequest, Room, Participant], dict | None] | None = None


room_tools: Registry[RoomTool] = Registry()


def unread_messages(room: Room, participant: Participant) -> int:
    from .models import Message

    unread = Message.objects.unread_by(participant.person)
    return unread.filter(conversation=room.conversation_id).count()


home = RoomTool(name="home", label=_("Room"), url=lambda room: room.get_absolute_url(), icon="home", order=5)

chat = RoomTool(
    name="chat",
    label=_("Chat"),
    url=lambda room: reverse("hanse_groups:chat", args=[room.uid]),
    icon="chat",
    order=10,
    new=unread_messages,
)

people = RoomTool(
    name="people",
    label=_("People"),
    url=lambda room: reverse("hanse_groups:people", args=[room.uid]),
    icon="people",
    order=90,
)
