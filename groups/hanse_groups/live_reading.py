"""What the socket of an open page reads from the table: who asks, their place, and what changed.

Guarantee: what is sent was read *before* session and place were, so whoever still has both may read all of it.
"""

from __future__ import annotations

import json
import time
from collections import OrderedDict
from dataclasses import dataclass
from importlib import import_module
from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth import HASH_SESSION_KEY, SESSION_KEY, get_user_model
from django.db.models import OuterRef, Subquery
from django.utils.crypto import constant_time_compare

from . import reading
from .looks import with_presence
from .models import Conversation, Message, Participant
from .people import key_in

#: rooms of one person whose news are heard
MOST_ROOMS = 200
#: readings that a process keeps for other pages, and seconds for which it does: names and pictures in them may change
#: without a number
MOST_KEPT, KEPT_FOR = 50, 10


@dataclass(frozen=True)
class Frame:
    """``changes`` as they travel, and the number up to which they bring a page.

    ``oldest`` is the lowest number of a message that they show anything of: they are for those who came in before it.
    """

    text: str
    version: int
    oldest: int

    def suits(self, place: Participant) -> bool:
        return place.from_seq < self.oldest


def frame_of(found: reading.Changes) -> Frame:
    text = json.dumps({"type": "changes", "messages": found.messages, "version": found.version, "floor": found.floor})
    return Frame(text, found.version, min((message["oldest"] for message in found.messages), default=2**63))


class Readings:
    """What changed after a number, read once for all pages that come back at the same number.

    A reading holds as long as the conversation has the number up to which it goes: whatever changes takes the next.
    Conversations go by their address, which never comes again.
    """

    def __init__(self) -> None:
        self.kept: OrderedDict[tuple[UUID, int], tuple[float, Frame]] = OrderedDict()

    def known(self, conversation: UUID, after: int) -> Frame | None:
        made, frame = self.kept.get((conversation, after), (0.0, None))
        return frame if time.monotonic() - made < KEPT_FOR else None

    def read(self, conversation: Conversation, after: int) -> Frame:
        frame = frame_of(reading.changes_in(conversation.pk, after))
        self.kept[conversation.uid, after] = time.monotonic(), frame
        while len(self.kept) > MOST_KEPT:
            self.kept.popitem(last=False)
        return frame


readings = Readings()


@dataclass(frozen=True)
class Found:
    """What a socket found out. Without session or place there is no frame. ``more``: ask again."""

    has_session: bool
    place: Participant | None
    frame: Frame | None = None
    more: bool = False


class Reader:
    """Asks for one socket. All of it asks the database, so it belongs into a thread."""

    def __init__(self, user: Any, session_key: str | None) -> None:
        self.user, self.session_key = user, session_key

    def changes(self, conversation: UUID, version: int) -> Found:
        """What changed after this number in the conversation that the page shows."""
        frame = readings.known(conversation, version)
        found = self.ask(conversation)
        if found.place is None or found.place.conversation.last_seq <= version:
            return found
        newest = found.place.conversation.last_seq
        # What was said, and deleted, since it was read must not be told by it any more.
        if frame is None or frame.version < newest or not frame.suits(found.place):
            before = found.place
            frame = readings.read(before.conversation, version)
            if not frame.suits(before):
                frame = frame_of(reading.changes(before, version))
            found = self.ask(conversation)
            if found.place is None:
                return found
            if found.place.from_seq > before.from_seq:  # left meanwhile, and came in again
                return Found(True, found.place, more=True)
        return Found(True, found.place, frame, more=frame.version < newest)

    def ask(self, conversation: UUID) -> Found:
        place = self.place(conversation)
        has_session = self.session_holds(place.person if place is not None else None)
        return Found(has_session, place if has_session else None)

    def session_holds(self, person=None) -> bool:
        """The session is there, is this person's, and was not ended by a new password; the person is active.

        ``person`` is the row as it is now, if it was read already.
        """
        stored = import_module(settings.SESSION_ENGINE).SessionStore(self.session_key)
        if str(stored.get(SESSION_KEY)) != str(self.user.pk):
            return False
        if person is None:
            person = get_user_model()._default_manager.filter(pk=self.user.pk, is_active=True).first()
        if person is None:
            return False
        # The older ones count while the site changes its secret key, as they do for requests.
        valid = [person.get_session_auth_hash(), *person.get_session_auth_fallback_hash()]
        return any(constant_time_compare(stored.get(HASH_SESSION_KEY, ""), one) for one in valid)

    def place(self, conversation: UUID) -> Participant | None:
        mine = Participant.objects.active().of(self.user).exclude(conversation__room__state="deleted")
        mine = with_presence(mine).select_related("conversation__room", "conversation__direct", "person")
        return mine.filter(conversation__uid=conversation).first()

    def rooms(self) -> dict[str, tuple[str, Any]]:
        """Conversations of the person's rooms, by address: the person's key there, and when something was said last."""
        newest = Message.objects.filter(conversation=OuterRef("conversation")).order_by("-seq").values("created_at")
        mine = Participant.objects.active().of(self.user).filter(conversation__room__state="active")
        found = mine.order_by("-joined_at", "-pk").annotate(newest=Subquery(newest[:1]))
        rows = found.values_list("conversation", "conversation__uid", "newest")[:MOST_ROOMS]
        return {str(uid): (key_in(id, self.user.pk), newest) for id, uid, newest in rows}
