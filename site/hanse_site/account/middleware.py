import zoneinfo

from allauth.mfa.adapter import get_adapter as get_mfa_adapter
from allauth.mfa.models import Authenticator
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

#: Where the language that a visitor without an account has chosen is kept.
LANGUAGE_SESSION_KEY = "hanse_language"

#: Recovery codes alone are a way back in, not a second factor.
SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]

SEEN_EVERY = 600


class PreferencesMiddleware:
    """Answers in the language and time zone of the person.

    Addresses with a language prefix keep the language that they name. Elsewhere counts, in this order: the account,
    the choice of this session, what the browser prefers (which LocaleMiddleware has set before).
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        language = request.session.get(LANGUAGE_SESSION_KEY)
        time_zone = None
        if request.user.is_authenticated:
            language = request.user.language or language
            time_zone = _zone(request.user.time_zone)
        if _is_available(language) and not translation.get_language_from_path(request.path_info):
            translation.activate(language)
            request.LANGUAGE_CODE = translation.get_language()
        with timezone.override(time_zone or timezone.get_default_timezone()):
            return self.get_response(request)


def _is_available(language: str | None) -> bool:
    return bool(language) and language in dict(settings.LANGUAGES)


def _zone(name: str) -> zoneinfo.ZoneInfo | None:
    try:
        return zoneinfo.ZoneInfo(name) if name else None
    except (zoneinfo.ZoneInfoNotFoundError, ValueError):
        return None


class SessionActivityMiddleware:
    """Keeps "last seen" of the list of one's sessions, written once in ten minutes instead of with each request."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        key = request.session.session_key
        if key and request.user.is_authenticated and cache.add(f"hanse:seen:{key}", 1, SEEN_EVERY):
            UserSession.objects.create_from_request(request)
        return self.get_response(request)


class AdminSecondFactorMiddleware:
    """Lets nobody into the administration without a second factor, when ``HANSE_ADMIN_REQUIRES_MFA`` is on.

    People who may enter it and have none are led to the page where they set one up. Everybody else is left to
    Wagtail's own checks. A passkey counts like an authenticator app.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        if not settings.HANSE_ADMIN_REQUIRES_MFA or not self._enters_admin(request):
            return None
        if get_mfa_adapter().is_mfa_enabled(request.user, SECOND_FACTORS):
            return None
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            raise PermissionDenied
        messages.warning(
            request,
            _("The administration needs a second factor. Set one up here, then you can go on."),
        )
        return redirect("mfa_index")

    def _enters_admin(self, request: HttpRequest) -> bool:
        return (
            request.path.startswith(reverse("wagtailadmin_home"))
            and request.user.is_authenticated
            and request.user.has_perm("wagtailadmin.access_admin")
        )
