"""Who is there, and who has read how far: what an open page asks for every few seconds. Nothing of it is stored.

Somebody is there while a page of theirs is open in the conversation and asks. Whoever does not show it does not see it
of others; it holds for typing too. Nor is it seen across a block, in either direction. How far each has read is shown
in rooms that were set so.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.core.cache import cache
from django.db.models import Exists, OuterRef, QuerySet

from hanse_activity.blocks import blocked_ids, blockers_of

from .models import MessageSettings, Participant
from .people import key_in

#: seconds after which somebody who was not heard of is no longer there: pages ask three times as often
STAYS = 60


def with_presence(places: QuerySet[Participant]) -> QuerySet[Participant]:
    """Each with ``shows_presence``: whether the person shows when they are there and type, and so sees it of others."""
    hidden = MessageSettings.objects.filter(person=OuterRef("person"), shows_presence=False)
    return places.annotate(shows_presence=~Exists(hidden))


def look(place: Participant) -> dict[str, Any]:
    """Say that this person is there, and see who else is. ``place`` is one ``with_presence``.

    ``present``: keys of those who are there; None for who does not show it. ``read``: key of a person → the number up
    to which they have read, and since when they are here; None where the room does not show it. What was said before
    somebody came counts as read, but nobody has seen them read it.
    """
    rows = Participant.objects.active().filter(conversation=place.conversation_id)
    people = list(rows.values_list("person_id", "last_read_seq", "joined_at"))
    keys = {person: key_in(place.conversation_id, person) for person, _seq, _since in people}
    return {"present": _present(place, keys), "read": _read(place, people, keys)}


def _present(place: Participant, keys: dict[int, str]) -> list[str] | None:
    if not place.shows_presence:
        return None
    cache.set(_entry(place.conversation_id, place.person_id), True, STAYS)
    apart = {pk for (pk,) in blocked_ids(place.person).values_list("blocked_id")}
    apart |= {pk for (pk,) in blockers_of(place.person).values_list("person_id")}
    entries = {_entry(place.conversation_id, person): person for person in keys if person not in apart}
    return [keys[entries[entry]] for entry in cache.get_many(entries)]


def forget(place_ids: Iterable[tuple[int, int]]) -> None:
    """These people (conversation and person) are not there any more. Who still has a page open says so again soon."""
    cache.delete_many([_entry(conversation, person) for conversation, person in place_ids])


def what_may(place: Participant) -> dict[str, bool]:
    """What of an open page depends on the role, and on the state of the room."""
    room = getattr(place.conversation, "room", None)
    facts = {"leads": place.leads, "may_pin": place.role != Participant.Role.GUEST}
    return facts if room is None else {**facts, "writable": room.is_writable}


def _entry(conversation_id: int, person_id: int) -> str:
    return f"hanse_groups.present.{conversation_id}.{person_id}"


def _read(place: Participant, people: list[tuple], keys: dict[int, str]) -> dict[str, Any] | None:
    room = getattr(place.conversation, "room", None)
    if room is None or not room.shows_who_read:
        return None
    return {keys[person]: {"seq": seq, "since": since.isoformat() if since else ""} for person, seq, since in people}
