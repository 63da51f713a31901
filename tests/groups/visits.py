"""What the tests of links share: a browser, addresses, what an answer says, who is in."""

from django.test import Client
from django.urls import reverse

from hanse_groups.models import Participant

#: of ``nele``
ADDRESS = "nele@example.org"


def signed_in(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def page(room, name: str, *args) -> str:
    return reverse(f"hanse_groups:{name}", args=[room.uid, *args])


def text(response) -> str:
    return response.content.decode()


def is_in(person, room) -> bool:
    return Participant.objects.active().of(person).filter(conversation=room.conversation_id).exists()


def secret_of(path: str) -> str:
    return path.rstrip("/").rsplit("/", 1)[-1]
