"""What allauth leaves open about second factors: whether a session showed one, for how long a code is used up."""

from __future__ import annotations

from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa import app_settings
from allauth.mfa.adapter import get_adapter
from allauth.mfa.models import Authenticator
from allauth.mfa.signals import authenticator_added
from allauth.mfa.totp.internal.auth import TOTP
from django.core.cache import cache
from django.http import HttpRequest

#: Recovery codes alone are a way back in, not a second factor.
SECOND_FACTORS = [Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN]


def has_second_factor(user) -> bool:
    return get_adapter().is_mfa_enabled(user, SECOND_FACTORS)


def was_shown(request: HttpRequest) -> bool:
    """Whether the person used a second factor, or a recovery code in its place, in this very session.

    One that began with the password alone, before the factor was set up, did not: it may be somebody else's.
    """
    return any(record.get("method") == "mfa" for record in get_authentication_records(request, request.user))


def use_up(factor: TOTP, code: str) -> bool:
    """Take this code for used; False if it was. Stands in for allauth's, which forgets it while it is still valid."""
    valid_for = app_settings.TOTP_PERIOD * (2 * app_settings.TOTP_TOLERANCE + 1)
    return cache.add(factor._get_used_cache_key(code), "y", timeout=valid_for)


def note_first_factor(request: HttpRequest, user, authenticator: Any, **kwargs: Any) -> None:
    """Setting up the first one shows it. A further one does not: whoever adds it has to show one that was there."""
    authenticator = getattr(authenticator, "instance", authenticator)  # allauth sends an app in its wrapper
    others = Authenticator.objects.filter(user=user, type__in=SECOND_FACTORS).exclude(pk=authenticator.pk)
    if authenticator.type in SECOND_FACTORS and not others.exists():
        record_authentication(request, user, "mfa", id=authenticator.pk, type=authenticator.type)


def connect() -> None:
    """Called once, from ``AppConfig.ready()``."""
    TOTP._mark_code_used = use_up
    authenticator_added.connect(note_first_factor, dispatch_uid="hanse_site.first_factor")
