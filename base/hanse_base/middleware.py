"""Language and time zone of a request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponseRedirect
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers

from .languages import chosen_language
from .zones import zone_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse


class PersonalLocaleMiddleware:
    """Activates language and time zone; stands in for Django's LocaleMiddleware, after the one for authentication.

    The language: the prefix of the address (pages of the CMS), else what the person chose, else what the browser asks
    for. No cookie is set for it. Only the bare address "/" leads on to a language's home page: to redirect every
    unknown address, as Django's does, would answer a hidden item with 302 instead of 404.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        prefix = translation.get_language_from_path(request.path_info)
        language = prefix or chosen_language(request) or translation.get_language_from_request(request)
        translation.activate(language)
        request.LANGUAGE_CODE = translation.get_language()
        with timezone.override(zone_of(getattr(request, "user", None))):
            if request.path_info == "/" and request.method in ("GET", "HEAD"):
                response: HttpResponse = HttpResponseRedirect(f"{request.path}{language}/")
            else:
                response = self.get_response(request)
        if not prefix:
            patch_vary_headers(response, ("Accept-Language",))
        response.headers.setdefault("Content-Language", language)
        return response
