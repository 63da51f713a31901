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

    def admitting(self, viewer: Viewer, *, now: datetime | None = None):
        """Rows this viewer sees without a stake in them. For parts of a thing that is fetched by ``visible_to``."""
        return self.filter(self.model.admitted_q(viewer, now=now))

    def readable_to(self, viewer: Viewer, *, now: datetime | None = None):
        """What the viewer may see, and what was released to this person.

        For the page of the thing alone: a list, a search, a count or an export that told of what was released would
        tell others what it says, by its place or its number.
        """
        readable = self.model.visible_q(viewer, now=now)
        if viewer.user is not None:
            readable |= self.model.released_q(viewer)
        return self.filter(readable)

    def shown_to(self, viewer: Viewer, *, now: datetime | None = None):
        """``visible_to(viewer).shown()`` for long lists: the database works out once for each row what is shown."""
        return self.filter(self.model.shown_to_q(viewer, now=now))

    def shown(self, *, now: datetime | None = None):
        """Published and not expired. Lists for readers add it, so that a stake does not put drafts among them."""
        return self.filter(self.model.shown_q(now or timezone.now()))


ScopedManager = models.Manager.from_queryset(ScopedQuerySet, "ScopedManager")
