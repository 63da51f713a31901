"""A table of organisations held against a cluster: what each row is, and what it would change.

Nothing is asked of organisations outside the cluster, so no verdict can tell whether there are any. Of those in it that
another management answers for nothing is compared, whoever acts: the notes are read by all managers of this cluster.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from hanse_base.row_import import Row, read_rows

from .models import (
    Cluster,
    Organisation,
    OrganisationField,
    OrganisationImportRow,
    OrganisationMembership,
    OrganisationRecord,
)
from .models.entries import website_key
from .models.organisation_imports import LONGEST_KEY
from .models.organisations import name_key
from .models.topics import topic_labels
from .organisation_values import HEADINGS, Reading, Value, cell, shown, values_of

Verdict = OrganisationImportRow.Verdict
LONGEST_NAME = Organisation._meta.get_field("name").max_length or 0
#: what firms have beside their name
LEGAL_FORM = re.compile(
    r"\b(und|and|gmbh|ag|kg|kgaa|ohg|ug|se|mbh|co|e ?v|eg|ltd|limited|inc|llc|s ?a|b ?v|gbr|haftungsbeschränkt)\b"
)


def loose_name(name: str) -> str:
    """A name without legal form, signs and spaces: two of the same may be doubles."""
    words = re.sub(r"[\W_]+", " ", name_key(name))
    bare = re.sub(r"\s+", "", LEGAL_FORM.sub(" ", words))
    return bare if len(bare) > 2 else words.strip()


@dataclass(frozen=True)
class Plan:
    """What is to be written, and what is said of it."""

    changes: dict[str, Value]
    notes: list[list]
    kept: bool

    @property
    def verdict(self) -> str:
        if self.changes:
            return Verdict.CHANGED
        return Verdict.KEPT if self.kept else Verdict.UNCHANGED


@dataclass
class Known:
    """What the management of a cluster knows already: a constant number of queries.

    ``ours`` came in with this cluster: its management reads and changes all of them. ``values`` are those of the
    organisations that ``load`` was told of.
    """

    cluster: Cluster
    names: dict[int, str]
    ours: set[int]
    #: so many new ones may still come
    room: int = 0
    values: dict[int, dict[str, Value]] = field(default_factory=dict)
    records: list[OrganisationRecord] = field(default_factory=list)
    by_name: dict[str, int] = field(default_factory=dict)
    by_loose: dict[str, int] = field(default_factory=dict)
    by_website: dict[str, int] = field(default_factory=dict)
    by_key: dict[str, OrganisationRecord] = field(default_factory=dict)
    of: dict[int, list[OrganisationRecord]] = field(default_factory=lambda: defaultdict(list))
    labels: dict[int, str] = field(default_factory=dict)

    @classmethod
    def read(cls, cluster: Cluster, rows: Iterable[OrganisationImportRow] | None = None) -> Known:
        """With ``rows`` it holds the records that these can mean alone, which ``find`` and ``plan`` ask for."""
        parts = OrganisationMembership.objects.current().filter(cluster=cluster).order_by("-organisation_id")
        names = dict(parts.values_list("organisation_id", "organisation__name"))
        home = OrganisationMembership.objects.home().filter(cluster=cluster).order_by().values("organisation_id")
        known = cls(cluster, names, set(home.values_list("organisation_id", flat=True)))
        for pk, name in names.items():
            known.by_name[name_key(name)] = pk
        for pk in sorted(known.ours, reverse=True):
            known.by_loose[loose_name(names[pk])] = pk
        websites = OrganisationField.objects.filter(organisation__in=home, name="website").exclude(text="")
        for pk, website in websites.order_by("-organisation_id").values_list("organisation_id", "text"):
            known.by_website[website_key(website)] = pk
        for record in known._records(rows).order_by("pk"):
            known.keep(record)
        return known

    def _records(self, rows: Iterable[OrganisationImportRow] | None) -> QuerySet[OrganisationRecord]:
        records = OrganisationRecord.objects.filter(cluster=self.cluster)
        if rows is None:
            return records
        keyed = records.filter(key__in=[row.key for row in rows if row.key]).values("organisation_id")
        alike = {pk for row in rows for pk in self._alike(row)}
        return records.filter(Q(organisation__in=alike) | Q(organisation__in=keyed))

    def _alike(self, row: OrganisationImportRow) -> Iterator[int]:
        """Organisations that a row can mean without its key."""
        website = website_key(str(row.values.get("website") or ""))
        for known, by in (
            (self.by_name, name_key(row.name)),
            (self.by_loose, loose_name(row.name)),
            (self.by_website, website),
        ):
            if by in known:
                yield known[by]

    def keep(self, record: OrganisationRecord) -> None:
        """Know of a record that was read, made, or given a key."""
        if record not in self.of[record.organisation_id]:
            self.of[record.organisation_id].append(record)
            self.records.append(record)
        if record.key:
            self.by_key[record.key] = record

    def load(self, organisations: Iterable[int]) -> None:
        """Read the values of these, as far as they are ours: ``plan`` compares with them."""
        loaded = values_of(self.ours.intersection(organisations))
        self.values |= loaded
        self.labels |= topic_labels({int(topic) for values in loaded.values() for topic in values["topics"]})

    def find(self, row: OrganisationImportRow) -> tuple[int | None, str, list[list]]:
        """Which organisation a row means, how sure that is as a verdict, and why. None for a new one."""
        if row.key and (record := self.by_key.get(row.key)):
            if record.organisation_id not in self.names:
                return record.organisation_id, Verdict.KEPT, [["not_here"]]
            return record.organisation_id, "", []
        if found := self.by_name.get(name_key(row.name)):
            keys = [record.key for record in self.of[found] if record.key]
            if row.key and keys and found in self.ours:
                return found, Verdict.DOUBTFUL, [["other_key", self.names[found]]]
            return found, "", []
        if found := self.by_loose.get(loose_name(row.name)):
            return found, Verdict.DOUBTFUL, [["like_name", self.names[found]]]
        website = row.values.get("website")
        if website and (found := self.by_website.get(website_key(website))):
            return found, Verdict.DOUBTFUL, [["like_website", self.names[found]]]
        return None, Verdict.NEW, []

    def plan(self, row: OrganisationImportRow, organisation: int) -> Plan:
        """What the row changes in it: what is empty, and what the table said before and nobody edited."""
        if organisation not in self.ours:
            return Plan({}, [["not_ours"]], kept=True)
        said = self.said_of(organisation, row.key)
        present: dict[str, Value] = {"name": self.names[organisation], **self.values[organisation]}
        changes, notes, kept = {}, [], False
        for name, wanted in {"name": row.name, **row.values}.items():
            there = present[name]
            if wanted == there:
                continue
            texts = [shown(name, value, self.labels) for value in (there, wanted)]
            if not there or (name in said and said[name] == there):
                changes[name] = wanted
                notes.append(["becomes", name, *texts])
            else:
                notes.append(["kept", name, *texts])
                kept = True
        return Plan(changes, notes, kept)

    def said_of(self, organisation: int, key: str) -> dict[str, Value]:
        """What the table said before, by this key or without one."""
        records = self.of[organisation]
        return next((record.said for record in records if record.key in (key, "")), {})


def judged_rows(data: bytes, known: Known, *, source=None) -> list[OrganisationImportRow]:
    """The rows of a table with their verdicts, not saved, and what of an earlier one is missing in it.

    Raises ValidationError when it is no table, has no column with names, or no row.
    """
    table = read_rows(data, ())
    if not table:
        raise ValidationError(_("There are no rows below the heading."))
    if not set(HEADINGS["name"]) & set(table[0].values):
        raise ValidationError(_("The column with the names is missing. Its heading must be “name”."))
    reading = Reading()
    known.load(known.ours)
    known.labels |= topic_labels(set(reading.topics.values()))
    judging = Judging(known, reading)
    rows = [judging.judge(row) for row in table]
    return [*rows, *judging.missing(source)]


class Judging:
    """Row by row; what was met before in the table is a double."""

    def __init__(self, known: Known, reading: Reading) -> None:
        self.known, self.reading = known, reading
        self.first: dict[tuple, int] = {}
        self.keys: set[str] = set()
        self.met: set[int] = set()

    def judge(self, row: Row) -> OrganisationImportRow:
        name, key = " ".join(cell(row, "name").split()), cell(row, "key")
        judged = OrganisationImportRow(number=row.number, key=key[:LONGEST_KEY], name=name[:LONGEST_NAME])
        if fault := _fault(name, key):
            judged.verdict, judged.notes = Verdict.FAULTY, [[fault]]
            return judged
        judged.values, notes = self.reading.read(row)
        found, verdict, why = self.known.find(judged)
        places: list[tuple[str, str | int]] = [("name", name_key(name))]
        places += [("key", key)] if key else []
        places += [("organisation", found)] if found and verdict != Verdict.DOUBTFUL else []
        self.keys.add(key)
        if same := next((self.first[place] for place in places if place in self.first), None):
            judged.verdict, judged.same_as = Verdict.DOUBLE, same
            return judged
        self.first |= dict.fromkeys(places, row.number)
        judged.organisation_id, judged.verdict = found, verdict
        if found:
            self.met.add(found)
        if found and not verdict:
            plan = self.known.plan(judged, found)
            judged.verdict, why = plan.verdict, plan.notes
        judged.notes = [*why, *notes]
        return judged

    def missing(self, source) -> list[OrganisationImportRow]:
        """What was brought from the same place and is in the cluster, but not in the table."""
        lost = [
            record
            for record in self.known.records
            if record.source_id == (source.pk if source else None)
            and record.organisation_id in self.known.ours - self.met
            and not (record.key and record.key in self.keys)
        ]
        names = self.known.names
        return [
            OrganisationImportRow(
                key=record.key,
                name=names[record.organisation_id],
                organisation_id=record.organisation_id,
                verdict=Verdict.MISSING,
                notes=[["missing"]],
            )
            for record in lost
        ]


def _fault(name: str, key: str) -> str:
    if not name:
        return "no_name"
    if len(name) > LONGEST_NAME:
        return "long_name"
    return "long_key" if len(key) > LONGEST_KEY else ""
