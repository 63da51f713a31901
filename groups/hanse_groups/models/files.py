from __future__ import annotations

import uuid
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import models
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanse_access.models.attachments import NOBODY
from hanse_access.querysets import ScopedQuerySet
from hanse_activity.blocks import blocked_ids

from ..file_names import LONGEST_NAME
from .conversations import Participant
from .messages import Message
from .rooms import Room
from .scanned import ScannedAttachment

if TYPE_CHECKING:
    from hanse_access.viewer import Viewer

#: what is in the bin can be had back for so long
BIN_TIME = timedelta(days=30)
#: folders within folders, and folders of a room
MOST_LEVELS, MOST_FOLDERS = 8, 500
#: folding the case of a letter makes three of it at most
LONGEST_KEY = 3 * LONGEST_NAME


class InRoom(models.Model):
    """What files and folders have in common: a name in a place of a room, and the way to the bin and back.

    ``key`` says which names are the same. ``twin`` tells those apart of which somebody who came later sees one only: to
    them a name is free where a thing from before their joining has it. ``binned_with`` is the folder with which it went
    to the bin; empty for what was put there by itself.
    """

    uid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    room = models.ForeignKey(Room, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(_("name"), max_length=LONGEST_NAME)
    key = models.CharField(max_length=LONGEST_KEY)
    twin = models.PositiveIntegerField(default=0)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True)
    created_at = models.DateTimeField(default=timezone.now)
    binned_at = models.DateTimeField(null=True)
    binned_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, related_name="+", null=True)
    binned_with = models.ForeignKey("hanse_groups.Folder", on_delete=models.SET_NULL, related_name="+", null=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return self.name

    @property
    def gone_at(self) -> datetime | None:
        """When it is removed for good, if it is in the bin."""
        return self.binned_at + BIN_TIME if self.binned_at else None


class Folder(InRoom):
    """A folder of a room. ``seq`` is the number of the conversation at which it was made."""

    parent = models.ForeignKey("self", on_delete=models.SET_NULL, related_name="children", null=True)
    seq = models.PositiveBigIntegerField()

    class Meta:
        verbose_name = _("folder")
        verbose_name_plural = _("folders")
        default_permissions = ()
        ordering = ["key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["parent", "key", "twin"], condition=Q(binned_at=None), name="hanse_groups_folder_name"
            ),
            models.UniqueConstraint(
                fields=["room", "key", "twin"],
                condition=Q(binned_at=None, parent=None),
                name="hanse_groups_folder_name_on_top",
            ),
        ]
        indexes = [models.Index(fields=["room", "binned_at"], name="hanse_groups_folders")]

    def get_absolute_url(self) -> str:
        return reverse("hanse_groups:folder", args=[self.room.uid, self.uid])


class RoomFile(InRoom):
    """A file of a room: its name and place. What it holds is in its versions.

    ``in_chat``: it came with a message and lies in no folder; ``message`` is that message. As long as neither it nor a
    version of it has a number of the conversation (``FileVersion.seq``), it is on its way and nobody sees it.
    """

    folder = models.ForeignKey(Folder, on_delete=models.SET_NULL, related_name="files", null=True)
    in_chat = models.BooleanField(default=False)
    message = models.ForeignKey(Message, on_delete=models.SET_NULL, related_name="files", null=True)

    class Meta:
        verbose_name = _("file of a room")
        verbose_name_plural = _("files of rooms")
        default_permissions = ()
        ordering = ["key", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["folder", "key", "twin"],
                condition=Q(binned_at=None, in_chat=False),
                name="hanse_groups_file_name",
            ),
            models.UniqueConstraint(
                fields=["room", "key", "twin"],
                condition=Q(binned_at=None, in_chat=False, folder=None),
                name="hanse_groups_file_name_on_top",
            ),
        ]
        indexes = [models.Index(fields=["room", "binned_at", "key"], name="hanse_groups_files")]

    def get_absolute_url(self) -> str:
        return reverse("hanse_groups:file", args=[self.room.uid, self.uid])


def not_withheld_q(prefix: str = "") -> Q:
    """A message that is out of sight after a report takes its files along, wherever they lie, and brings them back."""
    return ~Q(**{f"{prefix}room_file__message__withheld": True})


class FileVersionQuerySet(ScopedQuerySet):
    def readable_by(self, participant: Participant) -> FileVersionQuerySet:
        """What this person may know of: versions in the room, or those that came after the joining. Also in the bin.

        The counterpart of ``Message.objects.readable_by``; which of them can be opened is said by ``visible_to``.
        """
        if not participant.is_active:
            return self.none()
        mine = {"room_file__room__conversation": participant.conversation_id}
        return self.filter(not_withheld_q(), **mine, seq__gt=max(participant.from_seq, 0))

    def newest(self) -> FileVersionQuerySet:
        """One of each file. Who may not read it reads no version of the file, as older ones have lower numbers."""
        return self.filter(is_newest=True)

    def in_place(self) -> FileVersionQuerySet:
        """Not in the bin."""
        return self.filter(room_file__binned_at=None)

    def new_to(self, participant: Participant) -> FileVersionQuerySet:
        """Brought or changed by others since this person last looked at the files: one of each file.

        What came with messages is new with these. As with messages, what somebody brings whom the person blocks is not
        counted, nor what nobody can open.
        """
        new = self.readable_by(participant).newest().in_place().exclude(scan=FileVersion.Scan.INFECTED)
        new = new.filter(seq__gt=participant.files_seen_seq, room_file__in_chat=False)
        return new.exclude(uploaded_by=participant.person_id).exclude(uploaded_by__in=blocked_ids(participant.person))

    def on_the_way(self) -> FileVersionQuerySet:
        """Taken in, and neither placed in a folder nor sent with a message."""
        return self.filter(seq=0)


class FileVersion(ScannedAttachment):
    """What a file holds, and held before: ``number`` counts from 1, the highest is the newest.

    ``seq`` is the number of the conversation at which it came into the room, 0 as long as it has not: the same numbers
    say from which message on somebody reads along who came later. ``batch`` is that of the upload, ``line`` the
    line in the chat that tells of it.
    """

    kind = "room"

    room_file = models.ForeignKey(RoomFile, on_delete=models.CASCADE, related_name="versions")
    number = models.PositiveIntegerField(default=1)
    seq = models.PositiveBigIntegerField(default=0)
    is_newest = models.BooleanField(default=True)
    restored_from = models.PositiveIntegerField(null=True)
    batch = models.UUIDField(null=True)
    line = models.ForeignKey(Message, on_delete=models.SET_NULL, related_name="+", null=True)

    objects = models.Manager.from_queryset(FileVersionQuerySet)()

    class Meta:
        verbose_name = _("version of a file")
        verbose_name_plural = _("versions of files")
        default_permissions = ()
        constraints = [
            models.UniqueConstraint(fields=["room_file", "number"], name="hanse_groups_version_number"),
            models.UniqueConstraint(
                fields=["room_file"], condition=Q(is_newest=True), name="hanse_groups_version_newest"
            ),
        ]
        indexes = [
            models.Index(fields=["batch"], condition=Q(batch__isnull=False), name="hanse_groups_batch"),
            models.Index(fields=["scan"], condition=Q(scan="waiting"), name="hanse_groups_to_scan"),
        ]

    @property
    def is_text(self) -> bool:
        return self.content_type in ("text/plain", "text/csv")

    # The rule

    @classmethod
    def shown_q(cls, now: datetime, prefix: str = "") -> Q:
        """In the room, neither in the bin nor infected, nor of a message that was taken out of sight."""
        here = Q(**{f"{prefix}seq__gt": 0, f"{prefix}room_file__binned_at": None})
        return here & ~Q(**{f"{prefix}scan": cls.Scan.INFECTED}) & not_withheld_q(prefix)

    @classmethod
    def stake_q(cls, viewer: Viewer, prefix: str = "") -> Q:
        """Nobody sees a file of a room for any other reason than taking part in it."""
        return NOBODY

    def stakeholders(self) -> QuerySet:
        return get_user_model()._default_manager.none()

    @classmethod
    def visible_q(cls, viewer: Viewer, *, now: datetime | None = None, prefix: str = "") -> Q:
        """Whoever takes part in the room opens what came in after them, or everything where newcomers see it all."""
        if viewer.user is None:
            return NOBODY
        places = Participant.objects.active().of_viewer(viewer).exclude(conversation__room__state=Room.State.DELETED)
        here = places.filter(
            conversation__room=OuterRef(f"{prefix}room_file__room"), from_seq__lt=OuterRef(f"{prefix}seq")
        )
        return Q(Exists(here)) & cls.shown_q(now or timezone.now(), prefix)
