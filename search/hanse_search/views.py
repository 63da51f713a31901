from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from hanse_base.frames import frame_for
from hanse_base.rate_limits import RateLimit, network_of

from .lists import SearchList

#: a search is dear; nobody who reads what is found comes near this
SEARCHED = RateLimit("search", most=120, period=timedelta(minutes=1))


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Everything that the asking person may find."""
    key = f"person {request.user.pk}" if request.user.is_authenticated else network_of(request)
    if SEARCHED.is_reached(key):
        return render(request, "hanse_search/too_often.html", {"frame": frame_for(request)}, status=429)
    SEARCHED.count(key)
    return SearchList(request).render("hanse_search/search.html", {"frame": frame_for(request)})
