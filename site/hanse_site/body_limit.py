"""A request with more in its body than any form of the site needs is refused, and nothing of it is kept.

Django takes the body of a request in whole before it looks at it, into a temporary file where it is large. So the ASGI
application is wrapped: what is announced to be larger than the limit, or turns out to be, is read to its end and thrown
away, since a browser that still sends would see a broken connection in place of the answer. The answer is written
inside, by ``BodyLimitMiddleware``: a page in the look and the language of the site.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from . import errors

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]

#: in the scope of a request that was refused
TOO_LARGE = "hanse.body_too_large"
#: how many times the limit is read and thrown away before the answer is given to somebody who is still sending
PATIENCE = 20


class _Counted:
    """Receives up to the limit; then the application hears that the sender has gone, and closes what it wrote."""

    def __init__(self, receive: Receive, limit: int) -> None:
        self._receive, self._left = receive, limit
        self.is_exceeded = False
        self.has_more = True

    async def __call__(self) -> Message:
        message = await self._receive()
        if message["type"] == "http.request":
            self._left -= len(message.get("body", b""))
            self.has_more = message.get("more_body", False)
            if self._left < 0:
                self.is_exceeded = True
                return {"type": "http.disconnect"}
        return message


def limit_bodies(application: Callable) -> Callable:
    """The ASGI application with the body of every HTTP request limited to ``HANSE_REQUEST_MAX_BYTES``."""

    async def limited(scope: Message, receive: Receive, send: Callable) -> None:
        limit, has_more = settings.HANSE_REQUEST_MAX_BYTES, True
        if scope["type"] != "http" or _announced(scope) <= limit:
            counted = _Counted(receive, limit)
            await application(scope, counted if scope["type"] == "http" else receive, send)
            if not counted.is_exceeded:
                return
            has_more = counted.has_more
        if not has_more or await _thrown_away(receive, limit * PATIENCE):
            await application({**scope, TOO_LARGE: True}, _Nothing(receive), send)

    return limited


class _Nothing:
    """An empty body, and then what the server tells: that the sender has gone."""

    def __init__(self, receive: Receive) -> None:
        self._receive, self._is_read = receive, False

    async def __call__(self) -> Message:
        while self._is_read:
            message = await self._receive()
            if message["type"] != "http.request":
                return message
        self._is_read = True
        return {"type": "http.request", "body": b"", "more_body": False}


def _announced(scope: Message) -> int:
    """What the request says of the length of its body; 0 where it says nothing, or nonsense that the server lets by."""
    length = dict(scope["headers"]).get(b"content-length", b"")
    return int(length) if length.isdigit() else 0


async def _thrown_away(receive: Receive, most: int) -> bool:
    """Read the rest of a body, ``most`` bytes of it. Whether somebody is still there to be answered."""
    while most > 0:
        message = await receive()
        if message["type"] == "http.disconnect":
            return False
        most -= len(message.get("body", b""))
        if not message.get("more_body", False):
            break
    return True


class BodyLimitMiddleware:
    """Answers what ``limit_bodies`` refused. Belongs behind all that the page for errors needs."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if getattr(request, "scope", {}).get(TOO_LARGE):
            return errors.too_large(request)
        return self.get_response(request)
