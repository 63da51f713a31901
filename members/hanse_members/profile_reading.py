"""Profiles as one reader sees them: with their fields, and the clusters and organisations of the person."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from hanse_access.viewer import Viewer

from .field_kinds import FIELD_KINDS
from .field_reading import read_lists
from .models import Membership, Organisation, Profile


@dataclass
class Belonging:
    """A cluster that a person belongs to, and the organisation where the reader may know it."""

    cluster: Any
    organisation: Organisation | None


def belongings(profiles: Collection[Profile], viewer: Viewer) -> dict[int, list[Belonging]]:
    """By person: clusters by name, with the organisations that this viewer may see."""
    people = [profile.person_id for profile in profiles]
    rows = Membership.objects.approved().filter(person__in=people).select_related("cluster").order_by("cluster__name")
    rows = list(rows)
    visible = Organisation.objects.visible_to(viewer).shown()
    known = visible.in_bulk({row.organisation_id for row in rows if row.organisation_id})
    found: dict[int, list[Belonging]] = {person: [] for person in people}
    for row in rows:
        found[row.person_id].append(Belonging(row.cluster, known.get(row.organisation_id)))
    return found


def with_belongings(profiles: list[Profile], viewer: Viewer) -> list[Profile]:
    """Sets ``belongings`` on each."""
    belonging = belongings(profiles, viewer)
    for profile in profiles:
        profile.belongings = belonging[profile.person_id]
    return profiles


def read_list(profiles: list[Profile], viewer: Viewer, fields: QuerySet | None = None) -> list[Profile]:
    """For a list: each profile gets ``shown``, as ``read_lists`` says, and ``belongings``."""
    read_lists(FIELD_KINDS["profile"], profiles, viewer, fields)
    return with_belongings(profiles, viewer)
