"""Open pages of people, as sockets of the whole site: session, origin and all."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import Any

from asgiref.testing import ApplicationCommunicator
from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.conf import settings
from django.db import connections
from django.test import Client

from hanse_site.asgi import application

#: seconds to wait for what must come; on a busy machine that can take long
PATIENCE = 30
#: seconds in which what must not come would have come
QUIET = 0.2
ORIGIN = b"http://testserver"

#: run a function that asks the database, from a test in a loop
do = database_sync_to_async


class Socket:
    """The connection of one page. ``code`` is what it was closed with, ``frames`` all that it heard."""

    def __init__(self, cookie: str | None, *, app=application, origin: bytes | None = ORIGIN) -> None:
        headers = [(b"host", b"testserver")]
        if origin is not None:
            headers.append((b"origin", origin))
        if cookie:
            headers.append((b"cookie", f"{settings.SESSION_COOKIE_NAME}={cookie}".encode()))
        scope = {"type": "websocket", "path": "/ws/live/", "query_string": b"", "headers": headers, "subprotocols": []}
        self.communicator = ApplicationCommunicator(app, scope)
        self.frames: list[dict[str, Any]] = []
        self.code: int | None = None
        self.accepted = False

    async def connect(self) -> Socket:
        await self.communicator.send_input({"type": "websocket.connect"})
        answer = await self.communicator.receive_output(PATIENCE)
        self.accepted = answer["type"] == "websocket.accept"
        return self

    async def disconnect(self) -> None:
        await self.communicator.send_input({"type": "websocket.disconnect", "code": 1001})
        await self.communicator.wait(PATIENCE)

    async def send(self, **frame: Any) -> None:
        await self.send_text(json.dumps(frame))

    async def send_text(self, text: str) -> None:
        await self.communicator.send_input({"type": "websocket.receive", "text": text})

    async def send_bytes(self, data: bytes) -> None:
        await self.communicator.send_input({"type": "websocket.receive", "bytes": data})

    async def next(self) -> dict[str, Any] | None:
        """The next frame; None when the socket was closed instead."""
        output = await self.communicator.receive_output(PATIENCE)
        if output["type"] == "websocket.close":
            self.code = output["code"]
            return None
        self.frames.append(json.loads(output["text"]))
        return self.frames[-1]

    async def until(self, kind: str) -> dict[str, Any]:
        """The next frame of this kind; what comes before it is in ``frames``."""
        while (frame := await self.next()) is not None:
            if frame["type"] == kind:
                return frame
        raise AssertionError(f"closed with {self.code} before any frame {kind!r}")

    async def until_closed(self) -> int | None:
        while await self.next() is not None:
            pass
        return self.code

    async def until_said(self, body: str) -> dict[str, Any]:
        """The message with this text."""
        while True:
            for message in (await self.until("changes"))["messages"]:
                if body in message.get("html", ""):
                    return message

    async def answered(self) -> list[dict[str, Any]]:
        """All that has come until the server has answered a ping."""
        before = len(self.frames)
        await self.send(type="ping")
        await self.until("pong")
        return self.frames[before:-1]

    async def is_quiet(self) -> bool:
        return await self.communicator.receive_nothing(QUIET)

    def heard(self, text: str) -> bool:
        return text in json.dumps(self.frames, ensure_ascii=False)


def session_of(person) -> str:
    client = Client()
    client.force_login(person, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client.cookies[settings.SESSION_COOKIE_NAME].value


class Pages:
    """Opens pages and closes them all at the end."""

    def __init__(self) -> None:
        self.open_ones: list[Socket] = []

    async def connect(self, person=None, *, session: str | None = None, **options: Any) -> Socket:
        if session is None and person is not None:
            session = await do(session_of)(person)
        socket = await Socket(session, **options).connect()
        self.open_ones.append(socket)
        return socket

    async def open(self, person, room, *, after: int | None = None, session: str | None = None) -> Socket:
        """A page of the person that shows the chat of the room, up to date unless ``after`` says otherwise."""
        socket = await self.connect(person, session=session)
        if after is None:
            after = await do(last_seq)(room)
        await socket.send(type="open", conversation=await do(uid_of)(room), after=after)
        await socket.until("ready")
        return socket


def uid_of(room) -> str:
    return str(room.conversation.uid)


def last_seq(room) -> int:
    return type(room.conversation).objects.values_list("last_seq", flat=True).get(pk=room.conversation_id)


@asynccontextmanager
async def opened_pages():
    pages = Pages()
    try:
        yield pages
    finally:
        for socket in pages.open_ones:
            await socket.disconnect()
        await get_channel_layer().flush()
        await do(connections.close_all)()
