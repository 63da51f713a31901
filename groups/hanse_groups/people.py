"""People as a room shows them: name and organisation, which belong to the room's audience."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.utils.translation import get_language, gettext, override
from wagtail.coreutils import get_content_languages

from hanse_members.models import Membership, Profile, ProfilePicture

from .models import GuestPicture, GuestProfile, Participant

if TYPE_CHECKING:
    from hanse_access.viewer import Viewer


@dataclass(frozen=True)
class Face:
    """A person as those in the conversation see them. ``key`` names the person in this conversation only.

    ``names`` by language, where it is not the same in each: words in the place of a name, such as "Former member". What
    is sent to readers of any language carries them all.
    """

    key: str
    name: str
    organisation: str
    names: Mapping[str, str] = field(default_factory=dict)
    #: address of the picture, which the people in the room can load
    image: str = ""

    def name_in(self, language: str | None) -> str:
        return self.names.get(language or "", self.name)

    def named(self) -> dict[str, Any]:
        """Key and name, as they travel."""
        return {"key": self.key, "name": self.name, **({"names": dict(self.names)} if self.names else {})}

    def as_json(self) -> dict[str, Any]:
        return {**self.named(), "organisation": self.organisation, "image": self.image}


def name_of(face: Mapping[str, Any]) -> str:
    """The name in what ``Face.named`` gave, in the active language."""
    return face.get("names", {}).get(get_language(), face.get("name", ""))


def _names(person) -> dict[str, str]:
    """Language → name; nothing where it is the same in each. None is somebody who is gone."""
    names = {}
    for language in get_content_languages():
        with override(language):
            names[language] = person.get_full_name() if person is not None else gettext("Former member")
    return names if len(set(names.values())) > 1 else {}


def key_in(conversation_id: int, person_id: int | None) -> str:
    """A name for a person in this conversation alone: nobody can be followed from one to another."""
    text = f"{conversation_id}:{person_id}".encode()
    return hashlib.blake2s(text, key=settings.SECRET_KEY.encode()[:32], digest_size=8).hexdigest()


def faces(conversation_id: int, person_ids: Collection[int | None]) -> dict[int | None, Face]:
    """The faces of these people, in a number of queries that does not depend on how many. None is "Former member"."""
    ids = {id for id in person_ids if id is not None}
    people = get_user_model()._default_manager.in_bulk(ids) if ids else {}
    firms = _firms_of(ids)
    pictures = _pictures_in(conversation_id, ids, of_guests=ids - firms.keys())
    firms = _with_guests(firms, ids)
    known: dict[int | None, Face] = {
        id: _face(conversation_id, person, firms, pictures) for id, person in people.items()
    }
    known[None] = Face("", gettext("Former member"), "", _names(None))
    return known


def face_of(conversation_id: int, person, *, in_room: bool) -> Face:
    """Of somebody whose row was read a moment ago, and who takes part in the conversation."""
    firms = _firms_of([person.pk])
    pictures = _pictures_of([person.pk], None if firms else [person.pk]) if in_room else {}
    return _face(conversation_id, person, _with_guests(firms, [person.pk]), pictures)


def _face(conversation_id: int, person, firms: Mapping[int, str], pictures: Mapping[int, str]) -> Face:
    id = person.pk
    return Face(
        key_in(conversation_id, id), person.get_full_name(), firms.get(id, ""), _names(person), pictures.get(id, "")
    )


def names_of(person_ids: Collection[int]) -> dict[int, str]:
    """Those of them who still have an account."""
    people = get_user_model()._default_manager.in_bulk(person_ids)
    return {id: person.get_full_name() for id, person in people.items()}


def pictures_in(conversation_id: int, person_ids: Collection[int]) -> dict[int, str]:
    """Addresses of the smallest pictures of those of these people who are in the room now: two queries for all.

    Whoever is in it too can load them. Of those who have left there is none: nobody there could.
    """
    return _pictures_in(conversation_id, person_ids, of_guests=person_ids)


def _pictures_in(conversation_id: int, person_ids: Collection[int], of_guests: Collection[int]) -> dict[int, str]:
    """``of_guests``: those who may be guests, whose pictures are asked for too."""
    if not person_ids:
        return {}
    here = Participant.objects.active().filter(conversation=conversation_id, conversation__room__isnull=False)
    here = here.order_by().values("person")
    return _pictures_of(here.filter(person__in=person_ids), here.filter(person__in=of_guests) if of_guests else None)


def _pictures_of(people: QuerySet | list[int], guests: QuerySet | list[int] | None) -> dict[int, str]:
    """``guests``: those of these people who may be guests. They are in a room, whose people may load the pictures."""
    own = ProfilePicture.objects.shared().filter(field__profile__person__in=people)
    found = {picture.field.profile.person_id: picture for picture in own.select_related("field__profile")}
    if guests is not None:
        pictures = GuestPicture.objects.filter(GuestPicture.shown_q(None), profile__person__in=guests)
        for picture in pictures.select_related("profile"):
            found.setdefault(picture.profile.person_id, picture)
    return {person: picture.sources[0][0] for person, picture in found.items() if picture.sources}


def profile_addresses(person_ids: Collection[int], viewer: Viewer) -> dict[int, str]:
    """Where the viewer reads more of these people, of whom there is something that the viewer sees: two queries."""
    found = {}
    for model in (GuestProfile, Profile):
        rows = model.objects.visible_to(viewer).filter(person__in=person_ids).only("person", "uid")
        found |= {row.person_id: row.get_absolute_url() for row in rows}
    return found


def organisations_of(person_ids: Collection[int]) -> dict[int, str]:
    """Names of the organisations through which these people belong to clusters, of guests what they say.

    At most two queries.
    """
    return _with_guests(_firms_of(person_ids), person_ids)


def _firms_of(person_ids: Collection[int]) -> dict[int, str]:
    """Of all of these people who belong to any cluster; "" for who does without an organisation."""
    if not person_ids:
        return {}
    rows = (
        Membership.objects.approved()
        .filter(person__in=person_ids)
        .order_by("applied_at", "pk")
        .values_list("person_id", "organisation__name")
    )
    named: dict[int, list[str]] = {}
    for person, name in rows:
        names = named.setdefault(person, [])
        if name and name not in names:
            names.append(name)
    return {person: ", ".join(names) for person, names in named.items()}


def _with_guests(firms: dict[int, str], person_ids: Collection[int]) -> dict[int, str]:
    """Whoever belongs to no cluster may be a guest: then what they say of themselves."""
    others = set(person_ids) - firms.keys()
    if others:
        guests = GuestProfile.objects.shown().filter(person__in=others).exclude(organisation="")
        firms = dict(guests.values_list("person", "organisation")) | firms
    return {person: firm for person, firm in firms.items() if firm}
