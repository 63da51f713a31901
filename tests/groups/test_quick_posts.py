"""The usual message of an open page: words alone, posted by its script."""

import uuid

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from hanse_groups import actions, hints
from hanse_groups.actions import messages
from hanse_groups.models import Message
from tests.factories.direct import talk as direct_talk
from tests.factories.rooms import place_of, say

from .visits import signed_in

pytestmark = pytest.mark.django_db


def post(client: Client, conversation: uuid.UUID, body: str = "Hello", key: uuid.UUID | None = None):
    address = reverse("hanse_groups:messages", args=[conversation])
    data = {"body": body, "client_key": str(key or uuid.uuid4())}
    return client.post(address, data, headers={"accept": "application/json"})


def test_it_asks_the_database_as_little_as_can_be(room, ada):
    client = signed_in(ada)
    post(client, room.conversation.uid)
    with CaptureQueriesContext(connection) as captured:
        assert post(client, room.conversation.uid).status_code == 201
    asked = [query["sql"] for query in captured if query["sql"].split()[0] in ("SELECT", "UPDATE", "INSERT")]
    # Session, person; lock, place with the room, whether it was sent; number, message, read up to; notices of what is
    # read; organisation, picture; who listens.
    assert len(asked) == 12, "\n".join(asked)


def test_sent_again_it_is_the_same_one(room, ada):
    client, key = signed_in(ada), uuid.uuid4()
    first, again = (post(client, room.conversation.uid, key=key) for _ in range(2))
    assert first.status_code == again.status_code == 201
    assert first.json() == again.json()
    assert Message.objects.filter(kind="text").count() == 1


def test_whoever_takes_no_part_learns_nothing(room, manager, ada, ben, stranger):
    actions.remove(place_of(room, ben), by=manager)
    missing = post(signed_in(ada), uuid.uuid4())
    answers = [post(signed_in(person), room.conversation.uid) for person in (ben, stranger)]
    actions.delete_room(room, by=manager)
    answers.append(post(signed_in(ada), room.conversation.uid))
    assert {(answer.status_code, answer.content) for answer in answers} == {(404, missing.content)}
    assert not Message.objects.filter(kind="text").exists()


def test_whoever_was_removed_while_it_waited_for_the_lock_says_nothing(room, manager, ada, monkeypatch):
    """What was true when the conversation was found is asked again under its lock."""
    lock = messages.lock_of

    def removed_meanwhile(uid, person):
        found = lock(uid, person)
        room.conversation.participants.filter(person=ada).update(state="removed")
        return found

    monkeypatch.setattr(messages, "lock_of", removed_meanwhile)
    assert post(signed_in(ada), room.conversation.uid).status_code == 404
    assert not Message.objects.filter(kind="text").exists()


def test_in_an_archived_room_it_is_refused_and_kept(room, manager, ada):
    actions.archive_room(room, by=manager)
    answer = post(signed_in(ada), room.conversation.uid)
    assert (answer.status_code, "is kept here" in answer.json()["error"]) == (400, True)


def test_the_message_is_told_before_all_else(room, ada, monkeypatch, django_capture_on_commit_callbacks):
    told = []
    monkeypatch.setattr(hints, "send_to", lambda group, event: told.append(event["type"]))
    with django_capture_on_commit_callbacks(execute=True):
        post(signed_in(ada), room.conversation.uid)
    assert told == ["message.changed", "person.read"]


def test_so_it_goes_in_direct_conversations(profiles, member, other):
    direct = direct_talk(member, other)
    shown = post(signed_in(other), direct.conversation.uid).json()["message"]
    assert (shown["html"], shown["author"]["image"]) == ("<p>Hello</p>", "")


def test_reading_is_noted_by_as_few(room, manager, ada):
    said = say(room, manager, "Hello")
    client, address = signed_in(ada), reverse("hanse_groups:read", args=[room.conversation.uid])
    client.post(address, {"seq": 0})
    with CaptureQueriesContext(connection) as captured:
        assert client.post(address, {"seq": said.seq}).json() == {"read": said.seq}
    # Session, person; place, read up to, notices.
    assert len([query for query in captured if query["sql"].split()[0] in ("SELECT", "UPDATE", "INSERT")]) == 5


def test_nobody_outside_notes_anything_as_read(room, manager, ada, stranger):
    said = say(room, manager, "Hello")
    address = reverse("hanse_groups:read", args=[room.conversation.uid])
    missing = reverse("hanse_groups:read", args=[uuid.uuid4()])
    answers = [signed_in(stranger).post(address, {"seq": said.seq}), signed_in(ada).post(missing, {"seq": said.seq})]
    actions.delete_room(room, by=manager)
    answers.append(signed_in(ada).post(address, {"seq": said.seq}))
    assert [answer.status_code for answer in answers] == [404, 404, 404]
