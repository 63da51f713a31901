"""What rooms and conversations hold about a person."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hanse_base.personal_data import ExportFile, PersonalData

from .actions.succession import end_with_account
from .models import Message, Objection, Participant, Reaction, Room


def export(person) -> Iterable[ExportFile]:
    rows = Participant.objects.of(person).select_related("conversation__room").order_by("pk")
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
    yield ExportFile("objections.json", list(Objection.objects.filter(author=person).values("text", "at")))


def erase(person) -> None:
    """What was said stays in the room, under "Former member"; the place in it goes, and ownership to somebody else."""
    end_with_account(person, gone=True)
    Reaction.objects.filter(person=person).delete()
    Objection.objects.filter(Q(author=person)).delete()
    Room.objects.filter(patron=person).update(patron=None)
    Room.objects.filter(contact=person).update(contact=None)


rooms = PersonalData(
    name="rooms",
    label=_("Rooms and messages"),
    models=(
        "hanse_groups.Mention",
        "hanse_groups.Message",
        "hanse_groups.Objection",
        "hanse_groups.Participant",
        "hanse_groups.Reaction",
        "hanse_groups.Room",
    ),
    export=export,
    erase=erase,
    order=30,
)
