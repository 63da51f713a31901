"""What rooms add to the shared surfaces: side bar, navigation, dashboard."""

from __future__ import annotations

from django.db.models import Count
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hanse_base.cards import Card
from hanse_base.navigation import NavigationItem
from hanse_base.slots import SlotPart

from .actions.guests import may_have_guest_profile
from .models import Message, Participant, Room
from .own_seats import may_be_invited

#: rooms in the side bar and on the card
MOST_LISTED = 12


def own_rooms(request: HttpRequest) -> list[Room]:
    """Rooms that the reader is in, those with something new first, each with ``unread``. Two queries a request."""
    if "_hanse_own_rooms" not in request.__dict__:
        request.__dict__["_hanse_own_rooms"] = _own_rooms(request) if request.user.is_authenticated else []
    return request.__dict__["_hanse_own_rooms"]


def _own_rooms(request: HttpRequest) -> list[Room]:
    mine = Room.objects.entered_by(request.viewer).filter(state=Room.State.ACTIVE)
    rooms = list(mine.order_by("name", "pk").select_related("conversation"))
    if rooms:
        unread = unread_counts(request.user, [room.conversation_id for room in rooms])
        for room in rooms:
            room.unread = unread.get(room.conversation_id, 0)
    return sorted(rooms, key=lambda room: (not room.unread, room.name.casefold(), room.pk))


def unread_counts(person, conversation_ids) -> dict[int, int]:
    """Conversation → messages of others since the person last read there: one query for all."""
    unread = Message.objects.unread_by(person).filter(conversation__in=conversation_ids).order_by()
    counted = unread.values("conversation").annotate(number=Count("pk"))
    return dict(counted.values_list("conversation", "number"))


def takes_part(request: HttpRequest) -> bool:
    """Members, and whoever is in a room or invited to one."""
    viewer = request.viewer
    if viewer.is_member or viewer.scopes.get("group"):
        return True
    invited = Participant.objects.invited().of_viewer(viewer).filter(conversation__room__isnull=False)
    return may_be_invited(viewer) and invited.exists()


def side_context(request: HttpRequest) -> dict | None:
    rooms = own_rooms(request)
    return {"rooms": rooms[:MOST_LISTED], "more": len(rooms) > MOST_LISTED} if rooms else None


def card_context(request: HttpRequest) -> dict | None:
    rooms = [room for room in own_rooms(request) if room.unread]
    return {"rooms": rooms[:MOST_LISTED]} if rooms else None


side_part = SlotPart(
    name="my-rooms", place="side", template="hanse_groups/slots/side.html", context=side_context, order=10
)

frame_script = SlotPart(
    name="live-frame",
    place="scripts",
    template="hanse_groups/slots/scripts.html",
    context=lambda request: {} if request.user.is_authenticated else None,
    order=10,
)


def guest_profile_context(request: HttpRequest) -> dict | None:
    return {} if may_have_guest_profile(request.viewer) else None


guest_part = SlotPart(
    name="guest-profile",
    place="profile",
    template="hanse_groups/slots/guest_profile.html",
    context=guest_profile_context,
)

card = Card(
    name="rooms",
    title=_("New in your rooms"),
    template="hanse_groups/cards/rooms.html",
    context=card_context,
    order=15,
)

navigation_item = NavigationItem(
    name="rooms",
    label=_("Rooms"),
    url=lambda request: reverse("hanse_groups:rooms"),
    icon="lock",
    order=15,
    shown=takes_part,
)
