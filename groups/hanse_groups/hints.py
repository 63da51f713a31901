"""Hints over the channel layer: that something changed. Never the truth, which is in the table.

A hint that is lost, doubled or late does no harm: a socket that misses a number reads the table. So a layer that does
not answer delays what people see until their page asks by itself, and fails nothing.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from asgiref.sync import async_to_sync
from channels.layers import get_channel_layer
from django.db import transaction

from hanse_activity.live import person_group

from .models import Conversation, Message
from .payloads import payloads

logger = logging.getLogger(__name__)


def conversation_group(conversation_id: int) -> str:
    return f"conversation.{conversation_id}"


def send_to(group: str, event: dict[str, Any]) -> None:
    """Send now. A layer that does not answer is noted and nothing else."""
    try:
        async_to_sync(get_channel_layer().group_send)(group, event)
    except Exception:  # what the service behind the layer raises
        logger.warning("A hint could not be sent; pages catch up by themselves.")


def hint_changed(conversation: Conversation, message: Message) -> None:
    """After commit: this message is new or changed. ``conversation`` is the row that this change holds the lock of: all
    that changes under it is read and sent at once."""
    changed = conversation.__dict__.setdefault("_changed_messages", [])
    if not changed:
        transaction.on_commit(partial(_send_changed, conversation.pk, changed))
    changed.append(message.pk)


def _send_changed(conversation_id: int, message_ids: list[int]) -> None:
    """The epoch is read last: who was removed before anything in a payload was said must not get it."""
    changed = Message.objects.filter(pk__in=message_ids).select_related("conversation").order_by("version_seq")
    messages = list(changed)
    if not messages:
        return
    shown = payloads(messages[0].conversation, messages)
    epoch = Conversation.objects.values_list("epoch", flat=True).get(pk=conversation_id)
    event = {"type": "message.changed", "conversation": conversation_id, "epoch": epoch}
    for payload in shown:
        send_to(conversation_group(conversation_id), {**event, "message": payload})


def hint_rights(conversation_id: int, epoch: int) -> None:
    """After commit: somebody may no longer read. Sockets ask again at once."""
    event = {"type": "rights.changed", "conversation": conversation_id, "epoch": epoch}
    transaction.on_commit(partial(send_to, conversation_group(conversation_id), event))


def hint_read(conversation_id: int, person_id: int, seq: int) -> None:
    """After commit, to the person's other pages: read up to here."""
    event = {"type": "person.read", "conversation": conversation_id, "seq": seq}
    transaction.on_commit(partial(send_to, person_group(person_id), event))
