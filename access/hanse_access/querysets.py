from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models
from django.utils import timezone

if TYPE_CHECKING:
    from .viewer import Viewer


class ScopedQuerySet(models.QuerySet):
    """Query set of a model that follows the rule. ``visible_to`` is the only way to fetch for a person."""

    def visible_to(self, viewer: Viewer, *, now: datetime | None = None):
        """Rows this viewer may see at ``now`` (default: this moment)."""
        return self.filter(self.model.visible_q(viewer, now=now))

    def shown(self, *, now: datetime | None = None):
        """Published and not expired. Lists for readers add it, so that a stake does not put drafts among them."""
        return self.filter(self.model.shown_q(now or timezone.now()))


ScopedManager = models.Manager.from_queryset(ScopedQuerySet, "ScopedManager")
