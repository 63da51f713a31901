"""What no browser sends to a room is cleaned or refused, on each database."""

import pytest

from hanse_groups.models import Message
from tests.factories.rooms import say

from .talk import address, send

pytestmark = pytest.mark.django_db


def test_characters_that_nobody_can_type_are_left_out(room, ada):
    answer = send(ada, address(room), body="One\x00 two\x07\r\n\tthree\x7f")
    assert answer.status_code == 201
    assert Message.objects.get(uid=answer.json()["message"]["id"]).body == "One two\n\tthree"


def test_nothing_but_such_characters_is_an_empty_message(room, ada):
    assert send(ada, address(room), body="\x00 \x01").status_code == 400
    assert not Message.objects.filter(kind="text").exists()


@pytest.mark.parametrize("field", ["quoted", "thread"])
@pytest.mark.parametrize("value", ["9" * 30, "\x00", "x", "00000000-0000-0000-0000-000000000000"])
def test_an_answer_to_no_message_is_refused(room, ada, field, value):
    assert send(ada, address(room), body="Hello", **{field: value}).status_code == 400
    assert not Message.objects.filter(kind="text").exists()


@pytest.mark.parametrize(("reason", "stored"), [("\x00", None), ("x" * 1001, None), ("a\x00b", "ab")])
def test_a_reason_is_one_that_the_author_can_read(room, manager, ada, reason, stored):
    said = say(room, ada, "Hello")
    answer = send(manager, address(room, said, "delete"), reason=reason)
    said.refresh_from_db()
    assert answer.status_code == (400 if stored is None else 200)
    assert said.is_deleted == (stored is not None)
    assert said.deletion_reason == (stored or "")
