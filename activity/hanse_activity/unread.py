"""How many of the things that a person was told are unread: the one number of bell, list and live badge."""

from __future__ import annotations

from typing import TYPE_CHECKING

from .models import Notification

if TYPE_CHECKING:
    from hanse_access.viewer import Viewer


def count_unread(viewer: Viewer) -> int:
    """Unread ones that the viewer may still see; 0 for visitors. One query when there are none, two otherwise."""
    return Notification.objects.unread().shown_to(viewer).count()
