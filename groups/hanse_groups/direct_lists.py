"""The list of a person's direct conversations, and how many of them have something new."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hanse_base.lists import ItemList, Sort

from .attachments import excerpt
from .direct_names import name_directs
from .models import Direct, Message
from .notifications_of_direct import newest_of
from .surfaces import unread_counts

#: characters of the newest message in the list
MOST_SHOWN = 140


class DirectList(ItemList):
    """Conversations that the reader takes part in, each with ``label``, ``unread``, ``newest`` and ``text``."""

    name = "direct"
    item_template = "hanse_groups/includes/direct.html"
    layout = "rows"
    page_size = 25
    sorts = (Sort("newest", _("Newest first"), ("-moved_at",)),)
    empty = {
        "icon": "chat",
        "title": _("No messages yet"),
        "text": _("Write to somebody: on a profile, or from among the people of a room."),
    }

    def __init__(self, request: HttpRequest, *, archived: bool = False):
        self.viewer = viewer = request.viewer
        found = Direct.objects.archived_by(viewer) if archived else Direct.objects.listed_for(viewer)
        if archived:
            self.empty = {
                "icon": "chat",
                "title": _("Nothing is archived"),
                "text": _("Under “People and settings” a conversation is put here until something new is written."),
            }
        super().__init__(request, found.select_related("conversation"))

    def prepare(self, rows: list[Direct]) -> list[Direct]:
        rows = super().prepare(rows)
        name_directs(rows, self.viewer)
        ids = [direct.pk for direct in rows]
        unread, newest = unread_counts(self.request.user, ids), newest_of(ids, self.viewer)
        for direct in rows:
            direct.unread = unread.get(direct.pk, 0)
            direct.newest = newest.get(direct.pk)
            direct.text = excerpt(direct.newest, MOST_SHOWN) if direct.newest is not None else ""
        return rows


def found_messages(request: HttpRequest, text: str, most: int) -> list[Message]:
    """Messages of all own direct conversations that have all the words, the newest first, each with ``direct``."""
    found = Message.objects.read_along(request.viewer).filter(conversation__direct__isnull=False)
    for word in text.split()[:8]:
        found = found.filter(body__icontains=word)
    rows = list(found.select_related("author", "conversation__direct").order_by("-created_at", "-pk")[:most])
    directs = {row.conversation_id: row.conversation.direct for row in rows}
    name_directs(list(directs.values()), request.viewer)
    for row in rows:
        row.direct, row.text = directs[row.conversation_id], excerpt(row, 300)
    return rows
