"""The dashboard, the choice of a language, the pattern library."""

from __future__ import annotations

from typing import Any, cast, get_args
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.forms import Media
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBadRequest, HttpResponseRedirect, JsonResponse
from django.middleware.csrf import CsrfViewMiddleware
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from .dashboard import Change, UnknownCard, change_card, filled_cards, greeting, placed_cards, reset_cards
from .languages import SESSION_KEY, is_offered
from .navigation import links
from .patterns import icon_names, sections
from .slots import render_place

_token = CsrfViewMiddleware(lambda request: HttpResponse())


@login_required
def dashboard(request: HttpRequest) -> HttpResponse:
    name = request.user.get_short_name() or request.user.get_full_name()
    context = {"greeting": greeting() % {"name": name}, "cards": filled_cards(request)}
    return render(request, "hanse_base/dashboard.html", context)


#: places of the frame that open pages draw anew when something has changed
LIVE_PLACES = ("notifications", "side")


@require_GET
@login_required
def frame_parts(request: HttpRequest) -> JsonResponse:
    """What stands now in the places of the frame that show numbers, by name, for pages that are open.

    "count-" and the name of an item of the navigation is the number beside it.
    """
    parts = {place: render_place(request, place) for place in LIVE_PLACES}
    for link in links(request, "workspace"):
        if link.count is not None:
            number = render_to_string("hanse_base/components/count.html", {"count": link.count}, request=request)
            parts[f"count-{link.name}"] = number
    return JsonResponse(parts)


@login_required
def arrange_dashboard(request: HttpRequest) -> HttpResponse:
    """All cards with buttons to move and hide them. POST: ``card`` and ``change``, or ``reset``."""
    if request.method == "POST":
        if "reset" in request.POST:
            reset_cards(request.user)
        else:
            change = request.POST.get("change", "")
            if change not in get_args(Change):
                return HttpResponseBadRequest(_("This change is not known."))
            try:
                change_card(request.user, request.POST.get("card", ""), cast("Change", change))
            except UnknownCard:
                return HttpResponseBadRequest(_("This card does not exist."))
        if request.headers.get("HX-Request") != "true":
            return redirect("hanse_base:arrange")
    whole = request.headers.get("HX-Request") != "true"
    template = "hanse_base/arrange.html" if whole else "hanse_base/arrange_list.html"
    return render(request, template, {"placed": placed_cards(request.user)})


def pattern_library(request: HttpRequest) -> HttpResponse:
    """The page of all components; missing where the setting HANSE_PATTERN_LIBRARY is off."""
    if not getattr(settings, "HANSE_PATTERN_LIBRARY", False):
        raise Http404
    shown = sections(request)
    media = sum((section.pattern.media for section in shown), Media())
    context = {"icons": icon_names(), "sections": shown, "media": media}
    return render(request, "hanse_base/patterns.html", context)


@csrf_exempt
@require_POST
def change_language(request: HttpRequest) -> HttpResponse:
    """Keep the language for the person: on the account, or for a visitor in the session.

    A visitor has no CSRF cookie, since plain pages set none, and nothing to protect; for an account the token is
    asked for.
    """
    if request.user.is_authenticated and (refused := _token.process_view(request, _change_language, (), {})):
        return refused
    return _change_language(request)


def _change_language(request: HttpRequest) -> HttpResponse:
    code = request.POST.get("language", "")
    if not is_offered(code):
        return HttpResponseBadRequest(_("This language is not offered."))
    user: Any = request.user
    if user.is_authenticated and hasattr(user, "language"):
        user.language = code
        user.save(update_fields=["language"])
    else:
        request.session[SESSION_KEY] = code
    return HttpResponseRedirect(_own_address(request, request.POST.get("next", "")))


def _own_address(request: HttpRequest, address: str) -> str:
    """The address if it is one of this host, else the home page; without the host, so that it cannot lead away."""
    allowed = url_has_allowed_host_and_scheme(address, {request.get_host()}, require_https=request.is_secure())
    if not allowed or not address.startswith("/"):
        return settings.FORCE_SCRIPT_NAME or "/"
    parts = urlsplit(address)
    return parts.path + (f"?{parts.query}" if parts.query else "")
