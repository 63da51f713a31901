"""Pages of a conversation, by number: forward, backward, around one message, and what changed.

Without ``thread`` they are pages of the log, with it of the answers to that message.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from .models import Conversation, Message, Participant
from .payloads import Payload, payloads

#: messages in one answer
PAGE = 50
#: changes in one answer
MOST_CHANGES = 200


@dataclass(frozen=True)
class Page:
    """Messages in their order, and whether there are more on either side."""

    messages: list[Payload]
    more_before: bool
    more_after: bool

    def as_json(self) -> dict[str, Any]:
        return {"messages": self.messages, "more_before": self.more_before, "more_after": self.more_after}


def latest(participant: Participant, number: int = PAGE, thread: Message | None = None) -> Page:
    return before(participant, None, number, thread)


def before(participant: Participant, seq: int | None, number: int = PAGE, thread: Message | None = None) -> Page:
    """The messages directly before this number; None: the newest."""
    readable = _readable(participant, thread)
    older = readable if seq is None else readable.filter(seq__lt=seq)
    rows = list(older.order_by("-seq")[: number + 1])
    more = len(rows) > number
    after = seq is not None and readable.filter(seq__gte=seq).exists()
    return _page(participant, rows[:number][::-1], more_before=more, more_after=after)


def after(participant: Participant, seq: int, number: int = PAGE, thread: Message | None = None) -> Page:
    """The messages directly after this number."""
    readable = _readable(participant, thread)
    rows = list(readable.filter(seq__gt=seq).order_by("seq")[: number + 1])
    more = len(rows) > number
    return _page(participant, rows[:number], readable.filter(seq__lte=seq).exists(), more_after=more)


def around(participant: Participant, seq: int, number: int = PAGE, thread: Message | None = None) -> Page:
    """A page with this number in the middle."""
    half = number // 2
    readable = _readable(participant, thread)
    older = list(readable.filter(seq__lte=seq).order_by("-seq")[: half + 1])
    newer = list(readable.filter(seq__gt=seq).order_by("seq")[: half + 1])
    rows = older[:half][::-1] + newer[:half]
    return _page(participant, rows, more_before=len(older) > half, more_after=len(newer) > half)


@dataclass(frozen=True)
class Changes:
    """What changed after a number, in the order of change: each message once, in its newest state.

    ``version`` is the number to go on from, ``floor`` that up to which messages were removed for good. ``more``: ask
    again.
    """

    messages: list[Payload]
    version: int
    floor: int
    more: bool

    def as_json(self) -> dict[str, Any]:
        return {"messages": self.messages, "version": self.version, "floor": self.floor, "more": self.more}


def changes(participant: Participant, version: int) -> Changes:
    """What this person has to know to be up to date."""
    readable = Message.objects.readable_by(participant)
    return changes_in(participant.conversation_id, version, readable, from_seq=participant.from_seq)


def changes_in(
    conversation_id: int, version: int, readable: QuerySet[Message] | None = None, *, from_seq: int = 0
) -> Changes:
    """The same for whoever has been there from the beginning. The conversation is read first: nothing can fall in
    between."""
    conversation = Conversation.objects.get(pk=conversation_id)
    if readable is None:
        readable = Message.objects.filter(conversation=conversation_id)
    rows = list(readable.filter(version_seq__gt=version).order_by("version_seq")[: MOST_CHANGES + 1])
    more = len(rows) > MOST_CHANGES
    rows = rows[:MOST_CHANGES]
    shown = payloads(conversation, rows, from_seq=from_seq)
    # Of the rows, not of what is shown: that is read a moment later, when one of them may have a higher number already
    # and another message one in between.
    newest = max([version, *(row.version_seq for row in rows)])
    # What this person may not read has numbers too; they count as known.
    reached = newest if more else max(newest, conversation.last_seq)
    return Changes(shown, reached, conversation.floor_seq, more)


def _readable(participant: Participant, thread: Message | None):
    if thread is None:
        return Message.objects.in_log_of(participant)
    return Message.objects.readable_by(participant).filter(thread=thread)


def _page(participant: Participant, rows: list[Message], more_before: bool, more_after: bool) -> Page:
    shown = payloads(participant.conversation, rows, from_seq=participant.from_seq)
    return Page(shown, more_before, more_after)
