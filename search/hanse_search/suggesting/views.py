from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hanse_base.rate_limits import RateLimit, network_of

from ..queries import LONGEST_QUERY
from .recent import choose_recent, forget_recent
from .suggestions import suggest

#: each key that is pressed may ask
ASKED = RateLimit("search.suggestions", most=600, period=timedelta(minutes=1))


@require_GET
def suggestions(request: HttpRequest) -> HttpResponse:
    """The options of a field's list, as HTML; nothing of it where there are none, or too often was asked."""
    key = f"person {request.user.pk}" if request.user.is_authenticated else network_of(request)
    if ASKED.is_reached(key):
        return HttpResponse(status=429)
    ASKED.count(key)
    typed = request.GET.get("q", "")[:LONGEST_QUERY]
    return render(request, "hanse_search/suggesting/options.html", {"groups": suggest(request.viewer, typed)})


@require_POST
@login_required
def recent(request: HttpRequest) -> HttpResponse:
    """Clear what was searched for, or choose whether it is kept."""
    match request.POST.get("what"):
        case "keep":
            choose_recent(request.user, keep=True)
            messages.success(request, _("Your recent searches are kept from now on."))
        case "keep-none":
            choose_recent(request.user, keep=False)
            messages.success(request, _("Your searches are no longer kept, and those that were are gone."))
        case "clear":
            forget_recent(request.user)
            messages.success(request, _("Your recent searches are gone."))
    return redirect("hanse_search:saved")
