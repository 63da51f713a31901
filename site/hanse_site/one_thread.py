"""Requests are answered in one thread from the first middleware to the last.

Django's own handler for asynchronous servers runs the innermost part of a request on the event loop, and from there
each ``process_view`` and the view in a thread again. Nothing of ours is asynchronous, so that would be half a dozen
changes between thread and loop for every request, each of which waits until the loop, which serves all sockets, comes
to it.
"""

from __future__ import annotations

import asyncio

import django
from asgiref.sync import sync_to_async
from django.core.handlers.asgi import ASGIHandler
from django.http import HttpRequest, HttpResponseBase


class OneThreadHandler(ASGIHandler):
    def load_middleware(self, is_async: bool = False) -> None:
        super().load_middleware(is_async=False)

    async def get_response_async(self, request: HttpRequest) -> HttpResponseBase:
        answering = asyncio.ensure_future(sync_to_async(self.get_response, thread_sensitive=True)(request))
        try:
            return await asyncio.shield(answering)
        except asyncio.CancelledError:  # whoever sent it has gone: what was begun is brought to its end all the same
            await asyncio.wait([answering])
            raise


def get_application() -> OneThreadHandler:
    """In the place of ``django.core.asgi.get_asgi_application``."""
    django.setup(set_prefix=False)
    return OneThreadHandler()
