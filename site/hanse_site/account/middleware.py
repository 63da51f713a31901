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
from django.utils.translation import gettext as _

#: Recovery codes alone are a way back in, not a second factor.
SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]

SEEN_EVERY = 600


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
