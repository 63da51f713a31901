"""The pages for what went wrong. Hidden and missing are one and the same 404."""

from __future__ import annotations

import structlog
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

LAST_RESORT = "<!doctype html><html lang=en><title>Error</title><h1>Something went wrong</h1><p>Please try again later."


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return render(request, "hanse_site/errors/400.html", status=400)


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
