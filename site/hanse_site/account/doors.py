"""Closes Wagtail's own sign-in, sign-out and password-reset pages, and one effect of a followed link in allauth.

Wagtail's know neither second factor nor rate limit, and its sign-out drops the session's cookie on GET too. Their
addresses lead to allauth's pages instead. Must stand before Wagtail's and allauth's URLs.
``tests/site/test_doors.py`` walks all URL patterns for any other way in.
"""

from urllib.parse import urlencode

from allauth.account import views as allauth_views
from allauth.account.internal.stagekit import unstash_login
from django.conf import settings
from django.shortcuts import resolve_url
from django.urls import path, re_path
from django.views.generic import RedirectView


class ConfirmEmailView(allauth_views.ConfirmEmailView):
    """Confirming an address ends the session of another account only when the button is pressed, and leads on."""

    def logout_other_user(self, confirmation) -> None:
        if self.request.method == "POST":
            super().logout_other_user(confirmation)

    def post(self, *args, **kwargs):
        pending = unstash_login(self.request, peek=True)  # allauth forgets it on the way
        self.bound_for = pending.redirect_url if pending is not None and pending.signup else None
        return super().post(*args, **kwargs)

    def get_redirect_url(self) -> str:
        """In the browser of the sign-up, signing in leads to where that began, such as an invitation."""
        url = resolve_url(super().get_redirect_url())
        if self.request.user.is_authenticated or not self.bound_for:
            return url
        return f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': self.bound_for})}"


# The start of allauth's reset: what a link of Wagtail's carries means nothing to it.
to_password_reset = RedirectView.as_view(pattern_name="account_reset_password")
to_login = RedirectView.as_view(pattern_name="account_login", query_string=True)

account_urlpatterns = [re_path(r"^confirm-email/(?P<key>[-:\w]+)/$", ConfirmEmailView.as_view())]

admin_urlpatterns = [
    path("login/", to_login),
    path("logout/", allauth_views.logout),
    re_path(r"^password_reset/", to_password_reset),
]

page_urlpatterns = [path("_util/login/", to_login)]
