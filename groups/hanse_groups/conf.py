"""Settings of this package, with their defaults. Read at run time, so tests may override them."""

from __future__ import annotations

from django.conf import settings

GIBIBYTE = 1024**3


def room_quota_bytes() -> int:
    """HANSE_ROOM_QUOTA_BYTES: what the files of one room may take up, all versions and the bin included."""
    return getattr(settings, "HANSE_ROOM_QUOTA_BYTES", 5 * GIBIBYTE)


def direct_quota_bytes() -> int:
    """HANSE_DIRECT_QUOTA_BYTES: what the files of one direct conversation may take up."""
    return getattr(settings, "HANSE_DIRECT_QUOTA_BYTES", GIBIBYTE)


def message_max_files() -> int:
    """HANSE_MESSAGE_MAX_FILES: files with one message."""
    return getattr(settings, "HANSE_MESSAGE_MAX_FILES", 10)


def clamd_address() -> str:
    """HANSE_CLAMD: where the virus scanner listens, ``host:port`` or ``unix:/path/of/socket``. Empty: there is none."""
    return getattr(settings, "HANSE_CLAMD", "")


def clamd_seconds() -> int:
    """HANSE_CLAMD_SECONDS: how long the scanner may take for one step of the talk with it."""
    return getattr(settings, "HANSE_CLAMD_SECONDS", 120)
