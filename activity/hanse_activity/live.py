"""The badge in open pages: that what is told to a person has changed is said on the channel layer.

Whoever keeps a socket open for a person joins the group ``person_group(id)`` and gets ``{"type": "person.notified",
"group": …}`` with the name of that group: nothing of what was told, and no number, which the page asks for if it is
still there. So who has no open page costs nothing. Hints may be lost or doubled; the truth is ``unread.count_unread``.
Without django-channels nothing is said.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import partial
from typing import Any

from asgiref.sync import async_to_sync
from django.db import transaction
from django_tasks import task

try:
    from channels.layers import InMemoryChannelLayer, get_channel_layer
except ImportError:  # a host may have no sockets at all
    InMemoryChannelLayer = get_channel_layer = None  # type: ignore[assignment,misc]

logger = logging.getLogger(__name__)

#: so many people are told at once, before the request is answered; for more of them a worker does it
DIRECTLY = 50
#: people whom one task tells
BATCH = 1000


def person_group(id: int) -> str:
    """The group of the channel layer that all sockets of this person join."""
    return f"person.{id}"


def announce(people: Iterable[int]) -> None:
    """Once the transaction is committed, say to these people (their ids) that their notifications have changed.

    Never raises because of the channel layer: a badge that is late does no harm. A layer in memory reaches only the
    sockets of its own process, so there nothing is left to a worker.
    """
    layer, ids = _layer(), sorted(set(people))
    if layer is None or not ids:
        return
    if len(ids) <= DIRECTLY or isinstance(layer, InMemoryChannelLayer):
        transaction.on_commit(partial(say_changed, ids))
        return
    for start in range(0, len(ids), BATCH):
        transaction.on_commit(partial(say_changed_later.enqueue, ids[start : start + BATCH]))


@task()
def say_changed_later(ids: list[int]) -> None:
    say_changed(ids)


def say_changed(ids: list[int]) -> None:
    """Never raises."""
    layer = _layer()
    if layer is None:
        return

    async def say() -> None:
        for id in ids:
            await layer.group_send(person_group(id), {"type": "person.notified", "group": person_group(id)})

    try:
        async_to_sync(say)()
    except Exception:  # whatever the layer's server answers, or does not
        logger.warning("the channel layer cannot be reached", exc_info=True)


def _layer() -> Any:
    return get_channel_layer() if get_channel_layer is not None else None
