"""Whom a person can write to: found by name, named in forms without telling more than the reader knows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.http import HttpRequest

from hanse_members.models import Profile

from .direct_frames import Obstacle, obstacle_of
from .direct_rule import Ties
from .models import Participant, Room
from .people import organisations_of

#: people found by name at once
MOST_FOUND = 10
MOST_WORDS = 5


@dataclass(frozen=True)
class Addressee:
    """Somebody whom the reader may know of: by a profile that they see, or by a room that both are in.

    ``key`` names the person in forms and addresses: "p" and the address of the profile, or "r" and the number of the
    place in the room. ``obstacle`` says why they cannot be written to, or None; ``asks_first`` that the two share
    neither a cluster nor a room.
    """

    key: str
    person: Any
    organisation: str = ""
    obstacle: Obstacle | None = None
    asks_first: bool = False

    @property
    def name(self) -> str:
        return self.person.get_full_name()


def shared_places(request: HttpRequest):
    """Places of other people in rooms that the reader is in."""
    mine = Participant.objects.active().of_viewer(request.viewer).filter(conversation__room__isnull=False)
    there = Participant.objects.active().filter(conversation__in=mine.values("conversation"))
    there = there.exclude(conversation__room__state=Room.State.DELETED)
    return there.exclude(person=request.user.pk).select_related("person")


def find(request: HttpRequest, text: str, *, besides: Collection[int] = ()) -> list[Addressee]:
    """People by words of their names, each once."""
    words = text.split()[:MOST_WORDS]
    if not words:
        return []
    profiles = Profile.objects.visible_to(request.viewer).shown().exclude(person__in=[*besides, request.user.pk])
    places = shared_places(request).exclude(person__in=besides)
    for word in words:
        profiles = profiles.filter(name__icontains=word)
        places = places.filter(Q(person__first_name__icontains=word) | Q(person__last_name__icontains=word))
    found = {
        row.person_id: (f"p{row.uid}", row.person)
        for row in profiles.select_related("person").order_by("sort_name", "pk")[:MOST_FOUND]
    }
    for row in places.order_by("person__last_name", "person__first_name", "pk")[: 4 * MOST_FOUND]:
        found.setdefault(row.person_id, (f"r{row.pk}", row.person))
    return describe(request, list(found.values())[:MOST_FOUND])


def named(request: HttpRequest, keys: Sequence[str]) -> list[Addressee]:
    """Those of these keys that the reader may still know of, in their order, each person once."""
    uids, places = {}, {}
    for key in keys:
        try:
            if key.startswith("p"):
                uids[UUID(key[1:])] = key
            elif key.startswith("r") and key[1:].isascii() and key[1:].isdigit() and len(key) < 19:
                places[int(key[1:])] = key
        except ValueError:
            continue
    found: dict[str, Any] = {}
    if uids:
        for row in Profile.objects.visible_to(request.viewer).filter(uid__in=uids).select_related("person"):
            if row.person_id != request.user.pk:
                found[uids[row.uid]] = row.person
    if places:
        found |= {places[row.pk]: row.person for row in shared_places(request).filter(pk__in=places)}
    once: dict[int, tuple[str, Any]] = {}
    for key in keys:
        if key in found:
            once.setdefault(found[key].pk, (key, found[key]))
    return describe(request, list(once.values()))


def describe(request: HttpRequest, pairs: Sequence[tuple[str, Any]]) -> list[Addressee]:
    """With organisation and what stands in the way; a number of queries that does not grow with them."""
    if not pairs:
        return []
    people = [person.pk for _key, person in pairs]
    firms, ties = organisations_of(people), Ties([request.user.pk, *people])
    described = []
    for key, person in pairs:
        refusal = ties.refusal(request.user.pk, person.pk)
        obstacle = obstacle_of(refusal, person.get_full_name()) if refusal is not None else None
        asks_first = not ties.share(request.user.pk, person.pk)
        described.append(Addressee(key, person, firms.get(person.pk, ""), obstacle, asks_first))
    return described
