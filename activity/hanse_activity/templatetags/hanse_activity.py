"""What templates of other plugins need: ``{% load hanse_activity %}``."""

from __future__ import annotations

from typing import Any

from django import template

from ..follows import followed_ids
from ..moderation import withholding
from ..reportables import reportable_of

register = template.Library()


@register.inclusion_tag("hanse_activity/components/follow.html", takes_context=True)
def follow_button(context: dict[str, Any], kind: str, id: int, label: str) -> dict[str, Any]:
    """Follow a thing of a registered kind, or no longer. Nothing for visitors. ``label`` names the thing."""
    request = context["request"]
    if not request.user.is_authenticated:
        return {"shown": False}
    following = id in followed_ids(kind, request.user)
    return {"shown": True, "request": request, "kind": kind, "id": id, "label": label, "following": following}


@register.inclusion_tag("hanse_activity/components/report.html", takes_context=True)
def report_links(context: dict[str, Any], row: Any) -> dict[str, Any]:
    """Ways to report a thing and to block its author. Nothing for visitors, and for the author."""
    request, reportable = context["request"], reportable_of(row)
    if reportable is None or not request.user.is_authenticated:
        return {"shown": False}
    author = reportable.author(row)
    if author is not None and author.pk == request.user.pk:
        return {"shown": False}
    return {
        "shown": True,
        "request": request,
        "csrf_token": context.get("csrf_token"),
        "kind": reportable.name,
        "key": getattr(row, reportable.key),
        "label": str(row),
        "person": author if reportable.personal and reportable.names_author(row) else None,
    }


@register.inclusion_tag("hanse_activity/components/withheld.html")
def withheld_note(row: Any) -> dict[str, Any]:
    """For the author of a thing that is withheld: why, and how to object."""
    reportable = reportable_of(row)
    report = withholding(row)
    return {"report": report, "objection": reportable.objection(row) if reportable and report else ""}
