"""The list of what a person was told, and how many of it are unread."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hanse_base.lists import ItemList, Sort

from .kinds import notification_kinds
from .models import Notification
from .models.notifications import NotificationQuerySet
from .unread import count_unread


class NotificationList(ItemList):
    name = "notifications"
    item_template = "hanse_activity/notification.html"
    layout = "rows"
    page_size = 25
    sorts = (Sort("newest", _("Newest first"), ("-created_at",)),)
    empty = {
        "icon": "bell",
        "title": _("Nothing new"),
        "text": _("What others ask of you or decide about you is told here."),
    }

    def prepare(self, rows: list[Notification]) -> list[Notification]:
        """Loads the objects that the rows tell of: one query for each kind on the page."""
        numbers: dict[str, list[int]] = {}
        for row in rows:
            numbers.setdefault(row.kind, []).append(row.object_id)
        viewer = self.request.viewer
        found = {}
        for name, ids in numbers.items():
            kind = notification_kinds[name]
            found[name] = kind.targets(viewer).in_bulk(ids)
            kind.prepare(list(found[name].values()), viewer)
        shown = []
        for row in rows:
            target = found[row.kind].get(row.object_id)
            # What went out of sight between two queries is not shown.
            if target is not None:
                kind = notification_kinds[row.kind]
                row.text, row.icon = kind.text(row, target), kind.icon
                shown.append(row)
        return shown


def notifications_of(request: HttpRequest) -> NotificationQuerySet:
    return Notification.objects.shown_to(request.viewer)


def unread_count(request: HttpRequest) -> int:
    """``count_unread`` of who asks, once a request."""
    if not hasattr(request, "_hanse_unread"):
        request._hanse_unread = count_unread(request.viewer)
    return request._hanse_unread
