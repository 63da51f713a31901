from __future__ import annotations

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanse_access.models import PrivateAttachment

from .conversations import Participant
from .rooms import Room


class RoomExportQuerySet(models.QuerySet["RoomExport"]):
    def under_way(self) -> RoomExportQuerySet:
        return self.filter(state__in=RoomExport.UNDER_WAY)

    def over(self) -> RoomExportQuerySet:
        return self.filter(expires_at__lte=timezone.now())


class RoomExport(models.Model):
    """An owner takes a copy of a room along: the request, how far it is, and the ZIP file that came of it.

    Whoever asked for it fetches it, as long as they own the room, until ``expires_at``.
    """

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("being collected")
        READY = "ready", _("ready")
        FAILED = "failed", _("failed")

    UNDER_WAY = (State.WAITING, State.RUNNING)

    room = models.ForeignKey(Room, on_delete=models.PROTECT, related_name="exports", verbose_name=_("room"))
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("asked for by")
    )
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.WAITING)
    done = models.PositiveIntegerField(_("parts done"), default=0)
    total = models.PositiveIntegerField(_("parts in all"), default=0)
    requested_at = models.DateTimeField(_("requested"), default=timezone.now)
    expires_at = models.DateTimeField(_("available until"))

    objects = RoomExportQuerySet.as_manager()

    class Meta:
        verbose_name = _("copy of a room")
        verbose_name_plural = _("copies of rooms")
        ordering = ["-requested_at", "-pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(
                fields=["room", "person"],
                condition=Q(state__in=["waiting", "running"]),
                name="hanse_groups_export_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"

    @property
    def is_under_way(self) -> bool:
        return self.state in self.UNDER_WAY


class RoomExportFile(PrivateAttachment):
    """The ZIP. Handed out to whoever asked for it and owns the room still, and to nobody else, until its time ends."""

    kind = "room-export"

    export = models.OneToOneField(RoomExport, on_delete=models.CASCADE, related_name="file")

    class Meta:
        verbose_name = _("file of a copy of a room")
        verbose_name_plural = _("files of copies of rooms")
        default_permissions = ()

    @classmethod
    def shown_q(cls, now, prefix=""):
        return Q(**{f"{prefix}export__expires_at__gt": now or timezone.now()})

    @classmethod
    def stake_q(cls, viewer, prefix=""):
        owned = Participant.objects.with_role(Participant.Role.OWNER).of_viewer(viewer)
        rooms = Room.objects.exclude(state=Room.State.DELETED).filter(conversation__participants__in=owned)
        return Q(
            **{f"{prefix}export__person": viewer.user_id, f"{prefix}export__room__in": rooms.order_by().values("pk")}
        )

    @classmethod
    def visible_q(cls, viewer, *, now=None, prefix=""):
        if viewer.user is None:
            return Q(**{f"{prefix}pk__in": []})
        return cls.stake_q(viewer, prefix) & cls.shown_q(now, prefix)

    def stakeholders(self) -> QuerySet:
        owners = Participant.objects.with_role(Participant.Role.OWNER).filter(
            conversation=self.export.room.conversation_id, person=self.export.person_id
        )
        return get_user_model()._default_manager.filter(pk__in=owners.values("person"))
