"""The badge in open pages: what changes the number of unread notifications is said on the channel layer.

Whoever keeps a socket open for a person joins the group ``person_group(id)`` and gets ``{"type": "person.notified",
"unread": 3}``: the number only, nothing of what was told. Hints may be lost or doubled; the truth is ``count_unread``,
to be asked again after joining. Without django-channels nothing is said.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from functools import partial
from typing import Any

from asgiref.sync import async_to_sync
from django.contrib.auth import get_user_model
from django.db import transaction
from django_tasks import task

from hanse_access.viewer import Viewer

from .unread import count_unread

try:
    from channels.layers import InMemoryChannelLayer, get_channel_layer
except ImportError:  # a host may have no sockets at all
    InMemoryChannelLayer = get_channel_layer = None  # type: ignore[assignment,misc]

logger = logging.getLogger(__name__)

#: so many people are told at once, before the request is answered; for more of them a worker does it
DIRECTLY = 5
#: people whom one task tells
BATCH = 200


def person_group(id: int) -> str:
    """The group of the channel layer that all sockets of this person join."""
    return f"person.{id}"


def announce(people: Iterable[int]) -> None:
    """Once the transaction is committed, say to these people (their ids) how many notifications are unread.

    Never raises because of the channel layer: a badge that is late does no harm. A layer in memory reaches only the
    sockets of its own process, so there nothing is left to a worker, and a crowd sees the number with the next page.
    """
    layer, ids = _layer(), sorted(set(people))
    if layer is None or not ids:
        return
    in_memory = isinstance(layer, InMemoryChannelLayer)
    if len(ids) <= (BATCH if in_memory else DIRECTLY):
        transaction.on_commit(partial(say_unread, ids), robust=True)
        return
    if in_memory:
        return
    for start in range(0, len(ids), BATCH):
        transaction.on_commit(partial(say_unread_later.enqueue, ids[start : start + BATCH]))


@task()
def say_unread_later(ids: list[int]) -> None:
    say_unread(ids)


def say_unread(ids: list[int]) -> None:
    """Counts for each person anew, so that the number is true whenever this runs."""
    layer = _layer()
    if layer is None:
        return
    for person in get_user_model()._default_manager.filter(pk__in=ids):
        event = {"type": "person.notified", "unread": count_unread(Viewer.of(person))}
        try:
            async_to_sync(layer.group_send)(person_group(person.pk), event)
        except Exception:  # whatever the layer's server answers, or does not
            logger.warning("the channel layer cannot be reached", exc_info=True)
            return


def _layer() -> Any:
    return get_channel_layer() if get_channel_layer is not None else None
