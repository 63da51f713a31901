"""Whatever happens to hints and connections, an open page ends with exactly what the table holds.

The socket's own code runs here; only its wire and the channel layer are the test's, which drops, doubles and reorders
what they carry. ``Page`` does with frames what live.js, chat.js and messages.js do. What is asked here is the same on
every database; test_live.py opens real sockets on all of them.
"""

from __future__ import annotations

import json
import uuid
from concurrent.futures import Future
from datetime import timedelta
from functools import partial
from itertools import pairwise
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.test import TestCase
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule, run_state_machine_as_test

from hanse_groups import actions, hints, reading
from hanse_groups.consumers import LiveConsumer
from hanse_groups.live_reading import Reader
from hanse_groups.models import Conversation, Message, Room
from hanse_groups.payloads import payloads
from tests.factories.clusters import MembershipFactory
from tests.factories.rooms import add, make_room, place_of, say

pytestmark = [pytest.mark.django_db, pytest.mark.embedded]

#: messages that a page begins with, and changes in one answer: few, so that both have an end
FIRST_PAGE, MOST_CHANGES = 4, 3


class NoHub:
    async def join(self, group: str, listener: LiveConsumer) -> None: ...

    async def leave(self, group: str, listener: LiveConsumer) -> None: ...


class Page:
    """An open page: the rows it shows, by their number, and what it asks for when it connects again."""

    def __init__(self, room: Room, person) -> None:
        self.room, self.person = room, person
        self.version = Conversation.objects.get(pk=room.conversation_id).last_seq
        shown = reading.latest(place_of(room, person), FIRST_PAGE).messages
        self.rows = {message["id"]: message for message in shown}
        self.first = self.oldest_shown()
        self.waiting: Future = Future()
        self.consumer: LiveConsumer | None = None
        self.connect()

    def oldest_shown(self) -> int:
        return min((row["seq"] for row in self.rows.values()), default=0)

    def connect(self) -> None:
        async def send(text_data: str) -> None:
            self.receive(json.loads(text_data))

        self.consumer = LiveConsumer()
        self.consumer.user, self.consumer.watch = self.person, object()
        self.consumer.hub, self.consumer.reader = NoHub(), Reader(self.person, None)
        self.consumer.send, self.consumer.reader.session_holds = send, lambda person: True
        self.from_page(type="open", conversation=str(self.room.conversation.uid), after=self.version)

    def from_page(self, **frame: Any) -> None:
        async_to_sync(self.consumer.receive)(json.dumps(frame))

    def hint(self, event: dict[str, Any]) -> None:
        """What waits for a hint that was overtaken waits until ``lose_patience``, in the place of a while."""
        self.consumer.missing = self.waiting
        handler = getattr(self.consumer, event["type"].replace(".", "_"))
        async_to_sync(handler)(event)

    def lose_patience(self) -> None:
        async_to_sync(self.consumer._look_for_missing)(self.consumer.following)

    def poll(self) -> None:
        more = True
        while more:
            found = reading.changes(place_of(self.room, self.person), self.version)
            more = found.more
            self.receive({"type": "changes", **found.as_json()})

    def receive(self, frame: dict[str, Any]) -> None:
        if frame["type"] != "changes":
            return
        self.version = frame["version"]
        for message in frame["messages"]:
            known = self.rows.get(message["id"])
            if known is None and message["seq"] < self.oldest_shown():
                continue
            if known is None or known["version"] < message["version"]:
                self.rows[message["id"]] = message
        if frame["floor"]:
            self.rows = {id: row for id, row in self.rows.items() if row["seq"] > frame["floor"]}

    def shown(self) -> list[dict[str, Any]]:
        return sorted(self.rows.values(), key=lambda row: row["seq"])

    def in_table(self) -> list[dict[str, Any]]:
        place = place_of(self.room, self.person)
        rows = list(Message.objects.readable_by(place).filter(seq__gte=self.first).order_by("seq"))
        return payloads(self.room.conversation, rows, from_seq=place.from_seq)


class CatchingUp(RuleBasedStateMachine):
    """Two pages: of somebody who was there from the beginning, and of somebody who came later and sees less."""

    cluster: Any
    people: list[Any]

    @initialize(before=st.integers(0, 8))
    def begin(self, before: int) -> None:
        self.hints: list[dict[str, Any]] = []
        owner, early, late = self.people
        self.room = make_room(self.cluster, owner=owner, newcomers_see_all=False, retention_days=30)
        add(self.room, early)
        for number in range(before):
            say(self.room, owner, f"Before {number}")
        add(self.room, late)
        self.pages = [Page(self.room, early), Page(self.room, late)]

    def teardown(self) -> None:
        if not hasattr(self, "pages"):
            return
        for number, page in enumerate(self.pages):
            if number:
                page.connect()
            self.settle(page)
        Room.objects.filter(pk=self.room.pk).update(retention_days=None)

    def do(self, act: partial) -> None:
        """Carry out, and keep the hints that it gives after commit."""
        with TestCase.captureOnCommitCallbacks() as callbacks:
            act()
        for callback in callbacks:
            if getattr(callback, "func", None) in (hints._send_changed, hints.send_to):
                callback()

    def keep(self, group: str, event: dict[str, Any]) -> None:
        if event["type"] in ("message.changed", "rights.changed"):
            self.hints.append(json.loads(json.dumps(event)))

    def said(self) -> list[Message]:
        found = Message.objects.filter(conversation=self.room.conversation_id, kind="text", deleted_at=None)
        return list(found.order_by("seq").select_related("author"))

    def pick(self, data) -> Message | None:
        said = self.said()
        return data.draw(st.sampled_from(said), label="message") if said else None

    # What people do

    @rule(who=st.integers(0, 2), number=st.integers(1, 3))
    def post(self, who: int, number: int) -> None:
        for _ in range(number):
            self.do(partial(say, self.room, self.people[who], f"Said {uuid.uuid4().hex[:6]}"))

    @rule(who=st.integers(0, 2), data=st.data())
    def answer(self, who: int, data) -> None:
        quoted = self.pick(data)
        person = self.people[who]
        if quoted is not None and quoted.seq <= place_of(self.room, person).from_seq:
            quoted = None
        body = f"Said {uuid.uuid4().hex[:6]}"
        self.do(partial(say, self.room, person, body, quoted=quoted))

    @rule(data=st.data(), act=st.sampled_from(["edit", "delete", "react", "pin"]))
    def change(self, data, act: str) -> None:
        message = self.pick(data)
        if message is not None:
            self.do(self.change_of(message, act))

    def change_of(self, message: Message, act: str) -> partial:
        owner = self.people[0]
        if act == "edit":
            return partial(actions.edit_message, message, by=message.author, body=f"Now {uuid.uuid4().hex[:6]}")
        if act == "delete":
            return partial(actions.delete_message, message, by=message.author)
        if act == "react":
            return partial(actions.react, message, "agree", by=owner)
        pin = actions.unpin_message if message.pinned_at else actions.pin_message
        return partial(pin, message, by=owner)

    @rule(data=st.data(), of_an_answer=st.booleans())
    def time_passes(self, data, of_an_answer: bool) -> None:
        """The oldest messages have been kept long enough; ``of_an_answer``: up to one whose words an answer shows."""
        present = Message.objects.filter(conversation=self.room.conversation_id).order_by("seq")
        if of_an_answer:
            present = present.filter(pk__in=present.order_by().values("quoted"))
        seqs = list(present.values_list("seq", flat=True))
        if not seqs:
            return
        last = data.draw(st.sampled_from(seqs), label="last one to go")
        month = timezone.now() - timedelta(days=31)
        Message.objects.filter(conversation=self.room.conversation_id, seq__lte=last).update(created_at=month)
        self.do(partial(actions.remove_old_messages))

    # What becomes of hints and connections

    @precondition(lambda self: self.hints)
    @rule(data=st.data(), to=st.sampled_from([(0,), (1,), (0, 1)]), lost=st.booleans())
    def deliver(self, data, to: tuple[int, ...], lost: bool) -> None:
        """Some of them, in any order, some twice; ``lost``: the others never come, else they may come late."""
        numbers = st.integers(0, len(self.hints) - 1)
        drawn = data.draw(st.lists(numbers, min_size=1, max_size=2 * len(self.hints)), label="hints")
        for number in drawn:
            for page in to:
                self.pages[page].hint(self.hints[number])
        self.hints = [] if lost else [event for n, event in enumerate(self.hints) if n not in drawn]

    @precondition(lambda self: self.hints)
    @rule()
    def deliver_all(self) -> None:
        """In order, as it is on most days."""
        waiting, self.hints = self.hints, []
        for event in waiting:
            for page in self.pages:
                page.hint(event)

    @rule(number=st.integers(0, 1))
    def reconnect(self, number: int) -> None:
        self.pages[number].connect()
        assert self.pages[number].shown() == self.pages[number].in_table()

    @rule(number=st.integers(0, 1))
    def poll(self, number: int) -> None:
        self.pages[number].poll()
        assert self.pages[number].shown() == self.pages[number].in_table()

    @precondition(lambda self: len(self.said()) > 1)
    @rule(number=st.integers(0, 1))
    def something_changes_while_the_table_is_read(self, number: int) -> None:
        page = self.pages[number]
        self.settle(page)
        *_others, first, second = self.said()
        react = partial(actions.react, kind="thanks", by=self.people[0])
        self.do(partial(react, second))
        self.ping_while(page, lambda: (self.do(partial(react, first)), self.do(partial(react, second))))
        self.settle(page)

    def ping_while(self, page: Page, act) -> None:
        """``act`` happens after the rows that changed are found and before what they show is read."""
        real = reading.payloads

        def meanwhile(*args, **kwargs):
            reading.payloads = real
            act()
            return real(*args, **kwargs)

        reading.payloads = meanwhile
        try:
            page.from_page(type="ping")
        finally:
            reading.payloads = real

    @rule(number=st.integers(0, 1))
    def nothing_more_comes(self, number: int) -> None:
        """A page that heard of a later change has what came before, too, without asking."""
        page = self.pages[number]
        heard = max([page.version, *page.consumer.following.early])
        page.lose_patience()
        assert page.version >= heard
        assert not page.consumer.following.early

    @rule(number=st.integers(0, 1))
    def ping(self, number: int) -> None:
        self.settle(self.pages[number])

    def settle(self, page: Page) -> None:
        page.from_page(type="ping")
        assert page.shown() == page.in_table()


@pytest.fixture
def machine(cluster, manager, monkeypatch):
    people = [manager, *(MembershipFactory(cluster=cluster).person for _ in range(2))]

    class Machine(CatchingUp):
        def __init__(self) -> None:
            super().__init__()
            monkeypatch.setattr(hints, "send_to", self.keep)

    Machine.cluster, Machine.people = cluster, people
    monkeypatch.setattr(reading, "MOST_CHANGES", MOST_CHANGES)
    return Machine


def test_an_open_page_always_ends_with_what_the_table_holds(machine):
    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=15,
            stateful_step_count=25,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            database=None,
        ),
    )


def test_what_changes_between_two_looks_at_the_table_is_not_skipped(machine):
    """The smallest case: a change of a message that the page knows, between two of one that it does not know yet."""
    tried = machine()
    tried.begin(0)
    owner, page = tried.people[0], tried.pages[0]
    first = say(tried.room, owner, "First")
    tried.settle(page)
    second = say(tried.room, owner, "Second")
    tried.ping_while(page, lambda: [actions.react(message, "agree", by=owner) for message in (first, second)])
    page.from_page(type="ping")
    assert page.shown() == page.in_table()


def test_numbers_of_changes_only_grow(machine):
    tried = machine()
    tried.begin(0)
    for number in range(5):
        tried.do(tried.change_of(say(tried.room, tried.people[0], str(number)), "react"))
    versions = [event["version"] for event in tried.hints]
    assert len(versions) == 5
    assert all(earlier < later for earlier, later in pairwise(versions))
