"""People as a room shows them: name and organisation, which belong to the room's audience."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass

from django.conf import settings
from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from hanse_members.models import Membership


@dataclass(frozen=True)
class Face:
    """A person as those in the conversation see them. ``key`` names the person in this conversation only."""

    key: str
    name: str
    organisation: str

    def as_json(self) -> dict[str, str]:
        return {"key": self.key, "name": self.name, "organisation": self.organisation}


def key_in(conversation_id: int, person_id: int | None) -> str:
    """A name for a person in this conversation alone: nobody can be followed from one to another."""
    text = f"{conversation_id}:{person_id}".encode()
    return hashlib.blake2s(text, key=settings.SECRET_KEY.encode()[:32], digest_size=8).hexdigest()


def faces(conversation_id: int, person_ids: Collection[int | None]) -> dict[int | None, Face]:
    """The faces of these people, two queries for all. None and the deleted are "Former member"."""
    ids = {id for id in person_ids if id is not None}
    people = get_user_model()._default_manager.in_bulk(ids) if ids else {}
    firms = organisations_of(ids)
    known: dict[int | None, Face] = {
        id: Face(key_in(conversation_id, id), person.get_full_name(), firms.get(id, ""))
        for id, person in people.items()
    }
    known[None] = Face("", _("Former member"), "")
    return known


def organisations_of(person_ids: Collection[int]) -> dict[int, str]:
    """Names of the organisations through which these people belong to clusters, one query for all."""
    if not person_ids:
        return {}
    rows = (
        Membership.objects.approved()
        .filter(person__in=person_ids, organisation__isnull=False)
        .order_by("applied_at", "pk")
        .values_list("person_id", "organisation__name")
    )
    named: dict[int, list[str]] = {}
    for person, name in rows:
        if name not in named.setdefault(person, []):
            named[person].append(name)
    return {person: ", ".join(names) for person, names in named.items()}
