"""Addresses of people: how they are written, and which of them are known to be a person's own."""

from __future__ import annotations

from django.apps import apps
from django.contrib.auth import get_user_model


def normalised(address: str) -> str:
    """The form in which addresses are kept and compared."""
    return address.strip().lower()


def confirmed_addresses(person) -> set[str]:
    """Addresses whose mails this person has shown to read: allauth's confirmed ones.

    On a site without allauth the address of the account, which is as good as that site's way to give accounts.
    """
    if not person.is_authenticated:
        return set()
    if apps.is_installed("allauth.account"):
        confirmed = apps.get_model("account", "EmailAddress").objects.filter(user_id=person.pk, verified=True)
        return {normalised(address) for address in confirmed.values_list("email", flat=True)}
    return {normalised(getattr(person, get_user_model().get_email_field_name()))} - {""}


def masked(address: str) -> str:
    """Enough of an address for its owner to know it: "n…@example.org"."""
    name, at, host = address.partition("@")
    return f"{name[:1]}…{at}{host}"
