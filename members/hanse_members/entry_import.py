"""Entries of the directory of clusters from a table of public figures."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from hanse_base.row_import import Finding, Row, Verdict, read_rows

from .models import ClusterEntry, EntryField, EntryRegion, TopicLabel
from .models.entries import EARLIEST, entry_key, website_key
from .regions import read_regions

COLUMNS = ("name", "region", "founded", "members", "smes", "field", "website")
#: most characters of a cell that is kept as it is
LONGEST = {"name": 150, "region": 200, "website": 200}
Exactness = ClusterEntry.Exactness
#: "166", "1.050"
NUMBER = re.compile(r"\d{1,3}(?:\.\d{3})+|\d+")
#: ">1.000", "ca. 260 (keine Vereinsstruktur)", "keine Vereinsstruktur"
MEMBERS = re.compile(rf"(?P<how>>|ca\.)?\s*(?P<number>{NUMBER.pattern})\s*(?:\((?P<note>[^()]+)\))?")
HOW = {">": Exactness.AT_LEAST, "ca.": Exactness.ABOUT, None: Exactness.EXACT}


@dataclass
class Record:
    """What one or several rows say about one cluster."""

    row: int
    name: str
    values: dict[str, object]
    regions: list[str]
    fields: list[str]
    other_names: list[str] = field(default_factory=list)
    topics: list[int] = field(default_factory=list)


@transaction.atomic
def import_entries(data: bytes, *, as_of: str, source: str) -> list[Finding]:
    """Bring the directory in line with a table. Returns what became of each row; a second run changes nothing.

    Rows with the same web address are one cluster: the first gives the figures, the others their names and fields.
    A field of work that is the label, or another word, of exactly one topic gives the entry that topic; nothing is
    guessed. Entries that a cluster has claimed are left alone. Raises ValidationError for a file that is no such table.
    """
    findings: list[Finding] = []
    records: dict[str, Record] = {}
    for row in read_rows(data, COLUMNS):
        finding = Finding(row.number, row["name"], Verdict.NEW)
        findings.append(finding)
        if not row["name"]:
            finding.verdict = Verdict.FAULTY
            finding.notes.append(_("no name"))
            continue
        if too_long := [column for column, most in LONGEST.items() if len(row[column]) > most]:
            finding.verdict = Verdict.FAULTY
            finding.notes.append(_("too long: %(columns)s") % {"columns": ", ".join(too_long)})
            continue
        record = read_record(row, finding.notes)
        key = entry_key(str(record.values["website"]), record.name)
        if key in records:
            finding.verdict = Verdict.DOUBLE
            _merge(records[key], record, finding.notes)
        else:
            records[key] = record
    words = topics_by_word()
    for record in records.values():
        record.topics = sorted({words[key] for name in record.fields if (key := name.casefold()) in words})
    verdicts = {record.row: _store(record, as_of, source) for record in records.values()}
    for finding in findings:
        finding.verdict = verdicts.get(finding.number, finding.verdict)
    return findings


def topics_by_word() -> dict[str, int]:
    """Labels and other words of topics in all languages that mean one topic only, in lower case."""
    found: dict[str, set[int]] = {}
    labels = TopicLabel.objects.filter(topic__merged_into=None).values_list("topic_id", "text", "synonyms")
    for topic, text, synonyms in labels:
        for word in (text, *synonyms.splitlines()):
            found.setdefault(word.strip().casefold(), set()).add(topic)
    return {word: next(iter(topics)) for word, topics in found.items() if len(topics) == 1}


def read_record(row: Row, notes: list[str]) -> Record:
    """The values of a row. What cannot be read stays empty and is noted."""
    members, exactness, members_note = _read_members(row["members"], notes)
    regions, unknown = read_regions(row["region"])
    if unknown:
        notes.append(_("region not known: %(names)s") % {"names": ", ".join(unknown)})
    smes = _read_number(row["smes"], _("SMEs"), notes)
    if smes is not None and members is not None and smes > members:
        notes.append(_("more SMEs than members: left out"))
        smes = None
    return Record(
        row=row.number,
        name=row["name"],
        values={
            "website": website_key(row["website"]),
            "region_text": row["region"],
            "founded": _read_year(row["founded"], notes),
            "members": members,
            "members_exactness": exactness,
            "members_note": members_note,
            "smes": smes,
        },
        regions=regions,
        fields=list(dict.fromkeys(name.strip() for name in row["field"].split(",") if name.strip())),
    )


def _read_number(text: str, column: str, notes: list[str]) -> int | None:
    if not text:
        return None
    if not NUMBER.fullmatch(text) or len(text) > 9:
        notes.append(_("%(column)s not understood: %(text)s") % {"column": column, "text": text})
        return None
    return int(text.replace(".", ""))


def _read_year(text: str, notes: list[str]) -> int | None:
    year = _read_number(text, _("founded"), notes)
    if year is not None and not EARLIEST <= year <= timezone.localdate().year:
        notes.append(_("%(column)s not understood: %(text)s") % {"column": _("founded"), "text": text})
        return None
    return year


def _read_members(text: str, notes: list[str]) -> tuple[int | None, str, str]:
    """Number, exactness, and what else the cell says. A cell without a number is a note alone."""
    found = MEMBERS.fullmatch(text)
    if found:
        number = _read_number(found["number"], _("members"), notes)
        return number, HOW[found["how"]], (found["note"] or "")[:150]
    if text and any(character.isdigit() for character in text):
        notes.append(_("%(column)s not understood: %(text)s") % {"column": _("members"), "text": text})
    elif text:
        notes.append(_("no number of members: %(text)s") % {"text": text})
    return None, Exactness.EXACT, text[:150]


def _merge(record: Record, other: Record, notes: list[str]) -> None:
    """Take name and fields of a double over, and say where its figures differ."""
    notes.append(_("same web address as row %(number)d") % {"number": record.row})
    if other.name != record.name and other.name not in record.other_names:
        record.other_names.append(other.name)
    record.fields += [name for name in other.fields if name not in record.fields]
    record.regions += [code for code in other.regions if code not in record.regions]
    for name in ("founded", "members", "smes"):
        if other.values[name] != record.values[name]:
            notes.append(_("other figure left out: %(name)s %(value)s") % {"name": name, "value": other.values[name]})


def _known(record: Record) -> ClusterEntry | None:
    """The entry of this row. A cluster that claimed its own may have another web address by now."""
    website = str(record.values["website"])
    found = Q(key=entry_key(website, record.name)) | Q(cluster__isnull=False, name__iexact=record.name)
    if website:
        found |= Q(website=website)
    entries = list(ClusterEntry.objects.select_for_update(of=("self",)).filter(found).order_by("pk"))
    return next((entry for entry in entries if entry.cluster_id is not None), entries[0] if entries else None)


def _store(record: Record, as_of: str, source: str) -> Verdict:
    entry = _known(record)
    if entry is not None and entry.cluster_id is not None:
        return Verdict.KEPT
    wanted = {
        "name": record.name,
        "other_names": record.other_names,
        "as_of": as_of,
        "source": source,
        **record.values,
    }
    if entry is None:
        entry, verdict = ClusterEntry.objects.create(**wanted), Verdict.NEW
    else:
        same = all(getattr(entry, name) == value for name, value in wanted.items())
        same = same and {region.code for region in entry.regions.all()} == set(record.regions)
        same = same and {each.name for each in entry.fields.all()} == set(record.fields)
        if same and {topic.pk for topic in entry.topics.all()} == set(record.topics):
            return Verdict.UNCHANGED
        verdict = Verdict.CHANGED
        for name, value in wanted.items():
            setattr(entry, name, value)
        entry.save()
        entry.regions.all().delete()
        entry.fields.all().delete()
    entry.topics.set(record.topics)
    EntryRegion.objects.bulk_create(EntryRegion(entry=entry, code=code) for code in record.regions)
    EntryField.objects.bulk_create(EntryField(entry=entry, name=name) for name in record.fields)
    return verdict
