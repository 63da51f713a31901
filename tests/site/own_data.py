"""What tests of one's own data begin with."""

from django.test import Client
from django.urls import reverse

from hanse_base.personal_data import PersonalData
from tests.factories.accounts import PASSWORD


def reauthenticated(person) -> Client:
    """Signed in, and has just shown the password."""
    client = Client()
    client.force_login(person)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return client


def entry(name="plugin", export=lambda user: (), erase=lambda user: None) -> PersonalData:
    return PersonalData(name=name, label=name.title(), models=(), export=export, erase=erase)
