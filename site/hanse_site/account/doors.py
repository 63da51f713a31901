"""Closes Wagtail's own sign-in, sign-out and password-reset pages, and one effect of a followed link in allauth.

Wagtail's know neither second factor nor rate limit, and its sign-out drops the session's cookie on GET too. Their
addresses lead to allauth's pages instead. Must stand before Wagtail's and allauth's URLs.
``tests/site/test_doors.py`` walks all URL patterns for any other way in.
"""

from allauth.account import views as allauth_views
from django.urls import path, re_path
from django.views.generic import RedirectView


class ConfirmEmailView(allauth_views.ConfirmEmailView):
    """Confirming an address ends the session of another account only when the button is pressed."""

    def logout_other_user(self, confirmation) -> None:
        if self.request.method == "POST":
            super().logout_other_user(confirmation)


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
