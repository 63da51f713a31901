"""The site with a bare chat beside its own, which stores nothing and asks nobody: what is said goes to its group.

It has the same door: its POST passes the site's middleware and needs a session. Of both it is noted when messages are
accepted; and on SIGUSR1 memory is given back, so that what is in use can be counted.
"""

from __future__ import annotations

import ctypes
import gc
import json
import signal
import time
from functools import partial
from pathlib import Path

from asgiref.sync import async_to_sync
from channels.generic.websocket import AsyncWebsocketConsumer
from channels.layers import get_channel_layer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.db.models.signals import post_save
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.urls import path, re_path
from django.views.decorators.http import require_POST

from hanse_site import asgi

# After the site is set up.
from hanse_groups.models import Message  # isort: skip
from hanse_site.urls import urlpatterns as site_urlpatterns  # isort: skip

#: keys of messages and when they were accepted, a line each
ACCEPTED = Path(settings.VAR_DIR) / "accepted"
ACCEPTED.parent.mkdir(parents=True, exist_ok=True)


def note_accepted(key: str) -> None:
    """All workers write into one file; a line so short is never torn."""
    with ACCEPTED.open("a") as file:
        file.write(f"{key} {time.time()}\n")


def saved(sender, instance: Message, created: bool, **kwargs) -> None:
    """A message is accepted once it is stored: this is the first that happens after the commit."""
    if created:
        transaction.on_commit(partial(note_accepted, str(instance.client_key)))


post_save.connect(saved, sender=Message)


class BareConsumer(AsyncWebsocketConsumer):
    """The floor: what Channels, Redis and the server need for the same text without any of ours."""

    async def connect(self) -> None:
        self.group = f"bare.{self.scope['url_route']['kwargs']['room']}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def said(self, event: dict) -> None:
        await self.send(event["text"])


@require_POST
@login_required
def say(request: HttpRequest, room: int) -> HttpResponse:
    key = request.POST["client_key"]
    note_accepted(key)
    said = {"type": "said", "text": json.dumps({"key": key, "html": request.POST["body"]})}
    async_to_sync(get_channel_layer().group_send)(f"bare.{room}", said)
    return JsonResponse({"key": key}, status=201)


def give_back(number: int, frame: object) -> None:
    gc.collect()
    ctypes.CDLL(None).malloc_trim(0)


signal.signal(signal.SIGUSR1, give_back)

urlpatterns = [path("bare/<int:room>/messages/", say), *site_urlpatterns]
settings.ROOT_URLCONF = __name__
sockets = asgi.application.application_mapping["websocket"]
application = ProtocolTypeRouter(
    {
        "http": asgi.http,
        "websocket": URLRouter([path("ws/bare/<int:room>/", BareConsumer.as_asgi()), re_path("", sockets)]),
    }
)
