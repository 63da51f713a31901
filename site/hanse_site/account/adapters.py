from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils import translation


def display_name(user) -> str:
    """How allauth names a person, on pages and towards their passkeys' owner."""
    return user.get_full_name()


class AccountAdapter(DefaultAccountAdapter):
    """Mails in the reader's language, and sign-up that an installation can close."""

    def is_open_for_signup(self, request) -> bool:
        return settings.HANSE_SIGNUP_OPEN

    def new_user(self, request):
        return get_user_model()(language=translation.get_language())

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        user = context.get("user") or get_user_model().objects.filter(email__iexact=email).first()
        language = getattr(user, "language", "") or translation.get_language()
        with translation.override(language):
            super().send_mail(template_prefix, email, {"site_name": settings.WAGTAIL_SITE_NAME, **context})
