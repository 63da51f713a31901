from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET

from hanse_base.frames import frame_for

from .lists import SearchList


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Everything that the asking person may find."""
    return SearchList(request).render("hanse_search/search.html", {"frame": frame_for(request)})
