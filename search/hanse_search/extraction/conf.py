"""Settings of the extraction, with their defaults. Read at run time, so tests may override them."""

from __future__ import annotations

from django.conf import settings

MEBIBYTE = 1024**2


def seconds() -> int:
    """HANSE_EXTRACTION_SECONDS: how long reading one file may take."""
    return getattr(settings, "HANSE_EXTRACTION_SECONDS", 30)


def memory_bytes() -> int:
    """HANSE_EXTRACTION_MEMORY_BYTES: what the process that reads a file may take up, its libraries included."""
    return getattr(settings, "HANSE_EXTRACTION_MEMORY_BYTES", 1024 * MEBIBYTE)


def max_bytes() -> int:
    """HANSE_EXTRACTION_MAX_BYTES: larger files are not read at all."""
    return getattr(settings, "HANSE_EXTRACTION_MAX_BYTES", 100 * MEBIBYTE)


def max_characters() -> int:
    """HANSE_EXTRACTION_MAX_CHARACTERS: how much of the text of a file can be found, from its beginning."""
    return getattr(settings, "HANSE_EXTRACTION_MAX_CHARACTERS", 500_000)
