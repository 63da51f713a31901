"""Dashboard cards: each plugin registers its own in ``AppConfig.ready()``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest


@dataclass(frozen=True)
class Card:
    """One card of the dashboard.

    ``context`` gets the request and returns the template's context, or None when the card has nothing to say to this
    person. It must ask for everything through ``visible_to``. ``title`` is a lazy translation; ``template`` renders
    inside the card's frame, which the dashboard draws.
    """

    name: str
    title: Any
    template: str
    context: Callable[[HttpRequest], dict | None]
    order: int = 100
    wide: bool = True


cards: Registry[Card] = Registry()
