"""Addresses of searches."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from django.urls import reverse


def search_url(text: str, facets: Mapping[str, Iterable[str]], *, page: str = "hanse_search:search") -> str:
    """The page with this text and these filters."""
    pairs = [("q", text)] if text else []
    pairs += [(name, value) for name, values in facets.items() for value in values]
    address = reverse(page)
    return f"{address}?{urlencode(pairs)}" if pairs else address
