"""Places in the frames that plugins fill: each plugin registers its part in ``AppConfig.ready()``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from .registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest


@dataclass(frozen=True)
class SlotPart:
    """One part of a frame.

    ``place``: "league" (the bar above the public header, with the switch between clusters), "search" and
    "notifications" (top bar of the workspace), "side" (further groups of its side bar, such as my rooms), "scripts"
    (modules that every page of the workspace loads for who is signed in), "footer" (a column of the public footer),
    "home" (a section of the home page), "nothing-found" (what
    helps where a search found nothing), "waiting" (head of the page of what waits for the person), "profile" (head of
    the page of one's own profile). ``context`` gets the request and returns the template's context, or None when
    nothing is to be shown; like a card's it asks for everything through ``visible_to`` and its number of queries does
    not grow with what it shows.
    """

    name: str
    place: Literal[
        "league", "search", "notifications", "side", "scripts", "footer", "home", "nothing-found", "waiting", "profile"
    ]
    template: str
    context: Callable[[HttpRequest], dict | None]
    order: int = 100


slots: Registry[SlotPart] = Registry()


def render_place(request: HttpRequest, place: str, page: Any = None) -> SafeString:
    """Everything that plugins registered for this place. ``page``: the Wagtail page that is shown, if any."""
    parts = []
    for part in slots:
        if part.place == place and (extra := part.context(request)) is not None:
            parts.append(render_to_string(part.template, {"page": page, **extra}, request=request))
    return mark_safe("".join(parts))  # noqa: S308 - rendered templates, escaped by themselves
