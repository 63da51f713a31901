from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from hanse_activity.blocks import blocked_ids

from .conversations import LONGEST_NOTE, Conversation, Participant

if TYPE_CHECKING:
    from hanse_access.viewer import Viewer

#: characters of a message
LONGEST_MESSAGE = 10_000


class MessageQuerySet(models.QuerySet["Message"]):
    def readable_by(self, participant: Participant) -> MessageQuerySet:
        """What this person may read of the conversation: everything, or what came after the joining."""
        if not participant.is_active:
            return self.none()
        return self.filter(conversation_id=participant.conversation_id, seq__gt=participant.from_seq)

    def in_log_of(self, participant: Participant) -> MessageQuerySet:
        """Of what this person may read, what stands in the log: all but the answers in threads, which are read there.
        A thread whose beginning was before the joining cannot be opened, so its answers stand in the log."""
        readable = self.readable_by(participant)
        if not participant.from_seq:
            return readable.filter(thread=None)
        return readable.filter(Q(thread=None) | Q(thread__seq__lte=participant.from_seq))

    @staticmethod
    def read_along_q(viewer: Viewer) -> Q:
        """Messages of all conversations that the viewer takes part in, each from where the viewer came in."""
        mine = Participant.objects.active().of_viewer(viewer)
        return Q(conversation__participants__in=mine, seq__gt=F("conversation__participants__from_seq"))

    def read_along(self, viewer: Viewer) -> MessageQuerySet:
        """What the viewer reads in all conversations, without what people say whom the viewer blocks."""
        readable = self.filter(self.read_along_q(viewer), kind=Message.Kind.TEXT, deleted_at=None)
        return readable.exclude(author__in=blocked_ids(viewer.user))

    def unread_by(self, person) -> MessageQuerySet:
        """Written by others since the person last read, in all conversations that the person takes part in.

        What people say whom the person blocks is not shown, so it does not count.
        """
        mine = {"conversation__participants__person": person.pk, "conversation__participants__state": "active"}
        unread = self.filter(
            **mine,
            seq__gt=F("conversation__participants__last_read_seq"),
            kind=Message.Kind.TEXT,
            deleted_at=None,
        )
        return unread.exclude(author_id=person.pk).exclude(author__in=blocked_ids(person))


class Message(models.Model):
    """One thing that was said, or that happened (``kind`` "system": ``data`` has the verb and the numbers of people).

    ``seq`` is its place; ``version_seq`` the number of its last change, from the same counter: catching up reads
    each changed row once, in its newest state. ``body`` is what was typed, ``html`` what is shown of it, cleaned. A
    deleted one keeps its row without both. ``client_key`` makes sending again harmless.
    """

    class Kind(models.TextChoices):
        TEXT = "text", _("message")
        SYSTEM = "system", _("event")

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="messages")
    seq = models.PositiveBigIntegerField()
    version_seq = models.PositiveBigIntegerField()
    kind = models.CharField(max_length=6, choices=Kind, default=Kind.TEXT)
    author = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True)
    client_key = models.UUIDField(null=True)
    body = models.TextField(max_length=LONGEST_MESSAGE, blank=True)
    html = models.TextField(blank=True)
    data = models.JSONField(default=dict)
    quoted = models.ForeignKey("self", on_delete=models.SET_NULL, related_name="+", null=True)
    thread = models.ForeignKey("self", on_delete=models.SET_NULL, related_name="replies", null=True)
    created_at = models.DateTimeField(default=timezone.now)
    edited_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    deleted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True)
    deletion_reason = models.TextField(max_length=LONGEST_NOTE, blank=True)
    #: out of sight of all but its author after a report: deleted, but with its text, so that it can be shown again
    withheld = models.BooleanField(default=False, editable=False)
    pinned_at = models.DateTimeField(null=True)
    pinned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True)

    #: how everybody sees it, where it was read under the lock that gave it its number (``payloads.payload_of_new``)
    shown: dict[str, Any] | None = None

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["conversation", "seq"]
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["conversation", "seq"], name="hanse_groups_message_place"),
            models.UniqueConstraint(fields=["conversation", "version_seq"], name="hanse_groups_message_version"),
            models.UniqueConstraint(fields=["conversation", "author", "client_key"], name="hanse_groups_message_once"),
            models.CheckConstraint(condition=Q(version_seq__gte=F("seq")), name="hanse_groups_version_after_place"),
        ]
        indexes = [
            models.Index(
                fields=["conversation", "seq"], condition=Q(pinned_at__isnull=False), name="hanse_groups_pins"
            ),
            models.Index(fields=["thread", "seq"], name="hanse_groups_thread"),
        ]

    def __str__(self) -> str:
        written = date_format(timezone.localtime(self.created_at), "SHORT_DATETIME_FORMAT")
        return gettext("Message of %(time)s") % {"time": written}

    def get_absolute_url(self) -> str:
        """Its place among the others, for those who are in the conversation."""
        room = getattr(self.conversation, "room", None)
        if room is not None:
            return reverse("hanse_groups:message", args=[room.uid, self.uid])
        return reverse("hanse_groups:direct_message", args=[self.conversation.uid, self.uid])

    @property
    def begins_thread(self) -> bool:
        """Whether it can be answered in a thread: answers and events cannot."""
        return self.kind == self.Kind.TEXT and self.thread_id is None

    @property
    def is_deleted(self) -> bool:
        return self.deleted_at is not None


class Reaction(models.Model):
    """A person's short answer to a message."""

    class Kind(models.TextChoices):
        USEFUL = "useful", _("Useful")
        AGREE = "agree", _("I agree")
        THANKS = "thanks", _("Thank you")
        DONE = "done", pgettext_lazy("reaction", "Done")
        QUESTION = "question", _("Not clear to me")

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="reactions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=10, choices=Kind)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("reaction")
        verbose_name_plural = _("reactions")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["message", "person", "kind"], name="hanse_groups_reaction_once"),
        ]

    def __str__(self) -> str:
        return f"{self.message_id} {self.kind}"


class Mention(models.Model):
    """A message names a participant, or everybody in the room."""

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="mentions")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")

    class Meta:
        verbose_name = _("mention")
        verbose_name_plural = _("mentions")
        default_permissions = ()
        constraints = [models.UniqueConstraint(fields=["message", "person"], name="hanse_groups_mention_once")]

    def __str__(self) -> str:
        return f"{self.message_id} {self.person_id}"
