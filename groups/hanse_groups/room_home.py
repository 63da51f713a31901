"""What the pages of a room show around their content."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from django.http import HttpRequest

from hanse_activity.blocks import blocked_ids

from .attachments import excerpt, with_first_file
from .models import Message, Participant, Room
from .people import faces, organisations_of, pictures_in
from .room_tools import room_tools

#: people beside the content; all of them are on a page of their own
MOST_PEOPLE = 8
MOST_PINS = 20


def tabs(room: Room, place: Participant | None, current: str) -> list[dict]:
    """The tools of the room as tabs of its pages. ``place`` None: an operator who looks in."""
    shown = [tool for tool in room_tools if place is None or tool.shown(room, place)]
    return [
        {
            "label": tool.label,
            "url": tool.url(room),
            "current": tool.name == current,
            "count": tool.new(room, place) if place is not None and tool.name != current else 0,
        }
        for tool in shown
    ]


def people_of(conversation_id: int, *, pictured: bool = True) -> list[Participant]:
    """Who takes part, those who lead first, each with ``organisation`` and ``image``.

    An operator who looks in is none of those who can load pictures: ``pictured`` False.
    """
    order = list(Participant.Role)
    present = list(
        Participant.objects.active()
        .filter(conversation=conversation_id)
        .select_related("person")
        .order_by("joined_at", "pk")
    )
    ids = [participant.person_id for participant in present]
    firms = organisations_of(ids)
    pictures = pictures_in(conversation_id, ids) if pictured else {}
    for participant in present:
        participant.organisation = firms.get(participant.person_id, "")
        participant.image = pictures.get(participant.person_id, "")
    return sorted(present, key=lambda participant: order.index(participant.role))


def faces_of(room: Room, *, pictured: bool = False) -> dict:
    """Patron and contact, for the card. ``pictured``: for readers who are in the room, where they are too."""
    known = faces(room.conversation_id, [room.patron_id, room.contact_id])
    shown = {id: face if pictured else replace(face, image="") for id, face in known.items()}
    return {
        "patron": shown.get(room.patron_id) if room.patron_id else None,
        "contact": shown.get(room.contact_id) if room.contact_id else None,
    }


def mark_blocked(messages: Iterable[Message], person) -> None:
    """Set ``is_blocked`` on those whose author this person blocks: their places are shown, their words are not."""
    blocked = set(blocked_ids(person).values_list("blocked_id", flat=True))
    for message in messages:
        message.is_blocked = message.author_id in blocked


def pins_of(conversation_id: int, place: Participant | None) -> list[Message]:
    readable = Message.objects.readable_by(place) if place else Message.objects.filter(conversation=conversation_id)
    pinned = readable.filter(pinned_at__isnull=False).select_related("author", "thread")
    pins = list(with_first_file(pinned).order_by("-pinned_at")[:MOST_PINS])
    for pin in pins:
        pin.text = excerpt(pin, 120)
    mark_blocked(pins, place.person if place else None)
    return pins


def home_context(request: HttpRequest, room: Room, place: Participant | None) -> dict:
    """The home page: what is new, what is pinned, who is in it, what the tools add."""
    present = people_of(room.conversation_id, pictured=place is not None)
    parts = []
    for tool in room_tools:
        context = tool.home(request, room, place) if tool.home and place is not None else None
        if context is not None:
            parts.append({"template": tool.template, "context": context, "label": tool.label})
    unread, newest = 0, []
    if place is not None:
        readable = Message.objects.readable_by(place).filter(kind=Message.Kind.TEXT, deleted_at=None)
        unread = Message.objects.unread_by(request.user).filter(conversation=room.conversation_id).count()
        newest = list(with_first_file(readable.select_related("author")).order_by("-seq")[:3])
        for message in newest:
            message.text = excerpt(message)
        mark_blocked(newest, request.user)
    return {
        "room": room,
        "place": place,
        "people": present[:MOST_PEOPLE],
        "people_count": len(present),
        "guest_count": sum(participant.role == Participant.Role.GUEST for participant in present),
        "requests": Participant.objects.waiting().filter(conversation=room.conversation_id).count(),
        "pins": pins_of(room.conversation_id, place),
        "unread": unread,
        "newest": list(reversed(newest)),
        "parts": parts,
        "tabs": tabs(room, place, "home"),
        **faces_of(room, pictured=place is not None),
    }
