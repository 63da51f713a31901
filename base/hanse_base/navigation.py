"""Navigation items: each plugin registers its own in ``AppConfig.ready()``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.utils import translation

from .registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest


def always(request: HttpRequest) -> bool:
    return True


@dataclass(frozen=True)
class NavigationItem:
    """One link. ``area`` says where: the side bar of the workspace, the menu of the person, or the public header.

    ``url`` gets the request (the address may depend on language or person). ``shown`` hides it from those it does not
    serve; that is a courtesy, never the protection of the page behind it. ``count`` is a number beside the label, such
    as what waits for a decision, or None.
    """

    name: str
    label: Any
    url: Callable[[HttpRequest], str]
    icon: str
    order: int = 100
    area: Literal["workspace", "person", "public"] = "workspace"
    shown: Callable[[HttpRequest], bool] = always
    count: Callable[[HttpRequest], int] | None = None


navigation: Registry[NavigationItem] = Registry()


@dataclass(frozen=True)
class Link:
    """A navigation item as it is drawn for one request."""

    name: str
    label: Any
    url: str
    icon: str
    count: int | None
    current: bool


def links(request: HttpRequest, area: str) -> list[Link]:
    """The links of one area for this request, worked out once. The one whose address fits best is the current one."""
    drawn: dict[str, list[Link]] = request.__dict__.setdefault("_hanse_navigation", {})
    if area not in drawn:
        shown = [item for item in navigation if item.area == area and item.shown(request)]
        urls = {item.name: item.url(request) for item in shown}
        matching = [name for name, url in urls.items() if request.path == url or _holds(url, request.path)]
        current = max(matching, key=lambda name: len(urls[name]), default=None)
        drawn[area] = [
            Link(
                name=item.name,
                label=item.label,
                url=urls[item.name],
                icon=item.icon,
                count=item.count(request) if item.count else None,
                current=item.name == current,
            )
            for item in shown
        ]
    return drawn[area]


def _holds(url: str, path: str) -> bool:
    """Whether the path lies below the address. The home page of a language (/de/) holds everything and is left out."""
    return url.endswith("/") and path.startswith(url) and translation.get_language_from_path(url) != url.strip("/")
