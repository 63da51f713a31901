"""What becomes of rooms when the cluster that they are at home in is suspended, reinstated or closed."""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hanse_members.consequences import Change, Consequence, consequences
from hanse_members.models import Cluster

from .actions.endings import end_invitation, end_open_link, end_request
from .models import Participant, Room, RoomLink


def rooms_of(cluster: Cluster):
    """Rooms at home in the cluster that people can enter now."""
    at_home = Room.objects.filter(cluster=cluster).exclude(state=Room.State.DELETED)
    return at_home if cluster.is_active else at_home.none()


def says(change: Change, number: int) -> str:
    if change == Change.REINSTATE:
        text = ngettext("%(number)d room can be entered again.", "%(number)d rooms can be entered again.", number)
    else:
        text = ngettext(
            "%(number)d room is at home here: nobody can enter it any more, from whichever cluster.",
            "%(number)d rooms are at home here: nobody can enter them any more, from whichever cluster.",
            number,
        )
    return text % {"number": number}


def says_of_links(change: Change, number: int) -> str:
    if change == Change.REINSTATE:
        text = ngettext("%(number)d link to a room works again.", "%(number)d links to rooms work again.", number)
    elif change == Change.CLOSE:
        text = ngettext("%(number)d link to a room is taken back.", "%(number)d links to rooms are taken back.", number)
    else:
        text = ngettext("%(number)d link to a room opens nothing.", "%(number)d links to rooms open nothing.", number)
    return text % {"number": number}


def says_of_requests(change: Change, number: int) -> str:
    if change == Change.REINSTATE:
        text = ngettext(
            "%(number)d request to join a room can be decided again.",
            "%(number)d requests to join rooms can be decided again.",
            number,
        )
    elif change == Change.CLOSE:
        text = ngettext(
            "%(number)d request to join a room is declined.", "%(number)d requests to join rooms are declined.", number
        )
    else:
        text = ngettext(
            "%(number)d request to join a room waits until the cluster is reinstated.",
            "%(number)d requests to join rooms wait until the cluster is reinstated.",
            number,
        )
    return text % {"number": number}


def says_of_invitations(change: Change, number: int) -> str:
    if change == Change.REINSTATE:
        text = ngettext(
            "%(number)d invitation to a room can be accepted again.",
            "%(number)d invitations to rooms can be accepted again.",
            number,
        )
    elif change == Change.CLOSE:
        text = ngettext(
            "%(number)d invitation to a room is taken back.", "%(number)d invitations to rooms are taken back.", number
        )
    else:
        text = ngettext(
            "%(number)d invitation to a room opens nothing until the cluster is reinstated.",
            "%(number)d invitations to rooms open nothing until the cluster is reinstated.",
            number,
        )
    return text % {"number": number}


def in_rooms_of(cluster: Cluster, state: str):
    """People in this state in rooms that are at home in the cluster."""
    rooms = Participant.objects.filter(conversation__room__cluster=cluster, state=state)
    return rooms.select_related("person", "conversation__room__cluster").order_by("pk")


def requests_to(cluster: Cluster):
    return in_rooms_of(cluster, Participant.State.REQUESTED)


def invited_to(cluster: Cluster):
    return in_rooms_of(cluster, Participant.State.INVITED)


def links_of(cluster: Cluster):
    """Those that nobody has taken back or used up, and whose time is not over."""
    return RoomLink.objects.open().filter(room__cluster=cluster).select_related("room__cluster").order_by("pk")


def while_active(rows: Callable[[Cluster], QuerySet]) -> Callable[[Cluster], int]:
    return lambda cluster: rows(cluster).count() if cluster.is_active else 0


def register() -> None:
    consequences.register(
        Consequence(
            name="room-links",
            label=_("Invitations to rooms by link"),
            says=says_of_links,
            counts=lambda cluster: RoomLink.objects.working().filter(room__cluster=cluster).count(),
            ends=links_of,
            end=end_open_link,
            order=41,
        )
    )
    consequences.register(
        Consequence(
            name="room-requests",
            label=_("Requests to join rooms"),
            says=says_of_requests,
            counts=while_active(requests_to),
            ends=requests_to,
            end=end_request,
            order=42,
        )
    )
    consequences.register(
        Consequence(
            name="room-invitations",
            label=_("Invitations to rooms"),
            says=says_of_invitations,
            counts=while_active(invited_to),
            ends=invited_to,
            end=end_invitation,
            order=43,
        )
    )
    consequences.register(
        Consequence(
            name="rooms", label=_("Rooms"), says=says, counts=lambda cluster: rooms_of(cluster).count(), order=40
        )
    )
