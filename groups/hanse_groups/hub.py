"""What comes over the channel layer, for all sockets of one process: taken in once, and handed to each that listens.

With a channel of its own, as Channels gives it, every socket would unpack every event again; with two hundred sockets
in a room that is most of what a message costs. So the process has one channel, which joins a group with the first
socket that listens to it. Every event names its group as ``group``.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from typing import Any, Protocol
from weakref import WeakKeyDictionary

from channels.layers import get_channel_layer

logger = logging.getLogger(__name__)

Event = dict[str, Any]
#: seconds after which the groups are joined again: layers forget a channel after a day
RENEW_EVERY = 3600


class Listener(Protocol):
    def hear(self, event: Event) -> None:
        """Take an event in, without waiting. It is the same object for all listeners: never change it."""


class Hub:
    """The channel of one event loop. Without listeners it has none."""

    def __init__(self) -> None:
        self.layer = get_channel_layer()
        self.listeners: dict[str, set[Listener]] = {}
        self.channel = ""
        self.tasks: list[asyncio.Task] = []
        #: joining and leaving take turns: a group is left by its last listener while the next one comes
        self.turn = asyncio.Lock()

    async def join(self, group: str, listener: Listener) -> None:
        """What is sent to the group from now on is heard."""
        async with self.turn:
            if not self.tasks:
                self.channel = await self.layer.new_channel()
                self.tasks = [asyncio.create_task(self._listen()), asyncio.create_task(self._renew())]
            if group not in self.listeners:
                await self.layer.group_add(group, self.channel)
            self.listeners.setdefault(group, set()).add(listener)

    async def leave(self, group: str, listener: Listener) -> None:
        async with self.turn:
            listening = self.listeners.get(group, set())
            listening.discard(listener)
            if not listening and self.listeners.pop(group, None) is not None:
                # Without the service behind the layer too, whoever leaves has left: nobody listens here any more.
                with contextlib.suppress(Exception):
                    await self.layer.group_discard(group, self.channel)
            if not self.listeners:
                await self._stop()

    async def _stop(self) -> None:
        tasks, self.tasks = self.tasks, []
        for task in tasks:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task

    async def _listen(self) -> None:
        while True:
            try:
                event = await self.layer.receive(self.channel)
            except Exception:  # what the service behind the layer raises; pages catch up by themselves
                logger.warning("the channel layer cannot be heard", exc_info=True)
                await asyncio.sleep(1)
                continue
            for listener in tuple(self.listeners.get(event.get("group", ""), ())):
                listener.hear(event)

    async def _renew(self) -> None:
        while True:
            await asyncio.sleep(RENEW_EVERY)
            async with self.turn:
                for group in self.listeners:
                    with contextlib.suppress(Exception):  # the next time will do
                        await self.layer.group_add(group, self.channel)


_hubs: WeakKeyDictionary[asyncio.AbstractEventLoop, Hub] = WeakKeyDictionary()


def hub() -> Hub:
    """The one of the running loop."""
    loop = asyncio.get_running_loop()
    if loop not in _hubs:
        _hubs[loop] = Hub()
    return _hubs[loop]
