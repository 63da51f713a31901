from __future__ import annotations

import uuid
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hanse_access.models import ScopedModel
from hanse_access.querysets import ScopedQuerySet
from hanse_access.scopes import Scope, ScopeKind
from hanse_members.models import Cluster

from .conversations import LONGEST_NOTE, Conversation, Participant, ParticipantQuerySet

if TYPE_CHECKING:
    from hanse_access.viewer import Viewer

#: a deleted room can be had back for so long
GRACE = timedelta(days=30)


class RoomQuerySet(ScopedQuerySet):
    def entered_by(self, viewer: Viewer) -> RoomQuerySet:
        """Rooms whose inside is open to the viewer: those in which they take part, or opened by break-glass."""
        return self.filter(pk__in=viewer.scopes.get("group", frozenset())).exclude(state=Room.State.DELETED)

    def with_people(self) -> RoomQuerySet:
        return self.select_related("cluster", "patron", "contact", "conversation", "audience")


class Room(ScopedModel):
    """A place where some people work together. Its row and its number stay for good: a room that ends is emptied.

    The audience is who sees that there is this room: its card, with name, purpose, patron and contact. What is in it is
    seen by those who hold its scope ``("group", pk)`` and by nobody else. ``cluster`` is where it is at home: whose
    setting says who may open rooms, and whose management answers for it.
    """

    class Kind(models.TextChoices):
        OPEN = "open", pgettext_lazy("kind of room", "Open")
        CLOSED = "closed", _("Closed")
        HIDDEN = "hidden", _("Hidden")

    class State(models.TextChoices):
        ACTIVE = "active", _("active")
        ARCHIVED = "archived", _("archived")
        DELETED = "deleted", _("deleted")

    #: shared by being in it, not by a cluster's management
    is_proposable = False

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    conversation = models.OneToOneField(Conversation, on_delete=models.PROTECT, related_name="room", editable=False)
    cluster = models.ForeignKey(Cluster, on_delete=models.PROTECT, related_name="+", verbose_name=_("at home in"))
    name = models.CharField(_("name"), max_length=100)
    purpose = models.TextField(
        _("purpose"),
        max_length=1000,
        help_text=_("What you want to reach together, in a few sentences. It stands on the card of the room."),
    )
    kind = models.CharField(_("who can join"), max_length=6, choices=Kind, default=Kind.CLOSED)
    state = models.CharField(_("state"), max_length=8, choices=State, default=State.ACTIVE, editable=False)
    state_changed_at = models.DateTimeField(default=timezone.now, editable=False)
    patron = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("patron"),
    )
    contact = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.SET_NULL,
        related_name="+",
        null=True,
        blank=True,
        verbose_name=_("contact"),
    )
    newcomers_see_all = models.BooleanField(
        _("newcomers see what was written before"),
        default=True,
        help_text=_("Otherwise they see what comes after they joined."),
    )
    asks_members = models.BooleanField(
        _("members hear who wants to join"),
        default=True,
        help_text=_("They can tell the owners in confidence what speaks against it, before anybody is let in."),
    )
    mails_show_text = models.BooleanField(
        _("mails may show what was written"),
        default=False,
        help_text=_("Otherwise mails only say that there is something new in the room."),
    )
    shows_who_read = models.BooleanField(
        _("everybody sees who has read what"),
        default=False,
        help_text=_("Under one’s own messages. That it was switched on or off stands in the chat."),
    )
    retention_days = models.PositiveIntegerField(
        _("days that messages are kept"),
        null=True,
        blank=True,
        validators=[MinValueValidator(30), MaxValueValidator(3650)],
        help_text=_("Older messages are removed for good, every night. Empty: they stay."),
    )
    created_at = models.DateTimeField(_("opened"), default=timezone.now, editable=False)

    objects = RoomQuerySet.as_manager()

    class Meta:
        verbose_name = _("room")
        verbose_name_plural = _("rooms")
        ordering = ["name", "pk"]
        default_permissions = ()
        indexes = [
            models.Index(fields=["audience", "state"], name="hanse_groups_room_audience"),
            models.Index(fields=["cluster", "state"], name="hanse_groups_room_cluster"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("hanse_groups:room", args=[self.uid])

    def delete(self, *args, **kwargs):
        """Refused: the number of a room stands in audiences and must never come back as another one."""
        raise models.ProtectedError("Rooms are emptied, never deleted.", {self})

    # The rule

    @classmethod
    def shown_q(cls, now: datetime, prefix: str = "") -> Q:
        return ~Q(**{f"{prefix}state": cls.State.DELETED})

    @classmethod
    def stake_q(cls, viewer: Viewer, prefix: str = "") -> Q:
        """Who is in it or invited; of a deleted one, whoever can have it back."""
        return Q(**{f"{prefix}pk__in": viewer.kept(rooms_at_stake)})

    def stakeholders(self) -> QuerySet:
        involved = Participant.objects.filter(conversation=self.conversation_id).filter(stake_in_q())
        return involved.people().filter(is_active=True)

    @classmethod
    def takes_kind(cls, kind: ScopeKind) -> bool:
        """A card is for clusters, for all members, or for the people in the room alone."""
        return kind.name in {"cluster", "platform"}

    def check_audience(self, scopes: Collection[Scope]) -> None:
        hidden = {Scope("group", self.pk)}
        if (set(scopes) == hidden) != (self.kind == self.Kind.HIDDEN):
            raise ValidationError(gettext("A hidden room is seen by the people in it; any other one by more."))

    def audience_changeable_by(self, user) -> bool:
        return (
            Participant.objects.with_role(Participant.Role.OWNER)
            .of(user)
            .filter(conversation=self.conversation_id)
            .exists()
        )

    def home_scope(self) -> Scope | None:
        return self.scope

    @property
    def scope(self) -> Scope:
        """Held by the people in the room."""
        return Scope("group", self.pk)

    @property
    def is_writable(self) -> bool:
        return self.state == self.State.ACTIVE

    @property
    def gone_at(self) -> datetime | None:
        """When a deleted room is emptied for good."""
        return self.state_changed_at + GRACE if self.state == self.State.DELETED else None


def stake_in_q() -> Q:
    """Participants who see the card whatever its audience."""
    deleted = Q(conversation__room__state=Room.State.DELETED)
    takes_part = Q(state=Participant.State.ACTIVE, person__is_active=True)
    return (takes_part | ParticipantQuerySet.invited_q()) & (
        ~deleted | Q(role=Participant.Role.OWNER, state=Participant.State.ACTIVE)
    )


def rooms_at_stake(viewer: Viewer) -> list[int]:
    mine = Participant.objects.of_viewer(viewer).filter(stake_in_q(), conversation__room__isnull=False)
    return list(mine.values_list("conversation__room", flat=True))


class RoomOpening(models.Model):
    """Who may open rooms in a cluster. Without a row the managers only."""

    cluster = models.OneToOneField(Cluster, on_delete=models.CASCADE, primary_key=True, related_name="room_opening")
    by_members = models.BooleanField(
        _("every member may open rooms"),
        default=False,
        help_text=_("Otherwise the management opens them, for whoever asks."),
    )

    class Meta:
        verbose_name = _("opening of rooms")
        verbose_name_plural = _("opening of rooms")
        default_permissions = ()

    def __str__(self) -> str:
        return str(self.cluster)


class Objection(models.Model):
    """A member's word against letting somebody in, in confidence: the owners read it, nobody else does."""

    participant = models.ForeignKey(Participant, on_delete=models.CASCADE, related_name="objections")
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    text = models.TextField(_("what speaks against it"), max_length=LONGEST_NOTE)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("objection")
        verbose_name_plural = _("objections")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["participant", "author"], name="hanse_groups_objection_once")]

    def __str__(self) -> str:
        return f"{self.participant_id} {self.author_id}"
