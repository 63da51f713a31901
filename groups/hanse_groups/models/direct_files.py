from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanse_access.models.attachments import NOBODY
from hanse_access.querysets import ScopedQuerySet
from hanse_activity.blocks import blocked_ids

from .conversations import Conversation, Participant
from .messages import Message
from .scanned import ScannedAttachment

if TYPE_CHECKING:
    from hanse_access.viewer import Viewer


class DirectFileQuerySet(ScopedQuerySet):
    def on_the_way(self) -> DirectFileQuerySet:
        """Taken in, and not sent with a message yet."""
        return self.filter(seq=0)


class DirectFile(ScannedAttachment):
    """A file that was sent in a direct conversation. It goes where its message goes: there are no folders and no bin.

    ``seq`` is the number of its message, 0 as long as it has not been sent. It has no audience: whoever takes part in
    the conversation reads it, from where they came in.
    """

    kind = "direct"

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="direct_files")
    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="direct_files", null=True)
    seq = models.PositiveBigIntegerField(default=0)

    objects = models.Manager.from_queryset(DirectFileQuerySet)()

    class Meta:
        verbose_name = _("file of a direct conversation")
        verbose_name_plural = _("files of direct conversations")
        default_permissions = ()
        indexes = [
            models.Index(fields=["scan"], condition=Q(scan="waiting"), name="hanse_groups_direct_to_scan"),
        ]

    # The rule

    @classmethod
    def shown_q(cls, now: datetime, prefix: str = "") -> Q:
        """Sent, not infected, and its message neither deleted nor out of sight after a report."""
        sent = Q(**{f"{prefix}seq__gt": 0, f"{prefix}message__deleted_at": None})
        return sent & ~Q(**{f"{prefix}scan": cls.Scan.INFECTED})

    @classmethod
    def stake_q(cls, viewer: Viewer, prefix: str = "") -> Q:
        """Nobody sees it for any other reason than taking part."""
        return NOBODY

    def stakeholders(self) -> QuerySet:
        return get_user_model()._default_manager.none()

    @classmethod
    def visible_q(cls, viewer: Viewer, *, now: datetime | None = None, prefix: str = "") -> Q:
        """Whoever takes part opens what came in after them, but for what people sent whom they block."""
        if viewer.user is None:
            return NOBODY
        here = Participant.objects.active().of_viewer(viewer)
        here = here.filter(conversation=OuterRef(f"{prefix}conversation"), from_seq__lt=OuterRef(f"{prefix}seq"))
        blocked = Q(**{f"{prefix}uploaded_by__in": blocked_ids(viewer.user)})
        return Q(Exists(here)) & ~blocked & cls.shown_q(now or timezone.now(), prefix)
