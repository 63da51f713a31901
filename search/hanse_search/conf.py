"""Settings of this package, with their defaults. Read at run time, so tests may override them."""

from __future__ import annotations

from django.conf import settings


def backend_path() -> str:
    """HANSE_SEARCH_BACKEND: dotted path of the class that answers, see ``backends``."""
    return getattr(settings, "HANSE_SEARCH_BACKEND", "hanse_search.backends.database.DatabaseBackend")
