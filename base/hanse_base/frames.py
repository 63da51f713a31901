"""Which frame a page stands in that both visitors and members read."""

from __future__ import annotations

from django.http import HttpRequest


def frame_for(request: HttpRequest) -> str:
    """Template of the workspace for those who signed in, of the public frame for visitors."""
    return f"hanse_base/frames/{'workspace' if request.user.is_authenticated else 'public'}.html"
