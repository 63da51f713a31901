"""Redirects that lead to what is hidden – a page, a file – are the 404 of an address that never was."""

from __future__ import annotations

import copy
from urllib.parse import unquote, urljoin, urlsplit

from django.conf import settings
from django.http import HttpRequest
from django.urls import Resolver404, ResolverMatch, resolve
from django.utils import translation
from wagtail.contrib.redirects.middleware import RedirectMiddleware, get_redirect
from wagtail.contrib.redirects.models import Redirect
from wagtail.models import Page, Site

from .pages import viewer_of, visible_pages
from .redirect_targets import TARGETS

#: redirects may lead to each other; browsers give up too
HOPS = 5


class VisibleRedirectMiddleware(RedirectMiddleware):
    """Follows a redirect only if the viewer finds something where it leads, whether it names a page or an address."""

    def process_response(self, request, response):
        if response.status_code != 404:
            return response
        redirect = redirect_for(request, request.get_full_path())
        if redirect is not None and not leads_somewhere(request, redirect):
            return response
        return super().process_response(request, response)


def redirect_for(request: HttpRequest, address: str) -> Redirect | None:
    """The one that Wagtail would follow: for the whole address, else without its query string."""
    path = Redirect.normalise_path(address, decode_unicode=False)
    return get_redirect(request, path) or get_redirect(request, path.partition("?")[0].partition(";")[0])


def leads_somewhere(request: HttpRequest, redirect: Redirect, hops: int = HOPS) -> bool:
    """Whether the viewer would find something.

    Addresses of other hosts are taken as good, and those of views that are not among ``TARGETS``.
    """
    if redirect.redirect_page_id is not None:
        return _is_visible(request, redirect.redirect_page_id)
    target = urljoin(request.build_absolute_uri(), redirect.link or "")
    host, path = urlsplit(target).netloc, unquote(urlsplit(target).path) or "/"
    if urlsplit(target).hostname not in _own_hosts(request):
        return True
    path, match = _pattern(path)
    if match is not None and match.view_name != "wagtail_serve":
        ask = TARGETS.get(match.view_name)
        return ask is None or ask(viewer_of(request), *match.args, **match.kwargs)
    page = _routed_page(request, host, path, match)
    if page is not None:
        return _is_visible(request, page.pk)
    further = redirect_for(request, path) if hops else None
    return further is not None and leads_somewhere(request, further, hops - 1)


def _is_visible(request: HttpRequest, page_id: int) -> bool:
    return visible_pages(viewer_of(request), Page.objects.filter(pk=page_id)).exists()


def _own_hosts(request: HttpRequest) -> set[str | None]:
    base = urlsplit(getattr(settings, "WAGTAILADMIN_BASE_URL", "") or "").hostname
    asked = urlsplit(request.build_absolute_uri()).hostname
    return {asked, base, *Site.objects.values_list("hostname", flat=True)} - {None}


def _pattern(path: str) -> tuple[str, ResolverMatch | None]:
    """The address as Django would complete it, and its match.

    An address that nothing matches has no match: only a redirect can lead on from it.
    """
    language = translation.get_language_from_path(path)
    prefix = "" if language else f"/{translation.get_language()}"
    with translation.override(language or translation.get_language()):
        for candidate in (path, f"{path}/", f"{prefix}{path}", f"{prefix}{path}/"):
            try:
                return candidate, resolve(candidate)
            except Resolver404:
                continue
    return path, None


def _routed_page(request: HttpRequest, host: str, path: str, match: ResolverMatch | None) -> Page | None:
    if match is None:
        return None
    asked = copy.copy(request)
    for cached in ("_wagtail_site", "_wagtail_route_for_request"):
        asked.__dict__.pop(cached, None)
    asked.META = {**request.META, "HTTP_HOST": host}
    asked.path = asked.path_info = path
    language = translation.get_language_from_path(path) or translation.get_language()
    with translation.override(language):
        route = Page.route_for_request(asked, *match.args, **match.kwargs)
    return route.page if route is not None else None
