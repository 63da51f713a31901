"""Profiles as one reader sees them: each field shown, on request, or not there at all."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet, prefetch_related_objects

from hanse_access.viewer import Viewer

from .models import FieldRelease, Membership, Organisation, Profile, ProfileField, ProfilePicture
from .models.topics import topic_labels
from .profile_specs import SPECS, ProfileSpec


@dataclass
class ShownField:
    """A field whose content the reader may have. ``released`` says that it was released to this reader alone."""

    row: ProfileField
    choices: list[Any] = field(default_factory=list)
    topics: list[str] = field(default_factory=list)
    picture: ProfilePicture | None = None
    released: bool = False

    @property
    def spec(self) -> ProfileSpec:
        return self.row.spec

    @property
    def text(self) -> str:
        return self.row.text

    @property
    def line(self) -> Any:
        """The text, or the first of the choices where there is none."""
        return self.row.text or (self.choices[0] if self.choices else "")

    @property
    def telephone(self) -> str:
        """Digits and plus, for a link."""
        return "".join(char for char in self.row.text if char.isdigit() or char == "+")


@dataclass
class AskableField:
    """A field that the reader may ask for; ``question`` is the one that was asked last."""

    row: ProfileField
    question: FieldRelease | None = None

    @property
    def spec(self) -> ProfileSpec:
        return self.row.spec


@dataclass
class Belonging:
    """A cluster that a person belongs to, and the organisation where the reader may know it."""

    cluster: Any
    organisation: Organisation | None


def contents(rows: Iterable[ProfileField]) -> list[ShownField]:
    """Fields with what stands in them, in the order of ``SPECS``; a constant number of queries."""
    rows = list(rows)
    prefetch_related_objects(rows, "choices", "topics")
    labels = topic_labels({topic.pk for row in rows for topic in row.topics.all()})
    pictured = [row.pk for row in rows if row.name == "picture"]
    pictures = {picture.field_id: picture for picture in ProfilePicture.objects.filter(field__in=pictured)}
    shown = [
        ShownField(
            row,
            choices=row.spec.labels(choice.value for choice in row.choices.all()),
            topics=sorted(labels[topic.pk] for topic in row.topics.all() if topic.pk in labels),
            picture=pictures.get(row.pk),
        )
        for row in rows
    ]
    order = list(SPECS)
    return sorted(shown, key=lambda item: order.index(item.row.name))


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


def read_list(profiles: list[Profile], viewer: Viewer, fields: QuerySet | None = None) -> list[Profile]:
    """For a list: each profile gets ``shown`` (fields by name) and ``belongings``.

    What was released to the viewer alone is not in it, nor are their own hidden fields: a list shows of everybody what
    it counts and finds. ``fields`` are those of them, already asked for.
    """
    found = ProfileField.objects.admitting(viewer) if fields is None else fields
    by_profile: dict[int, dict[str, ShownField]] = {profile.pk: {} for profile in profiles}
    for shown in contents(found.filter(profile__in=[profile.pk for profile in profiles])):
        by_profile[shown.row.profile_id][shown.row.name] = shown
    belonging = belongings(profiles, viewer)
    for profile in profiles:
        profile.shown, profile.belongings = by_profile[profile.pk], belonging[profile.person_id]
    return profiles


def read_fields(profile: Profile, viewer: Viewer) -> tuple[list[ShownField], list[AskableField]]:
    """For the page of a profile that the viewer may see: what they can read of it, and what they may ask for."""
    readable = ProfileField.objects.readable_to(viewer).filter(profile=profile, is_filled=True)
    shown = contents(readable.select_related("audience"))
    if viewer.user_id == profile.person_id:
        return shown, []
    admitted = set(ProfileField.objects.admitting(viewer).filter(profile=profile).values_list("pk", flat=True))
    for item in shown:
        item.released = item.row.pk not in admitted
    if not viewer.is_member:
        return shown, []
    rows = ProfileField.objects.filter(ProfileField.askable_q(), profile=profile)
    rows = list(rows.exclude(pk__in=[item.row.pk for item in shown]))
    questions: dict[int, FieldRelease] = {}
    for question in FieldRelease.objects.by(viewer.user).filter(field__in=rows).order_by("made_at", "pk"):
        questions[question.field_id] = question
    order = list(SPECS)
    rows.sort(key=lambda row: order.index(row.name))
    return shown, [AskableField(row, questions.get(row.pk)) for row in rows]
