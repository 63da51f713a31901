"""The one lock of a conversation, and what is done under it.

Every action takes the row of the conversation first, so that the order of messages, who may read them and what is sent
agree. Callers are in a transaction.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet
from django.utils.translation import gettext as _

from hanse_members.actions.errors import NotPermitted, NotPossible

from ..direct_rule import refusal_in, why
from ..hints import hint_changed, hint_rights
from ..models import Conversation, Direct, Message, Participant, Room
from ..people import faces


def lock(conversation_id: int) -> Conversation:
    """The row, locked. Raises RuntimeError outside of a transaction, where the lock would be gone at once."""
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a conversation is locked within a transaction")
    return Conversation.objects.select_for_update().get(pk=conversation_id)


def lock_of(uid: UUID, person) -> Conversation:
    """The row of a conversation that this person takes part in, by its address, locked. Raises NotPermitted for
    everybody else: whether they still do is asked under the lock (``participant_in``)."""
    here = {"participants__person": person.pk, "participants__state": Participant.State.ACTIVE}
    found = Conversation.objects.select_for_update(of=("self",)).filter(uid=uid, **here).first()
    if found is None:
        raise NotPermitted
    return found


def locked_room(room: Room) -> tuple[Room, Conversation]:
    """The room as it is now, with its conversation locked."""
    conversation = lock(room.conversation_id)
    fresh = Room.objects.select_related("cluster").get(pk=room.pk)
    fresh.conversation = conversation
    return fresh, conversation


def participant_in(conversation: Conversation, person) -> Participant:
    """The active participant that this person is. Raises NotPermitted for everybody else."""
    found = Participant.objects.active().of(person).filter(conversation=conversation).select_related("person").first()
    if found is None:
        raise NotPermitted
    found.conversation = conversation
    return found


def writer_in(conversation: Conversation, person) -> tuple[Participant, Room | None]:
    """``participant_in``, together with the room as it is under the lock; None in a direct conversation."""
    mine = Participant.objects.active().of(person).filter(conversation=conversation)
    found = mine.select_related("conversation__room").first()
    if found is None:
        raise NotPermitted
    room = getattr(found.conversation, "room", None)
    found.conversation, found.person = conversation, person
    return found, room


def require_role(conversation: Conversation, person, *roles: str) -> Participant:
    participant = participant_in(conversation, person)
    if participant.role not in roles:
        raise NotPermitted
    return participant


def require_writable(conversation: Conversation, by) -> Room | Direct:
    """Raises NotPossible in a room that is archived or deleted, and where the rule of direct messages says no.

    Returns where it is that this person, who takes part, can write.
    """
    return require_open(Room.objects.filter(conversation=conversation).first(), conversation, by)


def require_open(room: Room | None, conversation: Conversation, by) -> Room | Direct:
    """``require_writable`` where the room of the conversation has been read; None is a direct conversation."""
    if room is not None:
        if not room.is_writable:
            text = _("This room is archived: it can be read, but nothing can be written in it. %(kept)s")
            raise NotPossible(text % {"kept": _("What you wrote is kept here, to copy.")})
        return room
    direct = conversation.direct
    refused = refusal_in(direct, by)
    if refused is not None:
        refusal, person_id = refused
        raise NotPossible(why(refusal, faces(conversation.pk, [person_id])[person_id].name))
    return direct


def next_seq(conversation: Conversation) -> int:
    """The next number of the locked conversation, stored."""
    conversation.last_seq += 1
    conversation.save(update_fields=["last_seq"])
    return conversation.last_seq


def end_reading(conversation: Conversation) -> None:
    """Somebody may no longer read: raise the epoch, and have open pages ask again."""
    conversation.epoch += 1
    conversation.save(update_fields=["epoch"])
    hint_rights(conversation, conversation.epoch)


def end_reading_in(conversations: QuerySet) -> None:
    """``end_reading`` in each of them; a number of queries that does not grow with them."""
    locked = list(Conversation.objects.select_for_update().filter(pk__in=conversations).order_by("pk"))
    Conversation.objects.filter(pk__in=[conversation.pk for conversation in locked]).update(epoch=F("epoch") + 1)
    for conversation in locked:
        hint_rights(conversation, conversation.epoch + 1)


def note(conversation: Conversation, verb: str, *, by=None, person=None, **data: Any) -> Message:
    """Add a line that says what happened. ``conversation`` is locked."""
    about = {"verb": verb, **data}
    if by is not None:
        about["by"] = by.pk
    if person is not None:
        about["person"] = person.pk
    seq = next_seq(conversation)
    line = Message.objects.create(
        conversation=conversation, seq=seq, version_seq=seq, kind=Message.Kind.SYSTEM, data=about
    )
    hint_changed(conversation, line)
    return line


def touch(conversation: Conversation, message: Message, *fields: str) -> None:
    """Save a change of a message under the next number of its conversation, and tell open pages."""
    message.version_seq = next_seq(conversation)
    message.save(update_fields=["version_seq", *fields])
    hint_changed(conversation, message)
