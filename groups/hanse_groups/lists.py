"""The list of rooms, as each reader sees it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Case, Count, Exists, OuterRef, Subquery, Value, When
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hanse_access.viewer import Viewer
from hanse_base.lists import Facet, ItemList, Sort

from .models import Participant, Room
from .surfaces import unread_counts


def with_numbers(rooms):
    """With ``people``: how many take part."""
    present = (
        Participant.objects.active()
        .filter(conversation=OuterRef("conversation"))
        .order_by()
        .values("conversation")
        .annotate(number=Count("pk"))
        .values("number")
    )
    return rooms.annotate(people=Coalesce(Subquery(present), 0))


#: what a reader is to a room, and what stands for it in the list
STANDINGS = {
    "in": _("I take part"),
    "invited": _("I am invited"),
    "asked": _("I asked to be let in"),
    "outside": _("I am not in it"),
}


def with_standing(rooms, viewer: Viewer):
    """With ``standing``: what the viewer is to the room, one of ``STANDINGS``."""
    mine = Participant.objects.of_viewer(viewer).filter(conversation=OuterRef("conversation"))
    standing = Case(
        When(Exists(mine.active()), then=Value("in")),
        When(Exists(mine.invited()), then=Value("invited")),
        When(Exists(mine.waiting()), then=Value("asked")),
        default=Value("outside"),
    )
    return rooms.annotate(standing=standing)


def standing_labels(values: Collection[str]) -> dict[str, Any]:
    return {value: STANDINGS[value] for value in values}


class RoomList(ItemList):
    """Rooms whose card the reader sees, each with the reader's place in it (``place``) and what is ``unread`` there."""

    name = "rooms"
    item_template = "hanse_groups/includes/room.html"
    layout = "cards"
    search_fields = ("name", "purpose")
    search_label = _("Search rooms")
    sorts = (
        Sort("name", _("Name"), ("name",)),
        Sort("newest", _("Newest first"), ("-created_at",)),
    )
    facets = (
        Facet("mine", _("My rooms"), "standing", labels=standing_labels),
        Facet("cluster", _("At home in"), "cluster"),
        Facet("kind", _("Who can join"), "kind"),
        Facet("state", _("State"), "state"),
    )
    empty = {
        "icon": "lock",
        "title": _("No rooms yet"),
        "text": _("Rooms that you are in, and those that you could join, appear here."),
    }

    def __init__(self, request: HttpRequest):
        self.viewer = request.viewer
        rooms = Room.objects.visible_to(request.viewer).with_people()
        super().__init__(request, with_standing(with_numbers(rooms), request.viewer))

    def prepare(self, rows: list[Room]) -> list[Room]:
        rows = super().prepare(rows)
        here = [row.conversation_id for row in rows]
        mine = Participant.objects.of_viewer(self.viewer).heard().filter(conversation__in=here)
        places = {place.conversation_id: place for place in mine.select_related("person")}
        entered = [id for id, place in places.items() if place.is_active]
        unread = unread_counts(self.viewer.user, entered) if entered else {}
        for row in rows:
            row.place, row.unread = places.get(row.conversation_id), unread.get(row.conversation_id, 0)
        return rows
