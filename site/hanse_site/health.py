"""``/health/live``: this process answers. ``/health/ready``: everything it needs does, and the clock runs.

What the site can do without – Elasticsearch, in whose place the database answers – is looked at too, for the log alone.

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
from health_check.exceptions import ServiceUnavailable, ServiceWarning
from health_check.views import HealthCheckView

from hanse_base.models import JobState
from hanse_search.elastic import health as elasticsearch


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


@dataclasses.dataclass
class SearchEngine(HealthCheck):
    """Elasticsearch answers, if there is one."""

    def run(self) -> None:
        if not elasticsearch.is_healthy():
            raise ServiceWarning("Elasticsearch does not answer; the database does")


class ReadyView(HealthCheckView):
    checks = (
        "health_check.checks.Database",
        "health_check.checks.Cache",
        ("health_check.checks.Storage", {"alias": "default"}),
        ("health_check.checks.Storage", {"alias": "private"}),
        ChannelLayer,
        Clock,
        SearchEngine,
    )

    async def get(self, request: HttpRequest, *args, **kwargs) -> HttpResponse:
        results = await asyncio.gather(*(check.get_result() for check in self.get_checks()))
        return plain(healthy=all(_is_usable(result.error) for result in results))


def _is_usable(error: Exception | None) -> bool:
    return error is None or isinstance(error, ServiceWarning)


def live(request: HttpRequest) -> HttpResponse:
    return plain(healthy=True)


def plain(*, healthy: bool) -> HttpResponse:
    return HttpResponse(
        "ok\n" if healthy else "unavailable\n",
        content_type="text/plain; charset=utf-8",
        status=200 if healthy else 503,
        headers={"Cache-Control": "no-store"},
    )
