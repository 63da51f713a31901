"""``/health/live``: this process answers. ``/health/ready``: everything it needs does, and the clock runs.

Whoever asks hears "ok" or "unavailable" and nothing else; which part failed is in the log.
"""

from __future__ import annotations

import asyncio
import dataclasses
import uuid

from channels import DEFAULT_CHANNEL_LAYER
from channels.layers import get_channel_layer
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from health_check.base import HealthCheck
from health_check.exceptions import ServiceUnavailable
from health_check.views import HealthCheckView

from hanse_base.models import JobState


@dataclasses.dataclass
class ChannelLayer(HealthCheck):
    """A message sent over the channel layer arrives."""

    alias: str = DEFAULT_CHANNEL_LAYER

    async def run(self) -> None:
        layer = get_channel_layer(self.alias)
        if layer is None:
            raise ServiceUnavailable("no channel layer is configured")
        channel = await layer.new_channel()
        sent = {"type": "health", "key": uuid.uuid4().hex}
        await layer.send(channel, sent)
        if await layer.receive(channel) != sent:
            raise ServiceUnavailable("the channel layer lost a message")


@dataclasses.dataclass
class Clock(HealthCheck):
    """No timed job has been waiting for a worker for long."""

    async def run(self) -> None:
        now = timezone.now()
        late = [state.name async for state in JobState.objects.registered() if state.is_late(now)]
        if late:
            raise ServiceUnavailable(f"late: {', '.join(late)}")


class ReadyView(HealthCheckView):
    checks = (
        "health_check.checks.Database",
        "health_check.checks.Cache",
        ("health_check.checks.Storage", {"alias": "default"}),
        ("health_check.checks.Storage", {"alias": "private"}),
        ChannelLayer,
        Clock,
    )

    async def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        results = await asyncio.gather(*(check.get_result() for check in self.get_checks()))
        return plain(healthy=not any(result.error for result in results))


def live(request: HttpRequest) -> HttpResponse:
    return plain(healthy=True)


def plain(*, healthy: bool) -> HttpResponse:
    return HttpResponse(
        "ok\n" if healthy else "unavailable\n",
        content_type="text/plain; charset=utf-8",
        status=200 if healthy else 503,
        headers={"Cache-Control": "no-store"},
    )
