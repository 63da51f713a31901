"""Addresses at the root of the site that programs ask for unbidden."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.templatetags.static import static
from django.views.decorators.http import require_safe

CLOSED = ("/admin/", "/accounts/", "/account/")


@require_safe
def robots(request: HttpRequest) -> HttpResponse:
    """``/robots.txt``: where the sitemap is, and that forms for people are nothing to index."""
    lines = ["User-agent: *", *(f"Disallow: {path}" for path in CLOSED)]
    lines += ["", f"Sitemap: {settings.WAGTAILADMIN_BASE_URL.rstrip('/')}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
def favicon(request: HttpRequest) -> HttpResponse:
    """``/favicon.ico``: browsers guess it beside feeds, files and whatever else has no head to name an icon."""
    return redirect(static("hanse_base/favicon.svg"))
