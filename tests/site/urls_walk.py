"""All addresses of the site, found in its URL patterns, so that a new one is tested without being listed."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern
from django.utils import translation

#: What stands for a placeholder of a route.
SAMPLES = {"int": "1", "slug": "x", "str": "x", "uuid": "00000000-0000-0000-0000-000000000000", "path": "x"}


class Route(NamedTuple):
    pattern: URLPattern
    #: an address that the pattern matches, or None where a regular expression needs a value
    path: str | None


def routes() -> Iterator[Route]:
    """Every pattern, with an address for it."""
    with translation.override("en"):
        yield from _walk(get_resolver(), "/")


def _walk(resolver: URLResolver, prefix: str | None) -> Iterator[Route]:
    for entry in resolver.url_patterns:
        path = _join(prefix, entry)
        if isinstance(entry, URLResolver):
            yield from _walk(entry, path)
        else:
            yield Route(entry, path)


def _join(prefix: str | None, entry: URLPattern | URLResolver) -> str | None:
    if prefix is None:
        return None
    pattern = entry.pattern
    if isinstance(pattern, RoutePattern):
        route = str(pattern)
        for name, converter in pattern.converters.items():
            sample = SAMPLES[_converter_name(converter)]
            route = route.replace(f"<{_converter_name(converter)}:{name}>", sample).replace(f"<{name}>", sample)
        return prefix + route
    text = str(pattern)
    if "(" in text or "\\" in text or "[" in text:
        return None
    return prefix + text.removeprefix("^").removesuffix("$")


def _converter_name(converter) -> str:
    return type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
