"""Hints over the channel layer: that something changed. Never the truth, which is in the table.

A hint that is lost, doubled or late does no harm: a socket that misses a number reads the table. So a layer that does
not answer delays what people see until their page asks by itself, and fails nothing.
"""

from __future__ import annotations

import json
import logging
from functools import partial
from typing import Any
from uuid import UUID

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

from hanse_activity.live import person_group

from .models import Conversation, Message
from .payloads import Payload, payloads

logger = logging.getLogger(__name__)


def conversation_group(uid: UUID | str) -> str:
    """The group of a conversation, by its address: pages know that before they ask for anything."""
    return f"conversation.{uid}"


def send_to(group: str, event: dict[str, Any]) -> None:
    """Send now. A layer that does not answer is noted and nothing else."""
    try:
        async_to_sync(get_channel_layer().group_send)(group, {**event, "group": group})
    except Exception:  # what the service behind the layer raises
        logger.warning("A hint could not be sent; pages catch up by themselves.")


def hint_changed(conversation: Conversation, message: Message, shown: Payload | None = None) -> None:
    """After commit: this message is new or changed. ``conversation`` is the row that this change holds the lock of.

    ``shown`` is its payload, where it was read under that lock; all others are read and sent at once.
    """
    changed = conversation.__dict__.setdefault("_changed_messages", {})
    if not changed:
        transaction.on_commit(partial(_send_changed, conversation, changed))
    changed[message.pk] = shown


def _send_changed(conversation: Conversation, changed: dict[int, Payload | None]) -> None:
    """Who was removed before anything in a payload was said must not get it.

    So the epoch is read after the payloads. Of what was read under the lock it is that of the locked row: every loss
    takes the same lock, and comes before or after.
    """
    epoch = conversation.epoch
    shown = [payload for payload in changed.values() if payload is not None]
    unread = [pk for pk, payload in changed.items() if payload is None]
    if unread:
        messages = Message.objects.filter(pk__in=unread).order_by("version_seq")
        shown += payloads(conversation, messages)
        epoch = Conversation.objects.values_list("epoch", flat=True).filter(pk=conversation.pk).first()
    if epoch is None:
        return  # The change ended in that the conversation was removed, and everything with it.
    for payload in shown:
        send_to(conversation_group(conversation.uid), _event(conversation, epoch, payload))


def _event(conversation: Conversation, epoch: int, payload: Payload) -> dict[str, Any]:
    """The message goes as the text that sockets send, made once for all of them; beside it what they look at."""
    frame = {"type": "changes", "messages": [payload], "version": payload["version"], "floor": None}
    return {
        "type": "message.changed",
        "conversation": str(conversation.uid),
        "epoch": epoch,
        "version": payload["version"],
        "oldest": payload["oldest"],
        # Whose it is that is said now: what was changed later, and events, are nobody's.
        "said_by": payload["author"]["key"] if payload["version"] == payload["seq"] and "author" in payload else None,
        "frame": json.dumps(frame),
    }


def hint_rights(conversation: Conversation, epoch: int) -> None:
    """After commit: somebody may no longer read. Sockets ask again at once."""
    event = {"type": "rights.changed", "conversation": str(conversation.uid), "epoch": epoch}
    transaction.on_commit(partial(send_to, conversation_group(conversation.uid), event))


def hint_read(conversation: Conversation, person_id: int, seq: int) -> None:
    """After commit, to the person's other pages: read up to here."""
    event = {"type": "person.read", "conversation": str(conversation.uid), "seq": seq}
    transaction.on_commit(partial(send_to, person_group(person_id), event))
