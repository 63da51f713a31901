"""What other plugins add beside a profile: each registers its part in ``AppConfig.ready()``."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hanse_base.registry import Registry

if TYPE_CHECKING:
    from django.http import HttpRequest

    from .models import Profile


@dataclass(frozen=True)
class ProfilePart:
    """One part, such as the way to write to the person.

    ``context(request, profile)`` is asked for a profile that the reader sees and gives what the template needs, as
    ``part``, or None when nothing is to be shown. It asks for everything else through the rule.
    """

    name: str
    template: str
    context: Callable[[HttpRequest, Profile], dict[str, Any] | None]
    order: int = 100


profile_parts: Registry[ProfilePart] = Registry()


def parts_for(request: HttpRequest, profile: Profile) -> list[dict[str, Any]]:
    """The parts that are shown, each with ``template`` and ``context``."""
    drawn = ((part.template, part.context(request, profile)) for part in profile_parts)
    return [{"template": template, "context": context} for template, context in drawn if context is not None]
