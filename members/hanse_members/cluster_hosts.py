"""A cluster's own host name serves what the public sees of it, without cookies; everything else is the platform's."""

from __future__ import annotations

import re
from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed, HttpResponseRedirect
from django.urls import get_script_prefix
from django.utils import translation

from .host_names import cluster_of_host, platform_address
from .models import Cluster


class ClusterHostMiddleware:
    """Belongs before Django's SecurityMiddleware and after that of django-csp.

    A request to a cluster's own host name is answered as one of a visitor to the platform: without session, whoever
    asks, and so with nothing but what is public. What lies below the cluster's entry page is served, with files and
    style sheets; any other address leads to the same one on the platform. Links that name a host (canonical ones,
    feeds) name the platform's. ``request.cluster_host`` is the slug of the cluster.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        host = request.META.get("HTTP_HOST", "")
        slug = cluster_of_host(host)
        if slug is None:
            return self.get_response(request)
        if settings.SECURE_SSL_REDIRECT and not request.is_secure():
            return HttpResponseRedirect(f"https://{host}{request.get_full_path()}")
        if request.method not in ("GET", "HEAD"):
            return HttpResponseNotAllowed(["GET", "HEAD"])
        _forget_the_person(request)
        root = get_script_prefix()
        if request.path == root:
            return HttpResponseRedirect(f"{root}{_language(request, slug)}/c/{slug}/")
        if not _serves(request.path.removeprefix(root), slug):
            return HttpResponseRedirect(f"{platform_address()}{request.get_full_path()}")
        request.cluster_host = slug
        request.META["HTTP_HOST"] = platform_address().partition("://")[2]
        return _as_of_this_host(self.get_response(request))


def _forget_the_person(request: HttpRequest) -> None:
    for header in ("HTTP_COOKIE", "HTTP_AUTHORIZATION"):
        request.META.pop(header, None)
    request.COOKIES = {}


def _language(request: HttpRequest, slug: str) -> str:
    """What the reader prefers, of those that the cluster publishes in."""
    wanted = translation.get_language_from_request(request)
    languages = Cluster.objects.values_list("languages", flat=True).get(slug=slug)
    return wanted if wanted in languages else languages[0]


def _serves(path: str, slug: str) -> bool:
    """Entry page and what is below it, its files, its colours, and what programs ask of every host."""
    languages = "|".join(re.escape(code) for code, _name in settings.LANGUAGES)
    if re.match(rf"(?:{languages})/c/{re.escape(slug)}/", path):
        return True
    folders = (settings.STATIC_URL, settings.MEDIA_URL, "/files/")
    return f"/{path}".startswith(folders) or path in (f"clusters/{slug}/theme.css", "robots.txt", "favicon.ico")


def _as_of_this_host(response: HttpResponse) -> HttpResponse:
    response.cookies.clear()
    if "Strict-Transport-Security" in response:
        # The domain is the cluster's: what else it serves there is not ours to decide.
        response["Strict-Transport-Security"] = f"max-age={settings.SECURE_HSTS_SECONDS}"
    # A form for the platform, such as a search, is led on to there.
    response._csp_update = {"form-action": [platform_address()]}
    return response
