"""Writing documents: what changed is read again, and its document written when it says something else.

One writer at a time, so that nobody who read an item earlier writes over one who read it later.
"""

from __future__ import annotations

import hashlib
import json
import logging
import time
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import asdict
from datetime import UTC, datetime

from django.db import InterfaceError, OperationalError, connection, transaction
from django.db.models import F, QuerySet
from django.db.models.functions import Greatest
from django.utils import timezone

from .backends import backend
from .figures import COMPARED, FAILED, count, note
from .models import SearchChange, SearchDocument, SearchFacet, SearchPart
from .sources import LONGEST_TEXT, Entry, Part, Source, as_values, sources
from .words import store_words

#: items compared at once, and documents written at once by the worker: a writer keeps others waiting
BATCH, WRITTEN = 200, 20
#: before and after these no dates are kept: not every database can read them again
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(9000, 1, 1, tzinfo=UTC)
#: items that a search writes before it answers, those that changed last; others are left out until the worker was there
MOST_AT_ONCE = 200
logger = logging.getLogger(__name__)
#: changes with what words are made of (``analysis``, ``compounds``, ``words``), so that all documents are written anew
ANALYSIS = 3
#: instead of a source: compare everything (``trust_nothing``)
EVERYTHING = "*"
#: number of the lock in PostgreSQL that the writer holds
LOCK = 0x68616E7365
#: what PostgreSQL calls it when a lock was not to be had in time
WAITED_IN_VAIN = "55P03"


def write_changes(most: int = WRITTEN, *, wait: float | None = None) -> int:
    """Write the documents of what changed last, at most so many. Returns how many items there were.

    0 also where somebody else went on writing for ``wait`` seconds; None: they are waited for.
    """
    with transaction.atomic():
        if not _lock(wait):
            return 0
        wanted = _changed_last(most)
        # Before the items are read: what is noted while they are read is for the next time.
        done: list[int] = []
        for name, ids in wanted.items():
            noted = SearchChange.objects.filter(source=name, object_id__in=ids)
            done += noted.values_list("pk", flat=True)
        for name, ids in wanted.items():
            if name in sources:
                _write_what_can_be(sources[name], ids)
        SearchChange.objects.filter(pk__in=done).delete()
    return sum(len(ids) for ids in wanted.values())


def _changed_last(most: int) -> dict[str, set[int]]:
    """Numbers of items by source. One change leaves several notes of the same item."""
    notes = waiting().order_by("-pk").values_list("source", "object_id")
    items = dict.fromkeys(notes[: 10 * most])
    found: dict[str, set[int]] = {}
    for name, pk in list(items)[:most]:
        found.setdefault(name, set()).add(pk)
    return found


def write_all_changes() -> int:
    """Write the documents of all that changed, batch by batch. Returns how many there were."""
    written = 0
    while number := write_changes():
        written += number
    return written


def pending() -> int:
    """How many changes wait."""
    return waiting().count()


def waiting() -> QuerySet[SearchChange]:
    """Changes that no document says yet."""
    return SearchChange.objects.exclude(source=EVERYTHING)


def note_changes(source: str, ids: Iterable[int]) -> None:
    """For items that changed in a way that no trigger sees, such as the text of a file that was read meanwhile."""
    SearchChange.objects.bulk_create(SearchChange(source=source, object_id=id) for id in ids)


def trust_nothing() -> None:
    """Have everything compared by the worker, as after migrations, which no trigger watches."""
    if not SearchChange.objects.filter(source=EVERYTHING).exists():
        SearchChange.objects.create(source=EVERYTHING, object_id=0)


def _lock(wait: float | None = None) -> bool:
    """False where somebody else writes for longer than these seconds. SQLite has a single writer anyway."""
    if connection.vendor != "postgresql":
        return True
    try:
        # A savepoint, so that waiting in vain ends nobody's transaction.
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SELECT current_setting('lock_timeout')")
            (usual,) = cursor.fetchone()
            if wait is not None:
                cursor.execute("SELECT set_config('lock_timeout', %s, true)", [f"{max(int(wait * 1000), 1)}ms"])
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [LOCK])
            cursor.execute("SELECT set_config('lock_timeout', %s, true)", [usual])
    except OperationalError as error:
        if getattr(error.__cause__, "sqlstate", "") != WAITED_IN_VAIN:
            raise
        return False
    return True


def _write_what_can_be(source: Source, ids: Collection[int]) -> None:
    """An item that cannot be written keeps no other from being found: it is left out, and the log says which."""
    try:
        with transaction.atomic():
            _write(source, ids)
    except (InterfaceError, OperationalError):
        raise  # a connection that is gone, a lock: that says nothing of the items
    except Exception:
        if len(ids) > 1:
            for pk in ids:
                _write_what_can_be(source, {pk})
            return
        logger.exception("an item cannot be searched", extra={"source": source.name, "items": list(ids)})
        count(FAILED, 1)
        rows = SearchDocument.objects.filter(source=source.name, object_id__in=ids)
        SearchPart.objects.filter(document__in=rows.values("pk")).delete()
        # Without reading the row, which may be what cannot be read.
        rows.update(gone=True, digest="", version=Greatest(F("version") + 1, time.time_ns() // 1000))


def _write(source: Source, ids: Collection[int]) -> None:
    entries = read_entries(source, ids)
    known = {row.object_id: row for row in SearchDocument.objects.filter(source=source.name, object_id__in=ids)}
    _remove([row for pk, row in known.items() if pk not in entries])
    changed = {
        pk: entry
        for pk, entry in entries.items()
        if pk not in known or known[pk].gone or known[pk].digest != digest(entry)
    }
    documents = [_document(source, pk, entry, known.get(pk)) for pk, entry in changed.items()]
    SearchPart.objects.filter(document__in=[row.pk for row in documents if row.pk]).delete()
    SearchDocument.objects.bulk_create([row for row in documents if not row.pk])
    fields = [
        field.name
        for field in SearchDocument._meta.fields
        if field.name not in ("id", "source", "object_id", "indexed_version")
    ]
    SearchDocument.objects.bulk_update([row for row in documents if row.object_id in known], fields)
    _write_parts(documents, changed)
    backend().documents_changed()


def _document(source: Source, pk: int, entry: Entry, known: SearchDocument | None) -> SearchDocument:
    row = known or SearchDocument(source=source.name, object_id=pk, version=0)
    # The time, so that an item which comes back is newer than all that was told of it before.
    row.version = max(row.version + 1, time.time_ns() // 1000)
    row.gone = False
    row.digest = digest(entry)
    row.audience_id = entry.audience_id
    row.date = _kept(entry.date or timezone.now())
    row.shown_from, row.shown_until = _kept(entry.shown_from), _kept(entry.shown_until)
    row.lower_after = _kept(entry.lower_after)
    for name in ("author_id", "container", "place", "language"):
        setattr(row, name, getattr(entry, name))
    return row


def _kept(moment: datetime | None) -> datetime | None:
    """Within what every database can read again."""
    return moment and min(max(moment, EARLIEST), LATEST)


def _write_parts(documents: list[SearchDocument], entries: Mapping[int, Entry]) -> None:
    parts, facets = [], []
    for document in documents:
        entry = entries[document.object_id]
        main = Part("", entry.audience_id, entry.text, {**entry.facets, "kind": [document.source]})
        if entry.language:
            main.facets = {**main.facets, "language": [entry.language]}
        if entry.date:
            main.facets = {**main.facets, "year": [timezone.localtime(document.date).year]}
        for part in (main, *entry.parts):
            row = SearchPart(
                document=document,
                name=part.name,
                audience_id=part.audience_id,
                title=entry.title if part is main else "",
                text=part.text[:LONGEST_TEXT].replace("\x00", ""),
            )
            parts.append((row, entry.language))
            facets += [
                SearchFacet(part=row, document=document, name=name, value=value)
                for name, values in part.facets.items()
                for value in as_values(values)
            ]
    SearchPart.objects.bulk_create([row for row, _language in parts])
    SearchFacet.objects.bulk_create(facets)
    store_words(parts)


def _remove(documents: list[SearchDocument]) -> None:
    """A separate index must hear of it first; until then the row stays as a tombstone."""
    if not documents:
        return
    if not backend().keeps_index:
        SearchDocument.objects.filter(pk__in=[row.pk for row in documents]).delete()
        return
    documents = [row for row in documents if not row.gone]
    SearchPart.objects.filter(document__in=documents).delete()
    for row in documents:
        row.gone, row.version, row.digest = True, max(row.version + 1, time.time_ns() // 1000), ""
    SearchDocument.objects.bulk_update(documents, ["gone", "version", "digest"])


def read_entries(source: Source, ids: Collection[int]) -> Mapping[int, Entry]:
    """What the documents of these items should say now. Those that are not to be found are missing."""
    return source.entries(list(source.rows().filter(pk__in=ids)))


def digest(entry: Entry) -> str:
    """Of everything that a document says."""
    told = asdict(entry)
    told["facets"] = {name: as_values(values) for name, values in entry.facets.items()}
    for part in told["parts"]:
        part["facets"] = {name: as_values(values) for name, values in part["facets"].items()}
    told["analysis"] = ANALYSIS
    return hashlib.sha256(json.dumps(told, sort_keys=True, default=str).encode()).hexdigest()


# Whether documents say what the items say


def differences(source: Source, ids: Collection[int]) -> tuple[set[int], set[int], set[int]]:
    """Of items with these numbers: which documents are missing, which stale, which are of nothing that can be found."""
    entries = read_entries(source, ids)
    documents = SearchDocument.objects.filter(source=source.name, object_id__in=ids, gone=False)
    known = dict(documents.values_list("object_id", "digest"))
    missing = {pk for pk in entries if pk not in known}
    stale = {pk for pk, entry in entries.items() if pk in known and known[pk] != digest(entry)}
    return missing, stale, set(known) - set(entries)


def batches(source: Source, after: int = 0) -> Iterator[list[int]]:
    """Numbers of items and of documents of a source, in their order, beyond ``after``."""
    while True:
        items = source.rows().order_by("pk").filter(pk__gt=after).values_list("pk", flat=True)
        documents = SearchDocument.objects.filter(source=source.name, gone=False, object_id__gt=after)
        numbers = {*items[:BATCH], *documents.order_by("object_id").values_list("object_id", flat=True)[:BATCH]}
        batch = sorted(numbers)[:BATCH]
        if not batch:
            return
        yield batch
        after = batch[-1]


def rewrite(source: Source, ids: Collection[int], *, whole: bool = False) -> None:
    """Bring the documents of these items up to date; ``whole`` writes them anew, words included."""
    with transaction.atomic():
        _lock()
        if whole:
            SearchDocument.objects.filter(source=source.name, object_id__in=ids, gone=False).update(digest="")
        _write_what_can_be(source, ids)


def compare_everything() -> dict[str, list[int]]:
    """Compare every document with its item and mend what differs: how many were missing, stale, orphaned, by source."""
    report: dict[str, list[int]] = {}
    for source in sources:
        numbers = [0, 0, 0]
        for batch in batches(source):
            found = differences(source, batch)
            numbers = [number + len(ids) for number, ids in zip(numbers, found, strict=True)]
            if wrong := set().union(*found):
                rewrite(source, wrong)
        report[source.name] = numbers
    for name in SearchDocument.objects.order_by().values_list("source", flat=True).distinct():
        if name not in sources:
            left = SearchDocument.objects.filter(source=name, gone=False)
            report[name] = [0, 0, left.count()]
            with transaction.atomic():
                _lock()
                _remove(list(left))
                backend().documents_changed()
    note(COMPARED, sum(map(sum, report.values())), {"documents": report})
    return report
