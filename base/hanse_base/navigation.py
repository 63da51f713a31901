"""Navigation items: each plugin registers its own in ``AppConfig.ready()``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

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
