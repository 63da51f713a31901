"""What direct conversations hold about a person."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.text import get_valid_filename
from django.utils.translation import gettext_lazy as _

from hanse_base.personal_data import ExportFile, PersonalData

from .models import Conversation, Direct, DirectFile, MessageSettings, Participant

State = Participant.State


def export(person) -> Iterable[ExportFile]:
    """The conversations with what is the person's own; what others wrote is theirs. Own messages are with the rooms."""
    rows = Participant.objects.of(person).filter(conversation__direct__isnull=False)
    yield ExportFile(
        "conversations.json",
        [
            {
                # A request that the person has not accepted tells no more than that there is one.
                "title": row.conversation.direct.title if row.state == State.ACTIVE else None,
                "is_group": row.conversation.direct.is_group,
                "started": row.conversation.direct.started_by_id == person.pk,
                "state": row.state,
                "told_of": row.level,
                "archived": row.archived,
                "joined_at": row.joined_at.isoformat() if row.joined_at else None,
            }
            for row in rows.select_related("conversation__direct").order_by("pk")
        ],
    )
    sent = DirectFile.objects.filter(uploaded_by=person).order_by("pk")
    yield ExportFile("files.json", list(sent.values("uuid", "label", "content_type", "size", "created")))
    for file in sent.exclude(scan=DirectFile.Scan.INFECTED).iterator():
        with file.file.open("rb") as stored:
            yield ExportFile(f"files/{file.pk}-{get_valid_filename(file.label)}", stored.read())
    settings = MessageSettings.objects.filter(person=person)
    yield ExportFile("settings.json", list(settings.values("accepts", "mails_show_text", "shows_presence")))


def erase(person) -> None:
    """What was said stays with the others, under "Former member"; what nobody else can read goes.

    Runs before the places in conversations are given up.
    """
    mine = Participant.objects.of(person).filter(conversation__direct__isnull=False).values("conversation")
    others = Participant.objects.filter(state=State.ACTIVE).exclude(person=person).values("conversation")
    Conversation.objects.filter(pk__in=mine).exclude(pk__in=others).delete()
    Direct.objects.filter(pk__in=mine).update(pair="")
    MessageSettings.objects.filter(person=person).delete()


messages = PersonalData(
    name="messages",
    label=_("Direct messages"),
    models=("hanse_groups.Direct", "hanse_groups.DirectFile", "hanse_groups.MessageSettings"),
    export=export,
    erase=erase,
    order=29,
)
