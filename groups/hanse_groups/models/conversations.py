from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanse_activity.models import Block
from hanse_members.models.clusters import ClusterQuerySet

if TYPE_CHECKING:
    from hanse_access.viewer import Viewer

#: conversations as places that take answers by mail (``hanse_activity.answers``)
ANSWERS = "c"
#: characters of a request to join, of the answer to it, of an objection
LONGEST_NOTE = 1000


class Conversation(models.Model):
    """What is said among some people: messages in one order.

    ``last_seq`` numbers messages and their changes alike: whoever changes anything takes the next one under the row's
    lock. ``floor_seq`` is the highest number of a message that was removed for good together with all before it.
    ``epoch`` is raised whenever somebody may no longer read: hints carry it, and a socket that knows an older one asks
    again before it forwards anything.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    last_seq = models.PositiveBigIntegerField(default=0)
    floor_seq = models.PositiveBigIntegerField(default=0)
    epoch = models.PositiveBigIntegerField(default=0)

    class Meta:
        verbose_name = _("conversation")
        verbose_name_plural = _("conversations")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self._meta.verbose_name} {self.pk}"


class ParticipantQuerySet(models.QuerySet["Participant"]):
    @staticmethod
    def active_q(prefix: str = "") -> Q:
        """Takes part now. The one definition of who reads and writes in a conversation.

        While the cluster that a room is at home in takes no part, nobody enters the room.
        """
        room = f"{prefix}conversation__room"
        at_home = Q(**{f"{room}__isnull": True}) | ClusterQuerySet.active_q(f"{room}__cluster__")
        return Q(**{f"{prefix}state": Participant.State.ACTIVE, f"{prefix}person__is_active": True}) & at_home

    def active(self) -> ParticipantQuerySet:
        return self.filter(self.active_q())

    def with_role(self, *roles: str) -> ParticipantQuerySet:
        return self.active().filter(role__in=roles)

    def leading(self) -> ParticipantQuerySet:
        """Owners and moderators."""
        return self.with_role(*LEADING)

    def waiting(self) -> ParticipantQuerySet:
        """Asked to be let in, and nobody has answered."""
        return self.filter(state=Participant.State.REQUESTED, person__is_active=True)

    @staticmethod
    def unheard_q() -> Q:
        """Invited by somebody whom the person blocks: that reaches nobody, and is told to neither side."""
        blocked = Block.objects.filter(person=OuterRef("person"), blocked=OuterRef("invited_by"))
        return Q(state=Participant.State.INVITED) & Q(Exists(blocked))

    @classmethod
    def invited_q(cls) -> Q:
        return Q(state=Participant.State.INVITED, person__is_active=True) & ~cls.unheard_q()

    def invited(self) -> ParticipantQuerySet:
        """Those whom an invitation reaches."""
        return self.filter(self.invited_q())

    def heard(self) -> ParticipantQuerySet:
        """As far as their people know of them."""
        return self.exclude(self.unheard_q())

    def of(self, person) -> ParticipantQuerySet:
        return self.filter(person_id=person.pk)

    def of_viewer(self, viewer: Viewer) -> ParticipantQuerySet:
        return self.filter(person_id=viewer.user_id) if viewer.user is not None else self.none()

    def people(self) -> QuerySet:
        """These people, each once: a query set of the user model."""
        return get_user_model()._default_manager.filter(pk__in=self.order_by().values("person_id"))


class Participant(models.Model):
    """A person in a conversation, of a room or a direct one. Only the state "active" admits.

    Messages up to ``from_seq`` are not for this person, who came later. ``last_read_seq`` is the newest one that the
    person has read, on whichever device, ``files_seen_seq`` the number up to which they have looked at the files of the
    room. ``request`` is what the person said when asking to be let in, ``reason`` what was answered. ``archived``: a
    direct conversation that the person has put out of the list until something new is written. Changed by the package's
    actions only.
    """

    class Role(models.TextChoices):
        OWNER = "owner", _("Owner")
        MODERATOR = "moderator", _("Moderator")
        MEMBER = "member", _("Member")
        GUEST = "guest", _("Guest")

    class State(models.TextChoices):
        ACTIVE = "active", _("takes part")
        INVITED = "invited", _("invited")
        REQUESTED = "requested", _("asked to join")
        DECLINED = "declined", _("declined")
        LEFT = "left", _("left")
        REMOVED = "removed", _("removed")
        BANNED = "banned", _("barred")

    class Level(models.TextChoices):
        ALL = "all", _("every message")
        MENTIONS = "mentions", _("messages that mention me")
        NONE = "none", _("nothing")

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="participants")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", verbose_name=_("person")
    )
    role = models.CharField(_("role"), max_length=10, choices=Role, default=Role.MEMBER)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.ACTIVE)
    from_seq = models.PositiveBigIntegerField(default=0)
    last_read_seq = models.PositiveBigIntegerField(default=0)
    files_seen_seq = models.PositiveBigIntegerField(default=0)
    archived = models.BooleanField(default=False)
    level = models.CharField(_("what I am told of"), max_length=10, choices=Level, default=Level.MENTIONS)
    request = models.TextField(_("message to the owner"), max_length=LONGEST_NOTE, blank=True)
    reason = models.TextField(_("reason"), max_length=LONGEST_NOTE, blank=True)
    changed_at = models.DateTimeField(default=timezone.now)
    joined_at = models.DateTimeField(null=True)
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True, verbose_name=_("invited by")
    )

    objects = ParticipantQuerySet.as_manager()

    class Meta:
        verbose_name = _("participant")
        verbose_name_plural = _("participants")
        ordering = ["joined_at", "pk"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["conversation", "person"], name="hanse_groups_participant_once"),
        ]
        indexes = [
            models.Index(fields=["person", "state"], name="hanse_groups_by_person"),
            models.Index(fields=["conversation", "state", "role"], name="hanse_groups_by_state"),
        ]

    def __str__(self) -> str:
        return f"{self.person} – {self.get_state_display()}"

    @property
    def is_active(self) -> bool:
        """Mirrors ``active_q`` for one row, but for the cluster: rows come from there."""
        return self.state == self.State.ACTIVE and self.person.is_active

    @property
    def leads(self) -> bool:
        return self.is_active and self.role in LEADING

    @property
    def owns(self) -> bool:
        return self.is_active and self.role == self.Role.OWNER


LEADING = (Participant.Role.OWNER, Participant.Role.MODERATOR)
