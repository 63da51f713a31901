"""A socket that hears by the hub (``hub.py``): what comes from the page and what comes by hints takes turns."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import sys
import uuid
from collections.abc import Coroutine
from typing import Any

from channels.consumer import get_handler_name
from channels.generic.websocket import AsyncWebsocketConsumer

from .hub import Event, Hub, hub

logger = logging.getLogger(__name__)

#: closing code of the protocol: the server cannot go on, another try may help
TRY_AGAIN = 1013
#: hints that wait for a page whose connection is slow; more are dropped, and the table is read instead
MOST_WAITING = 200


class HubConsumer(AsyncWebsocketConsumer):
    """Hints go to methods named after their type, as Channels does it, one at a time with the frames of the page.

    Subclasses join groups of ``hub``, and leave them in ``clean_up``. Once ``ended`` nothing more is handled.
    """

    #: no channel of its own
    channel_layer_alias = ""

    hub: Hub
    ended = False
    #: hints were dropped
    is_behind = False

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.name = uuid.uuid4().hex
        self.waiting: asyncio.Queue[Event] = asyncio.Queue(MOST_WAITING)
        self.turn = asyncio.Lock()
        self.tasks: set[asyncio.Task] = set()

    async def clean_up(self) -> None:
        """However the connection ended: leave all groups."""

    async def ending(self) -> None:
        """Before the connection is closed from here."""

    async def hints_dropped(self) -> None:
        """Some of them were not handled: find out what they said."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.hub = hub()
        self._begin(self._handle_hints())
        try:
            await super().__call__(scope, receive, send)
        finally:
            for task in tuple(self.tasks):
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
            await self.clean_up()

    async def dispatch(self, message: dict[str, Any]) -> None:
        """As Channels does it, but without going to a thread each time to look for old connections to the database:
        what asks the database does so itself."""
        handler = getattr(self, get_handler_name(message))
        if message["type"] == "websocket.disconnect":
            await handler(message)
        else:
            async with self.turn:
                await handler(message)

    def hear(self, event: Event) -> None:
        try:
            self.waiting.put_nowait(event)
        except asyncio.QueueFull:
            self.is_behind = True

    async def _handle_hints(self) -> None:
        while True:
            event = await self.waiting.get()
            try:
                async with self.turn:
                    if not self.ended:
                        await getattr(self, get_handler_name(event))(event)
                    if self.is_behind and self.waiting.empty() and not self.ended:
                        self.is_behind = False
                        await self.hints_dropped()
            except Exception:
                await self._give_up()
                return

    def _begin(self, work: Coroutine[Any, Any, None]) -> asyncio.Task:
        """Work beside the rest, until the connection ends."""
        task = asyncio.create_task(work)
        self.tasks.add(task)
        task.add_done_callback(self.tasks.discard)
        return task

    async def _send(self, kind: str, **data: Any) -> None:
        await self.send(json.dumps({"type": kind, **data}))

    async def _give_up(self) -> None:
        """In the place of an exception in work that nobody waits for: the page connects again."""
        if not isinstance(sys.exc_info()[1], OSError):  # the page went away meanwhile
            logger.warning("a socket could not be served", exc_info=True)
        with contextlib.suppress(Exception):
            await self._end(TRY_AGAIN)

    async def _end(self, code: int) -> None:
        if not self.ended:
            self.ended = True
            await self.ending()
            await self.close(code)
