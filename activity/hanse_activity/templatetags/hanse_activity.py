"""What templates of other plugins need: ``{% load hanse_activity %}``."""

from __future__ import annotations

from typing import Any

from django import template

from ..follows import followed_ids

register = template.Library()


@register.inclusion_tag("hanse_activity/components/follow.html", takes_context=True)
def follow_button(context: dict[str, Any], kind: str, id: int, label: str) -> dict[str, Any]:
    """Follow a thing of a registered kind, or no longer. Nothing for visitors. ``label`` names the thing."""
    request = context["request"]
    if not request.user.is_authenticated:
        return {"shown": False}
    following = id in followed_ids(kind, request.user)
    return {"shown": True, "request": request, "kind": kind, "id": id, "label": label, "following": following}
