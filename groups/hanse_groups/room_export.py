"""The ZIP of a room: JSON for machines, Markdown for people, and what the tools of the room add."""

from __future__ import annotations

import json
import shutil
import tempfile
import zipfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from itertools import groupby
from pathlib import PurePosixPath
from typing import IO, Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from .export_parts import export_parts
from .models import Message, Participant, Room
from .people import Face, faces
from .room_home import people_of
from .system_lines import line

#: version of the layout of folders and JSON files; raised when a reader of the old one would stumble
FORMAT = 1
#: beyond this the ZIP is put together on disk
IN_MEMORY_BYTES = 8 * 1024 * 1024
#: messages that are read at once
CHUNK = 500

Progress = Callable[[int, int], Any]
Known = dict[int | None, Face]


class UnsafePath(ValueError):
    """A tool named a file outside of its own folder."""


@contextmanager
def write_zip(room: Room, place: Participant, *, progress: Progress = lambda done, total: None) -> Generator[IO[bytes]]:
    """Yields the finished ZIP, open for reading from its start: what ``place`` may see of the room.

    In the language of the person. ``progress`` hears of each part that is done.
    """
    total = 3 + len(export_parts)
    with tempfile.SpooledTemporaryFile(max_size=IN_MEMORY_BYTES) as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive, _in_language_of(place.person):
            known = _known(room, place)
            archive.writestr("room.json", _json(_room(room)))
            archive.writestr("people.json", _json(_people(room)))
            progress(1, total)
            _write_messages(archive, place, known)
            progress(2, total)
            _write_months(archive, room, place, known)
            progress(3, total)
            for done, part in enumerate(export_parts, start=4):
                for path, content in part.files(room, place):
                    _write(archive, part.name, path, content)
                progress(done, total)
        file.seek(0)
        yield file


def _room(room: Room) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "site": settings.WAGTAIL_SITE_NAME,
        "collected_at": timezone.now(),
        "name": room.name,
        "purpose": room.purpose,
        "kind": room.kind,
        "state": room.state,
        "cluster": room.cluster.name,
        "opened_at": room.created_at,
        "newcomers_see_what_was_before": room.newcomers_see_all,
        "days_that_messages_are_kept": room.retention_days,
    }


def _people(room: Room) -> list[dict[str, Any]]:
    return [
        {
            "name": participant.person.get_full_name(),
            "organisation": participant.organisation,
            "role": participant.role,
            "joined_at": participant.joined_at,
        }
        for participant in people_of(room.conversation_id, pictured=False)
    ]


def _known(room: Room, place: Participant) -> Known:
    """Everybody who is named in what goes along."""
    readable = Message.objects.readable_by(place).order_by()
    people = set(readable.values_list("author", flat=True).distinct())
    people |= set(readable.values_list("reactions__person", flat=True).distinct())
    for data in readable.filter(kind=Message.Kind.SYSTEM).values_list("data", flat=True).iterator():
        people |= {data.get("person"), data.get("by")}
    return faces(room.conversation_id, people)


def _messages(place: Participant) -> Iterator[Message]:
    """What this person reads, in order, a piece at a time."""
    readable = Message.objects.readable_by(place).select_related("quoted", "thread")
    readable = readable.prefetch_related("reactions", "files")
    seq = 0
    while rows := list(readable.filter(seq__gt=seq).order_by("seq")[:CHUNK]):
        yield from rows
        seq = rows[-1].seq


def _write_messages(archive: zipfile.ZipFile, place: Participant, known: Known) -> None:
    with archive.open("messages.json", "w") as entry:
        for number, message in enumerate(_messages(place)):
            entry.write(b"[\n" if number == 0 else b",\n")
            entry.write(_json(_message(message, place, known)).encode())
        entry.write(b"\n]\n")


def _message(message: Message, place: Participant, known: Known) -> dict[str, Any]:
    """As the owner may see it: of what was deleted or withheld that it was, nothing of what it said."""
    told: dict[str, Any] = {"id": message.uid, "number": message.seq, "at": message.created_at}
    if message.kind == Message.Kind.SYSTEM:
        return {**told, "event": message.data.get("verb"), "text": line(message.data, known)}
    told["author"] = _name(known, message.author_id)
    told["thread"] = message.thread.uid if message.thread and message.thread.seq > place.from_seq else None
    if message.is_deleted:
        by = "management" if message.withheld else "author" if message.deleted_by_id == message.author_id else "lead"
        return {**told, "deleted_at": message.deleted_at, "deleted_by": by}
    return {
        **told,
        "text": message.body,
        "quotes": message.quoted.uid if message.quoted and message.quoted.seq > place.from_seq else None,
        "edited_at": message.edited_at,
        "pinned_at": message.pinned_at,
        "files": sorted(file.name for file in message.files.all() if file.binned_at is None),
        "reactions": [
            {"kind": reaction.kind, "person": _name(known, reaction.person_id), "at": reaction.at}
            for reaction in message.reactions.all()
        ],
    }


def _write_months(archive: zipfile.ZipFile, room: Room, place: Participant, known: Known) -> None:
    def month(message: Message) -> str:
        return timezone.localtime(message.created_at).strftime("%Y-%m")

    for name, messages in groupby(_messages(place), key=month):
        path, number = f"messages/{name}.md", 1
        while path in archive.NameToInfo:  # the clock went back
            number += 1
            path = f"messages/{name}-{number}.md"
        with archive.open(path, "w") as entry:
            first = True
            day = None
            for message in messages:
                at = timezone.localtime(message.created_at)
                if first:
                    entry.write(f"# {room.name}: {date_format(at, 'F Y')}\n".encode())
                    first = False
                if at.date() != day:
                    day = at.date()
                    entry.write(f"\n## {date_format(at, 'DATE_FORMAT')}\n".encode())
                entry.write(_markdown(message, date_format(at, "TIME_FORMAT"), known).encode())


def _markdown(message: Message, at: str, known: Known) -> str:
    if message.kind == Message.Kind.SYSTEM:
        return f"\n*{at} {line(message.data, known)}*\n"
    head = f"\n**{_name(known, message.author_id)}**, {at}"
    if message.is_deleted:
        return f"{head}: *{_('deleted')}*\n"
    if message.edited_at:
        head += f" ({_('changed')})"
    return f"{head}\n\n{message.body}\n"


def _name(known: Known, person_id: int | None) -> str:
    return known.get(person_id, known[None]).name_in(translation.get_language())


def _write(archive: zipfile.ZipFile, folder: str, path: str, content: Any) -> None:
    name = PurePosixPath(path)
    if name.is_absolute() or ".." in name.parts or not name.name:
        raise UnsafePath(path)
    target = str(PurePosixPath(folder) / name)
    if hasattr(content, "read"):
        with content, archive.open(target, "w", force_zip64=True) as entry:
            shutil.copyfileobj(content, entry)
    else:
        archive.writestr(target, content if isinstance(content, bytes | str) else _json(content))


def _json(content: Any) -> str:
    return json.dumps(content, cls=DjangoJSONEncoder, ensure_ascii=False, indent=2)


@contextmanager
def _in_language_of(person) -> Generator[None]:
    with translation.override(getattr(person, "language", "") or settings.LANGUAGE_CODE):
        yield
