"""The one socket of an open page: what is new in its conversation, and numbers for the frame.

Truth is the table. What comes over the channel layer is a hint: it is forwarded as it is where it fits exactly – the
next number, by a room whose epoch this socket knows – and otherwise the table is read, which asks again who the reader
is and what they may read. So hints that are lost, doubled, late or out of order do no harm, and nothing that was said
after somebody lost the right to read reaches them.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from channels.layers import get_channel_layer
from django.utils import timezone

from hanse_activity.live import person_group

from .direct_rule import refusal_in
from .hints import conversation_group
from .hub import Event
from .hub_sockets import HubConsumer
from .live_reading import Reader
from .looks import look, what_may
from .models import Participant
from .people import faces

#: closing codes: not signed in (any more); no place in the conversation (any more)
SIGNED_OUT, NO_PLACE = 4401, 4403
#: seconds between looks whether the session is still there, and which rooms are the person's
SESSION_CHECK = 60
#: a new page asks after about so many seconds which rooms are the person's: when many come back at once, first all of
#: them see what was said
HEAR_AFTER = 6
#: after a message in another room the page asks for the numbers of its frame after about so many seconds: once for all
#: that is said in between, and not all pages at the same moment
NEWS_AFTER = 3
#: seconds for which a hint is waited for that another one has overtaken, and most that wait with it
MISSING_AFTER, MOST_EARLY = 0.2, 100
#: characters of what a page may send, and frames in a minute: ours send a ping in 25 seconds, look around every 20 and
#: after each message, and say every 3 that somebody types
LONGEST_FRAME = 2_000
MOST_FRAMES = 120
#: closing code of the protocol: against the rules
TOO_MUCH = 1008


@dataclass
class Following:
    """A conversation that the page shows: what the socket knows of it. ``early`` are hints that overtook others."""

    uid: UUID
    version: int
    place: Participant | None = None
    epoch: int = -1
    early: dict[int, Event] = field(default_factory=dict)

    @property
    def name(self) -> str:
        return str(self.uid)


class LiveConsumer(HubConsumer):
    """Frames from the page: ``open`` (conversation, after), ``typing``, ``look``, ``ping``.

    To it: ``changes``, ``read``, ``typing``, ``around`` (who is there, who has read what), ``counts``
    (numbers in the frame may have changed), ``ready``, ``closed``, ``pong``. Once it is closed nothing is answered or
    forwarded.
    """

    following: Following | None = None
    user: Any = None
    watch: asyncio.Task | None = None
    #: conversations of the person's rooms, of which the frame shows what is unread, with the person's key in each
    rooms: dict[str, str]
    news: asyncio.Task | None = None
    missing: asyncio.Task | None = None
    #: frames of the minute that began at ``minute``
    counted = 0
    minute = 0.0

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.rooms = {}
        self.hearing = asyncio.Lock()

    async def connect(self) -> None:
        self.user = self.scope.get("user")
        await self.accept()
        # Whose session it is and that it holds was asked a moment ago, by the middleware of channels.
        if self.user is None or not self.user.is_authenticated:
            await self._end(SIGNED_OUT)
            return
        self.reader = Reader(self.user, self.scope["session"].session_key)
        # Before anything is read, so that nothing falls between the two.
        await self.hub.join(person_group(self.user.pk), self)
        self.watch = self._begin(self._watch_session())

    async def clean_up(self) -> None:
        if self.watch is not None:
            await self._stop_following()
            await self._hear_of({})
            await self.hub.leave(person_group(self.user.pk), self)

    # From the page

    async def receive(self, text_data: str | None = None, bytes_data: bytes | None = None) -> None:
        """What is none of the known frames is not answered: an own page never sends it."""
        if self.ended or self.watch is None:
            return
        if self._is_too_much():
            await self._end(TOO_MUCH)
            return
        if not text_data or len(text_data) > LONGEST_FRAME:
            return
        try:
            frame = json.loads(text_data)
            kind = frame["type"]
        except (ValueError, TypeError, KeyError, RecursionError):
            return
        if kind == "open":
            await self._open(frame.get("conversation"), frame.get("after"))
        elif kind == "ping":
            if self.following is None or await self._catch_up():
                await self._send("pong")
        elif kind == "typing" and self.following is not None:
            await self._tell_typing()
        elif kind == "look" and self.following is not None:
            await self._look()

    def _is_too_much(self) -> bool:
        now = time.monotonic()
        if now - self.minute > 60:
            self.minute, self.counted = now, 0
        self.counted += 1
        return self.counted > MOST_FRAMES

    async def _open(self, uid: Any, after: Any) -> None:
        await self._stop_following()
        if not isinstance(after, int) or isinstance(after, bool) or not 0 <= after < 2**63:
            after = 0
        try:
            following = Following(UUID(str(uid)), after)
        except ValueError:
            await self._refuse(uid)
            return
        # First the group, then the table: what is said in between is at worst told twice.
        await self.hub.join(conversation_group(following.uid), self)
        self.following = following
        if await self._catch_up():
            await self._send("ready", conversation=str(uid), place=what_may(self.following.place))

    # From the channel layer

    async def hints_dropped(self) -> None:
        await self._send("counts")
        await self._catch_up()

    async def message_changed(self, event: Event) -> None:
        following = self.following
        if following is None or event["conversation"] != following.name:
            own = self.rooms.get(event["conversation"])
            if own is not None and event["said_by"] not in (None, own):
                self._tell_news()
            return
        if event["version"] <= following.version:
            return
        if event["epoch"] != following.epoch or len(following.early) >= MOST_EARLY:
            await self._catch_up()
            return
        following.early[event["version"]] = event
        while (following.version + 1) in following.early:
            if not await self._forward(following, following.early.pop(following.version + 1)):
                return
        if following.early and (self.missing is None or self.missing.done()):
            self.missing = self._begin(self._wait_for_missing(following))

    async def _forward(self, following: Following, event: Event) -> bool:
        if event["epoch"] != following.epoch or event["oldest"] <= following.place.from_seq:
            return await self._catch_up()
        following.version = event["version"]
        await self.send(event["frame"])
        return True

    async def _wait_for_missing(self, following: Following) -> None:
        """Two that were said at the same time may overtake each other: the first is waited for before anything is
        read."""
        await asyncio.sleep(MISSING_AFTER)
        try:
            async with self.turn:
                await self._look_for_missing(following)
        except Exception:
            await self._give_up()

    async def _look_for_missing(self, following: Following) -> None:
        if self.following is following and following.early:
            await self._catch_up()

    async def rights_changed(self, event: Event) -> None:
        """Somebody lost the right to read: ask again now, not only with the next message."""
        following = self.following
        if following is not None and event["conversation"] == following.name:
            if event["epoch"] != following.epoch:
                await self._catch_up()
        elif event["conversation"] in self.rooms:
            await self._hear_of_rooms()

    async def typing(self, event: Event) -> None:
        following = self.following
        if following is None or event["conversation"] != following.name or event["sender"] == self.name:
            return
        if event["epoch"] != following.epoch and not await self._catch_up():
            return
        if following.place.shows_presence:
            await self._send("typing", person=event["person"])

    async def person_read(self, event: Event) -> None:
        """Read on another page or device of the same person."""
        following = self.following
        if following is not None and event["conversation"] == following.name:
            await self._send("read", seq=event["seq"])
        else:
            await self._send("counts", read=True)

    async def person_notified(self, event: Event) -> None:
        await self._send("counts")

    def _tell_news(self) -> None:
        """That there is something, and nothing of it: whoever has just lost the room learns no more than the moment."""
        if not self.ended and (self.news is None or self.news.done()):
            self.news = self._begin(self._tell_news_soon())

    async def _tell_news_soon(self) -> None:
        await asyncio.sleep(NEWS_AFTER * random.uniform(0.5, 1.5))  # noqa: S311 - spreads load, hides nothing
        if not self.ended:
            await self._send("counts")

    async def _hear_of_rooms(self) -> dict[str, Any]:
        """Gives when something was said last in each."""
        async with self.hearing:  # an older answer must not come after a newer one
            rooms = await self._own_rooms()
            await self._hear_of({uid: own for uid, (own, _newest) in rooms.items()})
        return {uid: newest for uid, (_own, newest) in rooms.items()}

    async def _hear_of(self, rooms: dict[str, str]) -> None:
        """Be in the groups of these conversations, and of the one that the page shows."""
        before, self.rooms = self.rooms, rooms
        for uid in rooms.keys() - before.keys():
            await self.hub.join(conversation_group(uid), self)
        for uid in before.keys() - rooms.keys():
            if self.following is None or self.following.name != uid:
                await self.hub.leave(conversation_group(uid), self)

    # What is read from the table

    async def _catch_up(self) -> bool:
        """Send all that the page does not know yet. False, and the socket closed, for who has lost the place."""
        following = self.following
        if following is None:
            return False
        while True:
            found = await database_sync_to_async(self.reader.changes)(following.uid, following.version)
            if self.following is not following:  # the socket closed meanwhile
                return False
            if not found.has_session:
                await self._end(SIGNED_OUT)
                return False
            if found.place is None:
                await self._lose(following)
                return False
            # Somebody's rights have changed, perhaps these.
            is_new = following.place is not None and found.place.conversation.epoch != following.epoch
            following.place, following.epoch = found.place, found.place.conversation.epoch
            if found.frame is not None:
                following.version = found.frame.version
                await self.send(found.frame.text)
            if is_new:
                told = {"messages": [], "version": following.version, "floor": None, "place": what_may(found.place)}
                await self._send("changes", **told)
            following.early = {
                version: event for version, event in following.early.items() if version > following.version
            }
            if not found.more:
                return True

    async def _ask_place(self, following: Following) -> Participant | None:
        """The place as it is now. None, and the socket closed, for who has lost it."""
        found = await database_sync_to_async(self.reader.ask)(following.uid)
        if not found.has_session:
            await self._end(SIGNED_OUT)
        elif found.place is None:
            await self._lose(following)
        return found.place

    async def _look(self) -> None:
        place = await self._ask_place(self.following)
        if place is not None:
            await self._send("around", **await database_sync_to_async(look)(place))

    async def _tell_typing(self) -> None:
        """The epoch is read now: who was removed meanwhile, as writer or reader, has no part in it."""
        following = self.following
        place = await self._ask_place(following)
        if place is None or not place.shows_presence or not await self._can_write(place):
            return
        group = conversation_group(following.uid)
        event = {
            "type": "typing",
            "group": group,
            "conversation": following.name,
            "epoch": place.conversation.epoch,
            "person": await self._face(place),
            "sender": self.name,
        }
        await get_channel_layer().group_send(group, event)

    async def _watch_session(self) -> None:
        connected = timezone.now()
        await asyncio.sleep(HEAR_AFTER * random.uniform(0.5, 1.5))  # noqa: S311 - spreads load, hides nothing
        while True:
            try:
                newest = await self._hear_of_rooms()
                if any(said is not None and said >= connected for said in newest.values()):
                    self._tell_news()  # said before it was listened to
                await asyncio.sleep(SESSION_CHECK)
                connected = timezone.now()
                present = await database_sync_to_async(self.reader.session_holds)()
            except Exception:
                # The database or the layer does not answer: the page connects again until both do. A socket that nobody
                # watches must not stay open.
                await self._give_up()
                return
            if not present:
                await self._end(SIGNED_OUT)
                return

    async def _own_rooms(self) -> dict[str, tuple[str, Any]]:
        return await database_sync_to_async(self.reader.rooms)()

    @database_sync_to_async
    def _can_write(self, place: Participant) -> bool:
        """Where nothing can be sent, as by a block, nobody learns that somebody tries."""
        direct = getattr(place.conversation, "direct", None)
        return direct is None or refusal_in(direct, place.person) is None

    @database_sync_to_async
    def _face(self, place: Participant) -> dict[str, str]:
        return faces(place.conversation_id, [place.person_id])[place.person_id].as_json()

    # To the page

    async def _refuse(self, uid: Any) -> None:
        """No such conversation, or none for this person: the same answer."""
        await self._send("closed", conversation=str(uid)[:36])
        await self._end(NO_PLACE)

    async def _lose(self, following: Following) -> None:
        if self.ended:
            return
        if following.place is None:
            await self._refuse(following.name)
            return
        await self._stop_following()
        await self._send("closed", conversation=None)
        await self._end(NO_PLACE)

    async def ending(self) -> None:
        await self._stop_following()

    async def _stop_following(self) -> None:
        if self.following is not None:
            gone, self.following = self.following, None
            if gone.name not in self.rooms:
                await self.hub.leave(conversation_group(gone.uid), self)
