"""The list of rooms, as each reader sees it."""

from __future__ import annotations

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

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
        super().__init__(request, with_numbers(Room.objects.visible_to(request.viewer).with_people()))

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
