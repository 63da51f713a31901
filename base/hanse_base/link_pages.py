"""Pages behind links with a secret (``link_tokens``): nothing happens before a button is pressed."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta
from functools import wraps
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from django.conf import settings
from django.shortcuts import render, resolve_url
from django.urls import NoReverseMatch, reverse
from django.views.decorators.http import require_http_methods

from .link_tokens import NoSuchLink
from .rate_limits import RateLimit, network_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

#: links that open nothing, asked for from one network
MISSES = RateLimit("links", most=30, period=timedelta(minutes=10))


def link_page(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """For a view whose address carries a secret. It raises NoSuchLink for one that opens nothing.

    All such secrets get the same page (404), so that guessing tells nothing, and who guesses often has to wait. The
    address goes to no other site and into no cache. The view itself changes something on POST only.
    """

    @require_http_methods(["GET", "HEAD", "POST"])
    @wraps(view)
    def page(request: HttpRequest, *args, **kwargs) -> HttpResponse:
        network = network_of(request)
        if MISSES.is_reached(network):
            response = render(request, "hanse_base/links/too_many.html", status=429)
        else:
            try:
                response = view(request, *args, **kwargs)
            except NoSuchLink:
                MISSES.count(network)
                response = render(request, "hanse_base/links/invalid.html", status=404)
        # Not "no-referrer": browsers then send forms with "Origin: null", which the check against forged requests
        # refuses.
        response["Referrer-Policy"] = "strict-origin"
        response["Cache-Control"] = "private, no-store"
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return page


def entrances(request: HttpRequest) -> dict[str, str]:
    """Ways to sign in (``sign_in``) and, where the site has accounts to open, to an account (``sign_up``).

    Both lead back to the page that is asked for.
    """
    back = urlencode({"next": request.path})
    ways = {"sign_in": f"{resolve_url(settings.LOGIN_URL)}?{back}"}
    with suppress(NoReverseMatch):
        ways["sign_up"] = f"{reverse('account_signup')}?{back}"
    return ways
