"""The time zone of a person."""

from __future__ import annotations

import zoneinfo
from typing import Any

from django.conf import settings


def zone_of(person: Any) -> zoneinfo.ZoneInfo:
    """The zone that the person chose, as far as the host's user model has one (``time_zone``); else the site's.

    ``person`` may be None, or a visitor.
    """
    try:
        return zoneinfo.ZoneInfo(getattr(person, "time_zone", "") or settings.TIME_ZONE)
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return zoneinfo.ZoneInfo(settings.TIME_ZONE)
