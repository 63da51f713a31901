"""Closes Wagtail's own sign-in, sign-out and password-reset pages.

They know neither second factor nor rate limit, and the sign-out drops the session's cookie on GET too. Their
addresses lead to allauth's pages instead. Must stand before Wagtail's URLs.
``tests/site/test_doors.py`` walks all URL patterns for any other way in.
"""

from allauth.account.views import logout
from django.urls import path, re_path
from django.views.generic import RedirectView

to_login = RedirectView.as_view(pattern_name="account_login", query_string=True)


class ToPasswordReset(RedirectView):
    pattern_name = "account_reset_password"

    def get_redirect_url(self, *args, **kwargs) -> str | None:
        """The start of allauth's reset: what a foreign link carries means nothing to it."""
        return super().get_redirect_url()


admin_urlpatterns = [
    path("login/", to_login),
    path("logout/", logout),
    re_path(r"^password_reset/", ToPasswordReset.as_view()),
]

page_urlpatterns = [path("_util/login/", to_login)]
