from typing import Any
from urllib.parse import urlsplit, urlunsplit

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMessage
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from .mails import post_mail
from .second_factor import has_second_factor


def on_this_site(url: str) -> str:
    """The same place under the address in the settings.

    allauth builds links of the Host header, which is chosen by whoever causes a mail to somebody else.
    """
    return settings.WAGTAILADMIN_BASE_URL.rstrip("/") + urlunsplit(("", "", *urlsplit(url)[2:]))


def display_name(user) -> str:
    """How allauth names a person, on pages and towards the device that keeps a passkey."""
    return user.get_full_name()


class AccountAdapter(DefaultAccountAdapter):
    """Mails in the reader's language, errors in our words, and sign-up that an installation can close."""

    error_messages = DefaultAccountAdapter.error_messages | {
        "account_inactive": _("This account is closed."),
        "cannot_remove_primary_email": _("This is the address that you sign in with. Change it instead."),
        "duplicate_email": _("This is your address already."),
        "email_password_mismatch": _("This e-mail address and password do not fit together."),
        "email_taken": _("This e-mail address cannot be used."),
        "enter_current_password": _("This is not your present password."),
        "incorrect_code": _("This code is not right, or it is too old."),
        "incorrect_password": _("This password is not right."),
        "invalid_login": _("This e-mail address and password do not fit together."),
        "invalid_or_expired_key": _("This link is no longer valid."),
        "invalid_password_reset": _("This link is no longer valid."),
        "rate_limited": _("Too many tries in a short time. Please wait a few minutes."),
        "same_as_current": _("This is the present one already."),
        "too_many_login_attempts": _("Too many tries in a short time. Please wait a few minutes."),
        "unverified_primary_email": _("Please confirm your e-mail address first."),
    }

    def is_open_for_signup(self, request) -> bool:
        return settings.HANSE_SIGNUP_OPEN

    def new_user(self, request):
        return get_user_model()(language=translation.get_language())

    def get_reauthentication_methods(self, user) -> list[dict[str, Any]]:
        """Whoever has a second factor shows that: with the password alone nobody removes it or adds another."""
        ways = super().get_reauthentication_methods(user)
        return [way for way in ways if way["id"] != "reauthenticate" or not has_second_factor(user)]

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Sent by a task: no request waits for a mail server, nor tells by its time or failure who has an account."""
        post_mail(template_prefix, email, context)

    def compose(self, template_prefix: str, email: str, context: dict[str, Any]) -> EmailMessage:
        """Outside of a request: the address of the site comes from the settings, never from the Host header."""
        site = {"site_name": settings.WAGTAIL_SITE_NAME, "site_url": on_this_site("")}
        site |= {name: on_this_site(url) for name, url in context.items() if name.endswith("_url")}
        return self.render_mail(template_prefix, email, {**context, **site})


class MFAAdapter(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "cannot_delete_authenticator": _("This second factor cannot be removed."),
        "cannot_generate_recovery_codes": _("Recovery codes come with an authenticator app or a passkey."),
        "incorrect_code": _("This code is not right, or it is too old."),
    }

    def generate_authenticator_name(self, user, type) -> str:
        number = user.authenticator_set.filter(type=type).count() + 1
        return ngettext("Passkey", "Passkey %(number)d", number) % {"number": number}
