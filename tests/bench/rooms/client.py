"""Sockets and posts of many people from one process, without a browser."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections import Counter
from dataclasses import dataclass, field
from urllib.parse import urlencode, urlsplit

import websockets

#: a token of the right form; forms compare it with the cookie alone
TOKEN = "b" * 32
#: sockets that are opened at the same time, but for those that all come back at once
BATCH = 25


@dataclass
class Arrivals:
    """What one socket heard: each message by its key, with the time of its first arrival."""

    times: dict[str, float] = field(default_factory=dict)
    heard: Counter[str] = field(default_factory=Counter)


async def connect(url: str, session: str | None = None, origin: str | None = None):
    headers = {"Cookie": f"sessionid={session}"} if session else {}
    return await websockets.connect(
        url,
        additional_headers=headers,
        origin=origin,
        compression=None,
        max_queue=None,
        open_timeout=60,
        ping_interval=None,
    )


class Page:
    """The socket of an open page: says where it is, and notes all that is new there."""

    def __init__(self, base: str, conversation: str, after: int, session: str) -> None:
        self.base, self.conversation, self.after, self.session = base, conversation, after, session
        self.arrivals = Arrivals()
        self.versions: list[int] = []

    async def open(self) -> None:
        self.socket = await connect(self.base.replace("http", "ws") + "/ws/live/", self.session, self.base)
        await self.socket.send(json.dumps({"type": "open", "conversation": self.conversation, "after": self.after}))
        while (await self.next())["type"] != "ready":
            pass

    async def next(self) -> dict:
        frame = json.loads(await self.socket.recv())
        now = time.time()
        if frame["type"] == "changes":
            self.after = frame["version"]
            for message in frame["messages"]:
                self.versions.append(message["version"])
                if message["kind"] == "text":
                    self.arrivals.heard[message["key"]] += 1
                    self.arrivals.times.setdefault(message["key"], now)
        return frame

    async def listen(self, number: int) -> None:
        while len(self.arrivals.heard) < number:
            await self.next()

    async def close(self) -> None:
        await self.socket.close()


class BarePage(Page):
    async def open(self) -> None:
        self.socket = await connect(f"{self.base.replace('http', 'ws')}/ws/bare/{self.conversation}/")

    async def next(self) -> dict:
        frame = json.loads(await self.socket.recv())
        self.arrivals.heard[frame["key"]] += 1
        self.arrivals.times.setdefault(frame["key"], time.time())
        return frame


class Poster:
    """Posts forms over connections that stay open, as browsers do. One at a time on each."""

    def __init__(self, base: str) -> None:
        parts = urlsplit(base)
        self.host, self.port = parts.hostname, parts.port
        self.idle: list[tuple[asyncio.StreamReader, asyncio.StreamWriter]] = []
        #: keys of messages, and when they were sent
        self.sent: dict[str, float] = {}

    async def post(self, path: str, session: str, body: str) -> int:
        """The status of the answer."""
        key = str(uuid.uuid4())
        form = urlencode({"body": body, "client_key": key}).encode()
        connection = await self._connection()
        self.sent[key] = time.time()
        return await self._ask(connection, "POST", path, session, form)

    async def get(self, path: str, session: str) -> int:
        """The status of the answer."""
        return await self._ask(await self._connection(), "GET", path, session)

    async def _connection(self) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        return self.idle.pop() if self.idle else await asyncio.open_connection(self.host, self.port)

    async def _ask(self, connection, method: str, path: str, session: str, form: bytes = b"") -> int:
        head = (
            f"{method} {path} HTTP/1.1\r\nHost: {self.host}:{self.port}\r\n"
            f"Cookie: sessionid={session}; csrftoken={TOKEN}\r\nX-CSRFToken: {TOKEN}\r\nAccept: application/json\r\n"
            f"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {len(form)}\r\n\r\n"
        )
        reader, writer = connection
        writer.write(head.encode() + form)
        status = int((await reader.readline()).split()[1])
        length = 0
        while (line := await reader.readline()).strip():
            name, _colon, value = line.decode().partition(":")
            if name.lower() == "content-length":
                length = int(value)
        await reader.readexactly(length)
        self.idle.append((reader, writer))
        return status

    def close(self) -> None:
        for _reader, writer in self.idle:
            writer.close()
