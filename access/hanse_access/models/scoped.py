from __future__ import annotations

from datetime import datetime

from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from ..querysets import ScopedManager
from ..viewer import Viewer
from .audiences import Audience


class Scoped(models.Model):
    """What every model under the rule has, wherever its audience is stored.

    ``visible_to = (audience admits and shown_q) or stake_q or proposed to a scope that the viewer decides for``

    A subclass must define ``shown_q``, ``stake_q`` and ``stakeholders``; a system check refuses one that does not.
    """

    #: lookup from this model to its audience
    audience_path = "audience"

    class Meta:
        abstract = True

    @classmethod
    def shown_q(cls, now: datetime, prefix: str = "") -> Q:
        """Published, not expired, not in moderation, at ``now``."""
        raise NotImplementedError

    @classmethod
    def stake_q(cls, viewer: Viewer, prefix: str = "") -> Q:
        """What this viewer sees whatever its audience and state: author, co-editor, reviewer.

        Use sub-queries rather than joins to many rows, which would double results. Must be ``Q(pk__in=[])`` for
        visitors.
        """
        raise NotImplementedError

    def stakeholders(self) -> QuerySet:
        """The active people for whom ``stake_q`` holds of this row: a query set of the user model."""
        raise NotImplementedError

    @classmethod
    def visible_q(cls, viewer: Viewer, *, now: datetime | None = None, prefix: str = "") -> Q:
        """The rule as a Q. Children of a scoped model use ``Parent.visible_q(viewer, prefix="parent__")``."""
        from ..proposals import proposed_q

        now = now or timezone.now()
        admitted = Q(**{f"{prefix}{cls.audience_path}__in": viewer.admitted_ids})
        shown = cls.shown_q(now, prefix)
        visible = (admitted & shown) | cls.stake_q(viewer, prefix)
        if viewer.decides:
            visible |= proposed_q(cls, viewer, prefix) & shown
        return visible


class ScopedModel(Scoped):
    """A model with an audience of its own. ``audience`` is in force; ``requested_audience`` waits for a decision.

    Both are set by ``actions.change_audience`` only, which also records it.
    """

    audience = models.ForeignKey(
        Audience, on_delete=models.PROTECT, related_name="+", verbose_name=_("who can see this"), editable=False
    )
    requested_audience = models.ForeignKey(
        Audience,
        on_delete=models.PROTECT,
        related_name="+",
        null=True,
        blank=True,
        editable=False,
        verbose_name=_("who is asked to see this too"),
    )
    objects = ScopedManager()

    class Meta:
        abstract = True
