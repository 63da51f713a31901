"""What becomes of rooms when the cluster that they are at home in is suspended, reinstated or closed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hanse_members.consequences import Change, Consequence, consequences
from hanse_members.models import Cluster

from .models import Room, RoomLink


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
    else:
        text = ngettext("%(number)d link to a room opens nothing.", "%(number)d links to rooms open nothing.", number)
    return text % {"number": number}


def register() -> None:
    consequences.register(
        Consequence(
            name="room-links",
            label=_("Invitations to rooms by link"),
            says=says_of_links,
            counts=lambda cluster: RoomLink.objects.working().filter(room__cluster=cluster).count(),
            order=41,
        )
    )
    consequences.register(
        Consequence(
            name="rooms", label=_("Rooms"), says=says, counts=lambda cluster: rooms_of(cluster).count(), order=40
        )
    )
