"""The only ways to a room for a view: the card for whoever sees it, the inside for whoever is in it."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest

from hanse_access.shortcuts import get_visible_or_404, page_viewer

from .models import Participant, Room


def see_room(request: HttpRequest, uid: UUID, *, page_view: bool = False) -> Room:
    """The room whose card the reader sees, or 404."""
    return get_visible_or_404(request, Room.objects.with_people(), uid=uid, page_view=page_view)


def enter(request: HttpRequest, uid: UUID) -> tuple[Room, Participant]:
    """The room and the reader's place in it. 404 for everybody who is not in it, whether or not they see the card."""
    room = Room.objects.with_people().entered_by(request.viewer).filter(uid=uid).first()
    if room is None:
        raise Http404
    return room, own_place(request, room)


def look_into(request: HttpRequest, uid: UUID) -> tuple[Room, Participant | None]:
    """As ``enter``, for pages that only show: an operator's open break-glass counts, without a place in the room."""
    viewer = page_viewer(request)
    room = Room.objects.with_people().entered_by(viewer).filter(uid=uid).first()
    if room is None:
        raise Http404
    if room.pk in request.viewer.scopes.get("group", ()):
        return room, own_place(request, room)
    return room, None


def own_place(request: HttpRequest, room: Room) -> Participant:
    place = (
        Participant.objects.active()
        .of_viewer(request.viewer)
        .filter(conversation=room.conversation_id)
        .select_related("person")
        .first()
    )
    if place is None:  # lost between the two questions
        raise Http404
    return place
