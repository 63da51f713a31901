from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _

from .second_factor import has_second_factor, was_shown

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

    People who may enter it and have none are led to the page where they set one up; those who have not shown theirs in
    this session, to the page that asks for it. Everybody else is left to Wagtail's own checks. A passkey counts like an
    authenticator app.
    """

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(self, request: HttpRequest, view, args, kwargs) -> HttpResponse | None:
        if not settings.HANSE_ADMIN_REQUIRES_MFA or not self._enters_admin(request):
            return None
        known = has_second_factor(request.user)
        if known and was_shown(request):
            return None
        if request.headers.get("x-requested-with") == "XMLHttpRequest":
            raise PermissionDenied
        if known:
            messages.info(request, _("The administration asks for your second factor once in each session."))
            way = get_adapter().get_reauthentication_methods(request.user)[0]["url"]
            back = request.get_full_path() if request.method == "GET" else reverse("wagtailadmin_home")
            return redirect(f"{way}?{urlencode({'next': back})}")
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
