from __future__ import annotations

from datetime import timedelta

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from hanse_access.descriptions import describe_audiences
from hanse_base.frames import frame_for
from hanse_base.rate_limits import RateLimit, network_of

from .lists import SearchList
from .searching import similar
from .suggesting.recent import remember

#: a search is dear; nobody who reads what is found comes near this
SEARCHED = RateLimit("search", most=120, period=timedelta(minutes=1))


MOST_SIMILAR = 20
#: number that a database can hold
LARGEST = 2**63 - 1


@require_GET
def search(request: HttpRequest) -> HttpResponse:
    """Everything that the asking person may find."""
    if is_too_often(request):
        return too_often(request)
    asked = SearchList(request)
    if request.user.is_authenticated and asked.text and not asked.continues:
        remember(request.user, asked.text)
    return asked.render("hanse_search/search.html", {"frame": frame_for(request)})


@require_GET
def similar_to(request: HttpRequest, source: str, pk: int) -> HttpResponse:
    """What has much in common with one item, of what the asking person may find."""
    if is_too_often(request):
        return too_often(request)
    if pk > LARGEST or (found := similar(request.viewer, source, pk, most=MOST_SIMILAR)) is None:
        raise Http404
    item, results = found
    describe_audiences([r.found.audience_id for r in results if r.found.audience_id], request.viewer)
    context = {"frame": frame_for(request), "like": item, "results": results}
    return render(request, "hanse_search/similar.html", context)


def is_too_often(request: HttpRequest) -> bool:
    key = f"person {request.user.pk}" if request.user.is_authenticated else network_of(request)
    if SEARCHED.is_reached(key):
        return True
    SEARCHED.count(key)
    return False


def too_often(request: HttpRequest) -> HttpResponse:
    return render(request, "hanse_search/too_often.html", {"frame": frame_for(request)}, status=429)
