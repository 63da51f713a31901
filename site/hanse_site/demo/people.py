"""The people of the demo's clusters, from a table: whom they work for, and what they say of themselves."""

from __future__ import annotations

import csv
import datetime
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from django.core.files.base import ContentFile
from django.utils import timezone

from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_access.uploads import accept_upload
from hanse_members import actions
from hanse_members.actions import FieldValue
from hanse_members.models import Cluster, Membership, Organisation, Profile, Topic

from ..models import User
from .personas import PERSONAS
from .portraits import portrait

FILE = Path(__file__).parent / "data" / "people.csv"
PERSONA_BY_NAME = {persona.full_name: persona for persona in PERSONAS}
SPELLINGS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ø": "o", "ł": "l", "ß": "ss"})


@dataclass(frozen=True)
class Row:
    """One person. ``cells`` are those of the table; data/README.md says what stands in them."""

    cells: dict[str, str]

    @property
    def name(self) -> str:
        return self.cells["name"]

    @cached_property
    def clusters(self) -> list[str]:
        return self.cells["clusters"].split(",")

    @property
    def is_persona(self) -> bool:
        return self.name in PERSONA_BY_NAME

    @property
    def email(self) -> str:
        return PERSONA_BY_NAME[self.name].email if self.is_persona else address_of(self.clusters[0], self.name)

    def organisation_in(self, cluster: str) -> Organisation | None:
        """None where the person belongs to the cluster alone, or the organisation takes part no longer."""
        names = dict(zip(self.clusters, self.cells["organisations"].split("|"), strict=True))
        return Organisation.objects.filter(name=names[cluster], clusters__slug=cluster).first()

    def values(self, topics: dict[str, Topic]) -> dict[str, FieldValue]:
        """What the profile says, by field."""
        texts = {name: self.cells[f"{name}_text"] for name in ("function", "competences", "offers", "looks_for")}
        values = {name: FieldValue(self.cells[name]) for name in ("phone", "website", "orcid")}
        values["email"] = FieldValue(self.email if self.cells["email"] else "")
        for name in ("function", "offers", "looks_for", "roles", "languages"):
            values[name] = FieldValue(texts.get(name, ""), choices=_listed(self.cells[name]))
        chosen = [topics[code] for code in _listed(self.cells["topics"]) if code in topics]
        values["competences"] = FieldValue(texts["competences"], topics=chosen)
        if self.cells["portrait"]:
            drawn = ContentFile(portrait(self.cells["portrait"]), name="portrait.png")
            values["picture"] = FieldValue(picture=accept_upload(drawn, images_only=True))
        return {name: value for name, value in values.items() if any(vars(value).values())}


def _listed(cell: str) -> list[str]:
    return cell.split(",") if cell else []


@cache
def rows() -> tuple[Row, ...]:
    with FILE.open(encoding="utf-8", newline="") as lines:
        return tuple(Row(cells) for cells in csv.DictReader(lines, delimiter=";"))


def row_of(name: str) -> Row:
    return next(row for row in rows() if row.name == name)


def address_of(cluster: str, name: str) -> str:
    letters = unicodedata.normalize("NFKD", name.casefold().translate(SPELLINGS))
    first, last = "".join(letter for letter in letters if not unicodedata.combining(letter)).split()
    return f"{first}.{last}.{cluster.partition('-')[0]}@example.org"


def load_members(clusters: dict[str, Cluster], operator: User) -> list[Cluster]:
    """Admit those that are missing, without the personas. Returns the clusters that got some."""
    known = set(Membership.objects.values_list("person__email", "cluster__slug"))
    filled = []
    for slug, cluster in clusters.items():
        here = [row for row in rows() if slug in row.clusters and not row.is_persona]
        missing = [row for row in here if (row.email, slug) not in known]
        for row in missing:
            first, _, last = row.name.partition(" ")
            names = {"first_name": first, "last_name": last}
            person = User.objects.filter(email=row.email).first() or User.objects.create_user(row.email, **names)
            actions.add_member(person=person, cluster=cluster, organisation=row.organisation_in(slug), by=operator)
        if missing:
            filled.append(cluster)
    return filled


def load_profiles() -> int:
    """Those that are missing, of people who are members still. Returns how many were added."""
    missing = {row.email: row for row in rows() if row.cells["level"]}
    people = User.objects.filter(email__in=missing, profile=None, memberships__in=Membership.objects.approved())
    people = list(people.distinct().order_by("pk"))
    topics = {topic.code: topic for topic in Topic.objects.in_use()} if people else {}
    for person in people:
        _add_profile(missing[person.email], person, topics)
    return len(people)


def _add_profile(row: Row, person: User, topics: dict[str, Topic]) -> None:
    own = Membership.objects.approved().of(person).values_list("cluster_id", flat=True)
    levels = {
        "public": [PUBLIC],
        "platform": [Scope("platform", 0)],
        "cluster": [Scope("cluster", pk) for pk in own],
        "me": [EDITORS],
    }
    scopes = levels[row.cells["level"]]
    profile = actions.save_profile(person=person, values=row.values(topics), scopes=scopes)
    for name, level, on_request in readers(row.cells["readers"].split()):
        scopes = levels[level]
        actions.choose_readers(profile, name, follows=False, scopes=scopes, on_request=on_request, by=person)
    now = timezone.now()
    created, confirmed = (now - datetime.timedelta(days=int(row.cells[name])) for name in ("created", "confirmed"))
    Profile.objects.filter(pk=profile.pk).update(created_at=created, confirmed_at=confirmed)


def readers(cells: Iterable[str]) -> Iterable[tuple[str, str, bool]]:
    """Field, level and whether others may ask, of "phone=cluster?"."""
    for cell in cells:
        name, _, level = cell.partition("=")
        yield name, level.rstrip("?"), level.endswith("?")
