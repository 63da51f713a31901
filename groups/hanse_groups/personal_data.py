"""What rooms and conversations hold about a person."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _

from hanse_base.personal_data import ExportFile, PersonalData
from hanse_members.addresses import confirmed_addresses

from .actions.exports import remove_exports
from .actions.succession import end_with_account
from .models import (
    FileVersion,
    GuestPicture,
    GuestProfile,
    Message,
    Objection,
    Participant,
    Reaction,
    Room,
    RoomExport,
    RoomLink,
)


def export(person) -> Iterable[ExportFile]:
    rows = (
        Participant.objects.of(person)
        .filter(conversation__room__isnull=False)
        .select_related("conversation__room")
        .order_by("pk")
    )
    yield ExportFile(
        "rooms.json",
        [
            {
                # Who was removed from a hidden room keeps the number of it, not its name.
                "room": row.conversation.room.name if row.is_active and hasattr(row.conversation, "room") else None,
                "role": row.role,
                "state": row.state,
                "request": row.request,
                "reason": row.reason,
                "joined_at": row.joined_at.isoformat() if row.joined_at else None,
            }
            for row in rows
        ],
    )
    written = Message.objects.filter(author=person).order_by("pk")
    yield ExportFile("messages.json", list(written.values("uid", "body", "created_at", "edited_at", "deletion_reason")))
    yield ExportFile("reactions.json", list(Reaction.objects.filter(person=person).values("kind", "at")))
    for profile in GuestProfile.objects.filter(person=person):
        said = {name: getattr(profile, name) for name in ("organisation", "function", "about")}
        yield ExportFile("guest_profile.json", said)
        for picture in GuestPicture.objects.filter(profile=profile):
            with picture.file.open() as file:
                yield ExportFile(picture.label, file.read())
    received = RoomLink.objects.filter(email__in=confirmed_addresses(person)).exclude(email="")
    told = ("role", "note", "made_at", "expires_at", "revoked_at", "uses")
    yield ExportFile("links_received.json", list(received.order_by("pk").values("email", *told)))
    yield ExportFile("links_made.json", list(RoomLink.objects.filter(made_by=person).order_by("pk").values(*told)))
    copies = RoomExport.objects.filter(person=person).order_by("pk")
    yield ExportFile("copies_of_rooms.json", list(copies.values("state", "requested_at", "expires_at")))
    yield ExportFile("objections.json", list(Objection.objects.filter(author=person).values("text", "at")))
    brought = FileVersion.objects.filter(uploaded_by=person).order_by("pk")
    yield ExportFile("files.json", list(brought.values("uuid", "label", "number", "content_type", "size", "created")))
    for version in brought.exclude(scan=FileVersion.Scan.INFECTED).iterator():
        with version.file.open("rb") as stored:
            yield ExportFile(f"files/{version.pk}-{get_valid_filename(version.label)}", stored.read())


def erase(person) -> None:
    """What was said and brought stays in the room, under "Former member"; the place goes, and ownership to others."""
    end_with_account(person, gone=True)
    Reaction.objects.filter(person=person).delete()
    Objection.objects.filter(Q(author=person)).delete()
    for picture in GuestPicture.objects.filter(profile__person=person):
        picture.delete()  # with its files
    GuestProfile.objects.filter(person=person).delete()
    remove_exports(RoomExport.objects.filter(person=person))
    # They are void with the account, and hold addresses of others. Those to the person end by themselves: were one to
    # vanish from the list of a room, that would tell of the account.
    RoomLink.objects.filter(made_by=person).delete()
    Room.objects.filter(patron=person).update(patron=None)
    Room.objects.filter(contact=person).update(contact=None)


rooms = PersonalData(
    name="rooms",
    label=_("Rooms, messages and files"),
    models=(
        "hanse_groups.FileVersion",
        "hanse_groups.Folder",
        "hanse_groups.GuestPicture",
        "hanse_groups.GuestProfile",
        "hanse_groups.Mention",
        "hanse_groups.Message",
        "hanse_groups.Objection",
        "hanse_groups.Participant",
        "hanse_groups.Reaction",
        "hanse_groups.Room",
        "hanse_groups.RoomExport",
        "hanse_groups.RoomExportFile",
        "hanse_groups.RoomFile",
        "hanse_groups.RoomLink",
    ),
    export=export,
    erase=erase,
    order=30,
)
