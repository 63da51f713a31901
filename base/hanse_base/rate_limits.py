"""How often somebody may do something, counted in the cache."""

from __future__ import annotations

import hashlib
import ipaddress
from dataclasses import dataclass
from datetime import timedelta

from django.core.cache import cache
from django.http import HttpRequest

#: of an IPv6 address, what one connection usually has for itself
IPV6_PREFIX = 64


@dataclass(frozen=True)
class RateLimit:
    """At most ``most`` in each ``period``, for each key: a network, a person."""

    name: str
    most: int
    period: timedelta

    def is_reached(self, key: str) -> bool:
        return cache.get(self._place(key), 0) >= self.most

    def count(self, key: str, number: int = 1) -> None:
        place = self._place(key)
        try:
            cache.incr(place, number)
        except ValueError:  # nothing was counted in this period
            if not cache.add(place, number, int(self.period.total_seconds())):
                cache.incr(place, number)  # but by somebody else a moment ago

    def _place(self, key: str) -> str:
        return f"hanse:rate:{self.name}:{hashlib.sha256(key.encode()).hexdigest()[:32]}"


def network_of(request: HttpRequest) -> str:
    """Where a request comes from. Behind a proxy the server puts the client's own address in place of the proxy's."""
    text = request.META.get("REMOTE_ADDR", "")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return text
    if isinstance(address, ipaddress.IPv6Address):
        return str(ipaddress.IPv6Network((address, IPV6_PREFIX), strict=False))
    return text
