"""Saying something, and changing what was said."""

from __future__ import annotations

import unicodedata
import uuid
from collections.abc import Collection, Sequence

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from ..hints import hint_changed, hint_read
from ..models import Conversation, Direct, Mention, Message, Participant, Reaction, Room
from ..models.conversations import LONGEST_NOTE, ParticipantQuerySet
from ..models.messages import LONGEST_MESSAGE
from ..notifications import read_up_to, tell_of_message
from ..notifications_of_direct import tell_of_direct
from ..payloads import payload_of_new
from ..rendering import render
from .attachments import Attached, attach, carries_files, require_sendable, staged_by, take_back
from .locks import (
    NotPermitted,
    NotPossible,
    lock,
    lock_of,
    next_seq,
    participant_in,
    require_open,
    require_writable,
    touch,
    writer_in,
)

#: what stands behind "@" for everybody in the room, in each language
EVERYBODY = ("room", "raum", "all", "alle")


@transaction.atomic
def post_message(
    conversation: Conversation,
    *,
    by,
    body: str,
    client_key: uuid.UUID,
    quoted: Message | None = None,
    thread: Message | None = None,
    attachments: Sequence[Attached] = (),
) -> Message:
    """Say something. Sent again with the same ``client_key`` it is the same message.

    ``quoted`` and ``thread`` are messages of the same conversation that the person can read; an answer to an answer
    belongs to the thread of that. The message that began the thread changes too: it shows how many answers it has.
    ``attachments`` are files that the person has taken in (``attachments.stage``); with them a message needs no words.
    Raises NotPermitted for who takes no part, NotPossible for an empty or too long text or in an archived room.
    """
    values = {"by": by, "body": body, "client_key": client_key, "quoted": quoted, "thread": thread}
    return post_locked(lock(conversation.pk), attachments=attachments, **values)


@transaction.atomic
def post_words(uid: uuid.UUID, *, by, body: str, client_key: uuid.UUID) -> Message:
    """``post_message`` of words alone, by the address of the conversation: who writes is asked once, under the lock.

    Raises NotPermitted also where the room is deleted.
    """
    conversation = lock_of(uid, by)
    participant, room = writer_in(conversation, by)
    if room is not None and room.state == Room.State.DELETED:
        raise NotPermitted
    return _post(participant, room, body=body, client_key=client_key)


def post_locked(
    conversation: Conversation,
    *,
    by,
    body: str,
    client_key: uuid.UUID,
    quoted: Message | None = None,
    thread: Message | None = None,
    attachments: Sequence[Attached] = (),
) -> Message:
    """``post_message`` in a conversation that is locked already."""
    values = {"body": body, "client_key": client_key, "quoted": quoted, "thread": thread, "attachments": attachments}
    return _post(*writer_in(conversation, by), **values)


def _post(
    participant: Participant,
    room: Room | None,
    *,
    body: str,
    client_key: uuid.UUID,
    quoted: Message | None = None,
    thread: Message | None = None,
    attachments: Sequence[Attached] = (),
) -> Message:
    """``participant`` and ``room`` were read under the lock of the conversation."""
    conversation, by = participant.conversation, participant.person
    sent = Message.objects.filter(conversation=conversation, author=by, client_key=client_key).first()
    if sent is not None:
        return sent
    where = require_open(room, conversation, by)
    body = _checked(body, may_be_empty=bool(attachments))
    attachments = staged_by(by, conversation, [version.uuid for version in attachments])
    require_sendable(attachments)
    for other in (quoted, thread):
        _require_readable(other, participant)
    if thread is not None and thread.thread_id:
        thread = thread.thread
    html, mentioned = render(body, mentionable(conversation, body))
    mentioned -= {by.pk}
    seq = next_seq(conversation)
    message = Message.objects.create(
        conversation=conversation,
        seq=seq,
        version_seq=seq,
        author=by,
        client_key=client_key,
        body=body,
        html=html,
        quoted=quoted,
        thread=thread,
    )
    attach(message, attachments)
    Mention.objects.bulk_create([Mention(message=message, person_id=id) for id in sorted(mentioned)])
    is_plain = not (attachments or mentioned)
    message.shown = payload_of_new(message, author=by, is_plain=is_plain, in_room=room is not None)
    # Before all other hints: those who wait for it see it first.
    hint_changed(conversation, message, message.shown)
    _read_up_to(participant, seq)
    touch_beginning(conversation, message)
    if isinstance(where, Direct):
        _move(where, message)
        tell_of_direct(where, message)
    else:
        tell_of_message(message, where, mentioned)
    return message


def _move(direct: Direct, message: Message) -> None:
    """To the top of the lists, also of those who had archived it; an answer is the consent of the other one of two."""
    direct.moved_at = message.created_at
    if direct.answered_at is None and message.author_id != direct.started_by_id:
        direct.answered_at = message.created_at
    direct.save(update_fields=["moved_at", "answered_at"])
    Participant.objects.filter(conversation=direct.pk, archived=True).update(archived=False)


@transaction.atomic
def edit_message(message: Message, *, by, body: str) -> Message:
    """Change what one said. That it was changed stays visible."""
    conversation, message, _participant = _locked(message, by)
    if message.author_id != by.pk or message.kind != Message.Kind.TEXT:
        raise NotPermitted
    require_writable(conversation, by)
    if message.is_deleted:
        raise NotPossible(_("This message was deleted in the meantime."))
    body = _checked(body, may_be_empty=carries_files(message))
    if body == message.body:
        return message
    message.body = body
    message.html, mentioned = render(body, mentionable(conversation, body))
    message.edited_at = timezone.now()
    touch(conversation, message, "body", "html", "edited_at")
    _mention(message, mentioned)
    touch_quotes(conversation, message)
    return message


@transaction.atomic
def delete_message(message: Message, *, by, reason: str = "") -> Message:
    """Take back what one said, or as owner or moderator what somebody said, with a reason that the author reads.

    The place stays, without the text, also where it was quoted.
    """
    conversation, message, participant = _locked(message, by)
    if message.kind != Message.Kind.TEXT:
        raise NotPermitted
    own = message.author_id == by.pk
    if not own and not participant.leads:
        raise NotPermitted
    if message.is_deleted and not (own and message.withheld):
        return message
    reason = "" if own else _checked_reason(reason)
    message.body = message.html = ""
    message.deleted_at = timezone.now()
    message.deleted_by = by
    message.deletion_reason = reason
    message.withheld = False
    message.pinned_at = message.pinned_by = None
    message.mentions.all().delete()
    message.reactions.all().delete()
    emptied = ("body", "html", "deleted_at", "deleted_by", "deletion_reason", "withheld", "pinned_at", "pinned_by")
    touch(conversation, message, *emptied)
    take_back(message, conversation, participant)
    touch_quotes(conversation, message)
    touch_beginning(conversation, message)
    return message


@transaction.atomic
def react(message: Message, kind: str, *, by) -> bool:
    """Add the person's reaction, or take it back when it is there. Returns whether it is there now."""
    conversation, message, _participant = _locked(message, by)
    require_writable(conversation, by)
    if message.kind != Message.Kind.TEXT or message.is_deleted:
        raise NotPossible(_("This message was deleted in the meantime."))
    if kind not in Reaction.Kind.values:
        raise NotPossible(_("This reaction is not known."))
    gone, _rows = Reaction.objects.filter(message=message, person=by, kind=kind).delete()
    if not gone:
        Reaction.objects.create(message=message, person=by, kind=kind)
    touch(conversation, message)
    return not gone


@transaction.atomic
def pin_message(message: Message, *, by) -> None:
    """Keep it at hand on the room's page. Everybody who takes part may, guests excepted."""
    conversation, message, participant = _locked(message, by)
    if participant.role == Participant.Role.GUEST:
        raise NotPermitted
    require_writable(conversation, by)
    if message.kind != Message.Kind.TEXT or message.is_deleted:
        raise NotPossible(_("This message was deleted in the meantime."))
    if message.pinned_at is None:
        message.pinned_at, message.pinned_by = timezone.now(), by
        touch(conversation, message, "pinned_at", "pinned_by")


@transaction.atomic
def unpin_message(message: Message, *, by) -> None:
    """Whoever pinned it may, and owners and moderators."""
    conversation, message, participant = _locked(message, by)
    if message.pinned_by_id != by.pk and not participant.leads:
        raise NotPermitted
    require_writable(conversation, by)
    if message.pinned_at is not None:
        message.pinned_at = message.pinned_by = None
        touch(conversation, message, "pinned_at", "pinned_by")


@transaction.atomic
def mark_read(conversation: Conversation, *, by, seq: int) -> int:
    """Everything up to ``seq`` is read, on all devices. Never goes back. Returns the number that holds now."""
    return _mark_read(Participant.objects.filter(conversation=conversation), by, seq)


@transaction.atomic
def mark_read_of(uid: uuid.UUID, *, by, seq: int) -> int:
    """``mark_read`` by the address of the conversation. Raises NotPermitted also where the room is deleted."""
    here = Participant.objects.filter(conversation__uid=uid).exclude(conversation__room__state=Room.State.DELETED)
    return _mark_read(here, by, seq)


def _mark_read(here: ParticipantQuerySet, by, seq: int) -> int:
    mine = here.active().of(by).select_for_update(of=("self",)).select_related("conversation")
    participant = mine.first()
    if participant is None:
        raise NotPermitted
    participant.person = by
    _read_up_to(participant, min(seq, participant.conversation.last_seq))
    return participant.last_read_seq


def _read_up_to(participant: Participant, seq: int) -> None:
    if seq > participant.last_read_seq:
        participant.last_read_seq = seq
        participant.save(update_fields=["last_read_seq"])
        hint_read(participant.conversation, participant.person_id, seq)
        read_up_to(participant, seq)


def mentionable(conversation: Conversation, body: str) -> dict[str, Collection[int]]:
    """What can stand behind "@" → the people meant: who takes part, and words for all of them. Nothing is asked for a
    text without an "@"."""
    if "@" not in body:
        return {}
    names: dict[str, set[int]] = {}
    everybody = set()
    for participant in Participant.objects.active().filter(conversation=conversation).select_related("person"):
        everybody.add(participant.person_id)
        names.setdefault(participant.person.get_full_name(), set()).add(participant.person_id)
    return {**dict.fromkeys(EVERYBODY, everybody), **names}


def _mention(message: Message, people: Collection[int]) -> None:
    """Who was mentioned before an edit and is not any more loses the mention; nobody is told twice."""
    wanted = set(people) - {message.author_id}
    message.mentions.exclude(person__in=wanted).delete()
    present = set(message.mentions.values_list("person_id", flat=True))
    Mention.objects.bulk_create(Mention(message=message, person_id=id) for id in sorted(wanted - present))


def touch_quotes(conversation: Conversation, message: Message) -> None:
    """Who quotes it shows it as it is now."""
    for quoting in Message.objects.filter(conversation=conversation, quoted=message).order_by("seq"):
        touch(conversation, quoting)


def touch_beginning(conversation: Conversation, answer: Message) -> None:
    """The message that began the thread shows how many answers it has."""
    beginning = Message.objects.filter(pk=answer.thread_id).first() if answer.thread_id else None
    if beginning is not None:
        touch(conversation, beginning)


def _plain(text: str) -> str:
    """What was typed, without characters that nobody can type or see; PostgreSQL refuses the first of them."""
    text = text.replace("\r\n", "\n")
    return "".join(c for c in text if c in "\n\t" or unicodedata.category(c) not in ("Cc", "Cs")).strip()


def _checked_reason(reason: str) -> str:
    reason = _plain(reason)
    if not reason:
        raise NotPossible(_("Please give a reason; the author will read it."))
    if len(reason) > LONGEST_NOTE:
        text = _("A reason has at most %(most)d characters; yours has %(count)d.")
        raise NotPossible(text % {"most": LONGEST_NOTE, "count": len(reason)})
    return reason


def _checked(body: str, *, may_be_empty: bool = False) -> str:
    body = _plain(body)
    if not body and not may_be_empty:
        raise NotPossible(_("Please write something first."))
    if len(body) > LONGEST_MESSAGE:
        text = _("A message has at most %(most)d characters; yours has %(count)d. Your text is kept.")
        raise NotPossible(text % {"most": LONGEST_MESSAGE, "count": len(body)})
    return body


def _require_readable(message: Message | None, participant: Participant) -> None:
    if message is None:
        return
    readable = Message.objects.readable_by(participant)
    if not readable.filter(pk=message.pk, kind=Message.Kind.TEXT, deleted_at=None).exists():
        raise NotPossible(_("The message that you answer was deleted in the meantime. Your text is kept."))


def _locked(message: Message, by) -> tuple[Conversation, Message, Participant]:
    """All three as they are now. Raises NotPermitted for who cannot read the message."""
    conversation = lock(message.conversation_id)
    participant = participant_in(conversation, by)
    fresh = Message.objects.readable_by(participant).filter(pk=message.pk).first()
    if fresh is None:
        raise NotPermitted
    return conversation, fresh, participant
