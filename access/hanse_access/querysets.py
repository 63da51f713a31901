from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

if TYPE_CHECKING:
    from .viewer import Viewer


class ScopedQuerySet(models.QuerySet):
    """Query set of a model that follows the rule. ``visible_to`` is the only way to fetch for a person."""

    def visible_to(self, viewer: Viewer, *, now: datetime | None = None):
        """Rows this viewer may see at ``now`` (default: this moment)."""
        return self.filter(self.model.visible_q(viewer, now=now))


ScopedManager = models.Manager.from_queryset(ScopedQuerySet, "ScopedManager")
