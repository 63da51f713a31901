"""The one socket of an open page: what is new in its conversation, and numbers for the frame.

Truth is the table. What comes over the channel layer is a hint: it is forwarded as it is where it fits exactly – the
next number, by a room whose epoch this socket knows – and otherwise the table is read, which asks again who the reader
is and what they may read. So hints that are lost, doubled, late or out of order do no harm, and nothing that was said
after somebody lost the right to read reaches them.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import random
import time
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from uuid import UUID

from channels.db import database_sync_to_async
from channels.generic.websocket import AsyncWebsocketConsumer
from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.db.models import QuerySet
from django.utils.crypto import constant_time_compare

from hanse_activity.live import person_group

from . import reading
from .direct_rule import refusal_in
from .hints import conversation_group
from .looks import look, what_may, with_presence
from .models import Participant
from .people import faces, key_in

logger = logging.getLogger(__name__)

#: closing codes: not signed in (any more); no place in the conversation (any more)
SIGNED_OUT, NO_PLACE = 4401, 4403
#: of the protocol: the server cannot go on, another try may help
TRY_AGAIN = 1013
#: seconds between looks whether the session is still there, and which rooms are the person's
SESSION_CHECK = 60
#: after a message in another room the page asks for the numbers of its frame after about so many seconds: once for all
#: that is said in between, and not all pages at the same moment
NEWS_AFTER = 3
#: rooms of one person whose news are heard
MOST_ROOMS = 200
#: characters of what a page may send, and frames in a minute: ours send a ping in 25 seconds, look around every 20 and
#: after each message, and say every 3 that somebody types
LONGEST_FRAME = 2_000
MOST_FRAMES = 120
#: closing code of the protocol: against the rules
TOO_MUCH = 1008


@dataclass
class Following:
    """A conversation that the page shows: what the socket knows of it."""

    place: Participant
    epoch: int
    version: int

    @property
    def id(self) -> int:
        return self.place.conversation_id


class LiveConsumer(AsyncWebsocketConsumer):
    """Frames from the page: ``open`` (conversation, after), ``typing``, ``look``, ``ping``.

    To it: ``changes``, ``read``, ``typing``, ``around`` (who is there, who has read what), ``counts``
    (numbers in the frame may have changed), ``ready``, ``closed``, ``pong``. Once it is closed nothing is answered or
    forwarded.
    """

    following: Following | None = None
    user: Any = None
    watch: asyncio.Task | None = None
    hearing: asyncio.Lock
    #: conversations of the person's rooms, of which the frame shows what is unread
    rooms: frozenset[int] = frozenset()
    news: asyncio.Task | None = None
    ended = False
    #: frames of the minute that began at ``minute``
    counted = 0
    minute = 0.0

    async def connect(self) -> None:
        self.user, self.hearing = self.scope.get("user"), asyncio.Lock()
        await self.accept()
        # Whose session it is and that it holds was asked a moment ago, by the middleware of channels.
        if self.user is None or not self.user.is_authenticated:
            await self._end(SIGNED_OUT)
            return
        # Before anything is read, so that nothing falls between the two.
        await self.channel_layer.group_add(person_group(self.user.pk), self.channel_name)
        self.watch = asyncio.create_task(self._watch_session())

    async def disconnect(self, code: int) -> None:
        for task in (self.watch, self.news):
            if task is not None:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
        if self.watch is not None:
            await self.channel_layer.group_discard(person_group(self.user.pk), self.channel_name)
        await self._stop_following()
        await self._hear_of(frozenset())

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
        place = await self._place_at(uid)
        if place is None:
            await self._refuse(uid)
            return
        # First the group, then the table, which is asked for the place again too: what is said in between is at worst
        # told twice.
        await self.channel_layer.group_add(conversation_group(place.conversation_id), self.channel_name)
        self.following = Following(place=place, epoch=place.conversation.epoch, version=after)
        if await self._catch_up():
            await self._send("ready", conversation=str(uid), place=what_may(self.following.place))

    # From the channel layer

    async def message_changed(self, event: dict[str, Any]) -> None:
        following, message = self.following, event["message"]
        if following is None or event["conversation"] != following.id:
            if event["conversation"] in self.rooms and self._is_news(event["conversation"], message):
                self._tell_news()
            return
        if message["version"] <= following.version:
            return
        fits = (
            event["epoch"] == following.epoch
            and message["version"] == following.version + 1
            and message["oldest"] > following.place.from_seq
        )
        if not fits:
            await self._catch_up()
            return
        following.version = message["version"]
        await self._send("changes", messages=[message], version=message["version"], floor=None)

    async def rights_changed(self, event: dict[str, Any]) -> None:
        """Somebody lost the right to read: ask again now, not only with the next message."""
        following = self.following
        if following is not None and event["conversation"] == following.id:
            if event["epoch"] != following.epoch:
                await self._catch_up()
        elif event["conversation"] in self.rooms:
            await self._hear_of_rooms()

    async def typing(self, event: dict[str, Any]) -> None:
        following = self.following
        if following is None or event["conversation"] != following.id or event["sender"] == self.channel_name:
            return
        if event["epoch"] != following.epoch and not await self._catch_up():
            return
        if following.place.shows_presence:
            await self._send("typing", person=event["person"])

    async def person_read(self, event: dict[str, Any]) -> None:
        """Read on another page or device of the same person."""
        following = self.following
        if following is not None and event["conversation"] == following.id:
            await self._send("read", seq=event["seq"])
        elif not self.ended:
            await self._send("counts", read=True)

    async def person_notified(self, event: dict[str, Any]) -> None:
        if not self.ended:
            await self._send("counts")

    def _is_news(self, conversation_id: int, message: dict[str, Any]) -> bool:
        """Somebody else says something: what was changed later was counted before."""
        is_new = message["version"] == message["seq"] and message["kind"] == "text"
        return is_new and message["author"]["key"] != key_in(conversation_id, self.user.pk)

    def _tell_news(self) -> None:
        """That there is something, and nothing of it: whoever has just lost the room learns no more than the moment."""
        if not self.ended and (self.news is None or self.news.done()):
            self.news = asyncio.create_task(self._tell_news_soon())

    async def _tell_news_soon(self) -> None:
        await asyncio.sleep(NEWS_AFTER * random.uniform(0.5, 1.5))  # noqa: S311 - spreads load, hides nothing
        if not self.ended:
            await self._send("counts")

    async def _hear_of_rooms(self) -> None:
        async with self.hearing:  # an older answer must not come after a newer one
            await self._hear_of(await self._own_rooms())

    async def _hear_of(self, rooms: frozenset[int]) -> None:
        """Be in the groups of these conversations, and of the one that the page shows."""
        before, self.rooms = self.rooms, rooms
        for id in rooms - before:
            await self.channel_layer.group_add(conversation_group(id), self.channel_name)
        for id in before - rooms:
            if self.following is None or self.following.id != id:
                await self.channel_layer.group_discard(conversation_group(id), self.channel_name)

    # What is read from the table

    async def _catch_up(self) -> bool:
        """Send all that the page does not know yet. False, and the socket closed, for who has lost the place."""
        following = self.following
        if following is None:
            return False
        while True:
            found, has_session, place = await self._read(following)
            if not has_session:
                await self._end(SIGNED_OUT)
                return False
            if place is None:
                await self._lose()
                return False
            if self.following is not following:  # another conversation was opened meanwhile, or the socket closed
                return False
            came_later = place.from_seq > following.place.from_seq
            # Somebody's rights have changed, perhaps these.
            anew = {"place": what_may(place)} if place.conversation.epoch != following.epoch else {}
            following.place, following.epoch = place, place.conversation.epoch
            if came_later:
                continue
            if anew or found.messages or found.version > following.version:
                following.version = found.version
                await self._send("changes", messages=found.messages, version=found.version, floor=found.floor, **anew)
            if not found.more:
                return True

    async def _look(self) -> None:
        following = self.following
        if not await self._has_session():
            await self._end(SIGNED_OUT)
            return
        place = await self._place(following.id)
        if place is None:
            await self._lose()
            return
        found = await database_sync_to_async(look)(place)
        if self.following is following:
            await self._send("around", **found)

    async def _tell_typing(self) -> None:
        """The epoch is read now: who was removed meanwhile, as writer or reader, has no part in it."""
        following = self.following
        if not await self._has_session():
            await self._end(SIGNED_OUT)
            return
        place = await self._place(following.id)
        if place is None:
            await self._lose()
            return
        if not place.shows_presence or not await self._can_write(place):
            return
        event = {
            "type": "typing",
            "conversation": following.id,
            "epoch": place.conversation.epoch,
            "person": await self._face(place),
            "sender": self.channel_name,
        }
        await self.channel_layer.group_send(conversation_group(following.id), event)

    async def _watch_session(self) -> None:
        while True:
            try:
                await self._hear_of_rooms()
                await asyncio.sleep(SESSION_CHECK)
                present = await self._has_session()
            except Exception:
                # The database or the layer does not answer: the page connects again until both do. A socket that nobody
                # watches must not stay open.
                logger.warning("a socket could not be watched", exc_info=True)
                await self._end(TRY_AGAIN)
                return
            if not present:
                await self._end(SIGNED_OUT)
                return

    @database_sync_to_async
    def _read(self, following: Following) -> tuple[reading.Changes, bool, Participant | None]:
        """What changed, and then session and place: whoever still has both may read all that was there before."""
        found = reading.changes(following.place, following.version)
        return found, self._session_holds(), self._place_in(following.id)

    @database_sync_to_async
    def _has_session(self) -> bool:
        return self._session_holds()

    @database_sync_to_async
    def _place(self, conversation_id: int) -> Participant | None:
        return self._place_in(conversation_id)

    @database_sync_to_async
    def _own_rooms(self) -> frozenset[int]:
        rooms = Participant.objects.active().of(self.user).filter(conversation__room__state="active")
        return frozenset(rooms.order_by("-joined_at", "-pk").values_list("conversation", flat=True)[:MOST_ROOMS])

    @database_sync_to_async
    def _place_at(self, uid: Any) -> Participant | None:
        try:
            return self._places().filter(conversation__uid=UUID(str(uid))).first()
        except ValueError:
            return None

    def _place_in(self, conversation_id: int) -> Participant | None:
        return self._places().filter(conversation=conversation_id).first()

    def _places(self) -> QuerySet[Participant]:
        mine = Participant.objects.active().of(self.user).exclude(conversation__room__state="deleted")
        return with_presence(mine).select_related("conversation__room", "conversation__direct", "person")

    def _session_holds(self) -> bool:
        """The session is there, is this person's, and was not ended by a new password; the person is active."""
        store = import_module(settings.SESSION_ENGINE).SessionStore
        stored = store(self.scope["session"].session_key)
        if str(stored.get(SESSION_KEY)) != str(self.user.pk):
            return False
        person = get_user_model()._default_manager.filter(pk=self.user.pk, is_active=True).first()
        if person is None:
            return False
        # The older ones count while the site changes its secret key, as they do for requests.
        valid = [person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()]
        return any(constant_time_compare(stored.get(HASH_SESSION_KEY, ""), one) for one in valid)

    @database_sync_to_async
    def _can_write(self, place: Participant) -> bool:
        """Where nothing can be sent, as by a block, nobody learns that somebody tries."""
        direct = getattr(place.conversation, "direct", None)
        return direct is None or refusal_in(direct, place.person) is None

    @database_sync_to_async
    def _face(self, place: Participant) -> dict[str, str]:
        return faces(place.conversation_id, [place.person_id])[place.person_id].as_json()

    # To the page

    async def _send(self, kind: str, **data: Any) -> None:
        await self.send(json.dumps({"type": kind, **data}))

    async def _refuse(self, uid: Any) -> None:
        """No such conversation, or none for this person: the same answer."""
        await self._send("closed", conversation=str(uid)[:36])
        await self._end(NO_PLACE)

    async def _lose(self) -> None:
        if self.ended:
            return
        await self._stop_following()
        await self._send("closed", conversation=None)
        await self._end(NO_PLACE)

    async def _end(self, code: int) -> None:
        if self.ended:
            return
        self.ended = True
        await self._stop_following()
        await self.close(code)

    async def _stop_following(self) -> None:
        if self.following is not None:
            gone, self.following = self.following, None
            if gone.id not in self.rooms:
                await self.channel_layer.group_discard(conversation_group(gone.id), self.channel_name)
