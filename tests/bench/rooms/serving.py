"""The site with one socket more: a bare consumer that stores nothing, asks nobody and hands a text on to its group."""

from __future__ import annotations

import json
import time

from channels.generic.websocket import AsyncWebsocketConsumer
from channels.routing import ProtocolTypeRouter, URLRouter
from django.urls import path, re_path

from hanse_site import asgi


class BareConsumer(AsyncWebsocketConsumer):
    """The floor: what channels, Redis and the server need for the same text without any of ours."""

    async def connect(self) -> None:
        self.group = f"bare.{self.scope['url_route']['kwargs']['room']}"
        await self.channel_layer.group_add(self.group, self.channel_name)
        await self.accept()

    async def disconnect(self, code: int) -> None:
        await self.channel_layer.group_discard(self.group, self.channel_name)

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        said = json.dumps({"text": text_data, "at": time.time()})
        await self.channel_layer.group_send(self.group, {"type": "said", "text": said})

    async def said(self, event: dict) -> None:
        await self.send(event["text"])


sockets = asgi.application.application_mapping["websocket"]
application = ProtocolTypeRouter(
    {
        "http": asgi.http,
        "websocket": URLRouter([path("ws/bare/<int:room>/", BareConsumer.as_asgi()), re_path("", sockets)]),
    }
)
