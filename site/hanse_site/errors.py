"""The pages for what went wrong. Hidden and missing are one and the same 404."""

from __future__ import annotations

import structlog
from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

LAST_RESORT = "<!doctype html><html lang=en><title>Error</title><h1>Something went wrong</h1><p>Please try again later."


#: more in a form than Django takes: fields without files, their number, the number of files
TOO_MUCH = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    if isinstance(exception, TOO_MUCH):
        return too_large(request)
    return render(request, "hanse_site/errors/400.html", status=400)


def too_large(request: HttpRequest) -> HttpResponse:
    """For people a page, for scripts of ours ``{"error": text}``."""
    if not request.accepts("text/html"):
        text = _("This is too large: what is sent at once may have %(limit)s at most.")
        limit = filesizeformat(settings.HANSE_REQUEST_MAX_BYTES)
        return JsonResponse({"error": text % {"limit": limit}}, status=413)
    context = {"limit": settings.HANSE_REQUEST_MAX_BYTES, "texts": settings.DATA_UPLOAD_MAX_MEMORY_SIZE}
    return render(request, "hanse_site/errors/413.html", context, status=413)


def permission_denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "hanse_site/errors/403.html", status=403)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "hanse_site/errors/csrf.html", status=403)


def page_not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """Says nothing about why: the exception is not looked at."""
    return render(request, "hanse_site/errors/404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """Needs neither database nor session, and no template if even that fails."""
    try:
        html = render_to_string(
            "hanse_site/errors/500.html", {"reference": structlog.contextvars.get_contextvars().get("request_id", "")}
        )
    except Exception:  # whatever failed before may fail here again
        html = LAST_RESORT
    return HttpResponse(html, status=500)
