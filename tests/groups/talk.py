"""What the tests of messages share: a browser, addresses, sending."""

from django.test import Client
from django.urls import reverse

from hanse_activity.models import Notification
from hanse_groups.models import Message


def browser(person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def address(room, message=None, act=None) -> str:
    uid = room.conversation.uid
    if message is None:
        return reverse("hanse_groups:messages", args=[uid])
    if act is None:
        return reverse("hanse_groups:one", args=[uid, message.uid])
    return reverse("hanse_groups:act_on_message", args=[uid, message.uid, act])


def send(person, where: str, **data):
    return browser(person).post(where, data, HTTP_ACCEPT="application/json")


def told(person, kind: str) -> int:
    return Notification.objects.unread().filter(recipient=person, kind=f"rooms.{kind}").count()


def versions(room) -> list[int]:
    return list(Message.objects.filter(conversation=room.conversation).values_list("version_seq", flat=True))
