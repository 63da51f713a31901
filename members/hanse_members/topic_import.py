"""Topics from a table: what each row would do to the tree, and doing it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from hanse_base.row_import import Finding, Row, Verdict, read_rows

from .models import Topic, TopicLabel
from .models.topics import MOST_LEVELS, clean_synonyms, readers_language
from .topic_places import BATCH, Places

LONGEST_CODE = Topic._meta.get_field("code").max_length or 0
LONGEST_LABEL = TopicLabel._meta.get_field("text").max_length or 0
SEPARATORS = re.compile(r"[|;\n]")
LANGUAGES = dict(settings.LANGUAGES)
#: a topic of the tree by its number, one that is new by its code
Key = int | str


@dataclass
class Wish:
    """What the rows of one code ask for. ``parent`` is a code."""

    code: str
    parent: str
    rows: list[Finding]
    labels: dict[str, str] = field(default_factory=dict)
    synonyms: dict[str, str] = field(default_factory=dict)

    def refuse(self, note: str) -> None:
        while self.rows:
            self.refuse_last(note)

    def refuse_last(self, note: str) -> None:
        finding = self.rows.pop()
        finding.verdict = Verdict.FAULTY
        finding.notes.append(note)


@dataclass
class Tree:
    """The tree as it is: read, or with ``locked`` kept from others until the transaction ends."""

    places: Places
    codes: dict[str, int]
    merged: dict[str, int]
    labels: dict[int, dict[str, TopicLabel]]

    @classmethod
    def read(cls, *, locked: bool = False) -> Tree:
        places = Places.locked() if locked else Places.present()
        coded = Topic.objects.exclude(code=None).values_list("code", "pk", "merged_into_id")
        labels: dict[int, dict[str, TopicLabel]] = defaultdict(dict)
        for label in TopicLabel.objects.filter(Topic.objects.in_use_q("topic__")):
            labels[label.topic_id][label.language] = label
        rows = list(coded)
        return cls(
            places=places,
            codes={code: pk for code, pk, merged in rows if merged is None},
            merged={code: merged for code, _pk, merged in rows if merged is not None},
            labels=labels,
        )

    def key(self, code: str) -> Key:
        return self.codes.get(code, code)


class TopicTable:
    """A table of topics held against the tree. Nothing is written before ``apply``.

    Columns: ``code``, ``parent`` (a code of the table or of the tree, empty for the topmost), the label in each
    language (``label_de``) or one a row (``label`` and ``language``), and as far as wanted other words
    (``synonyms_de``, or ``synonyms``) separated by bars or semicolons.

    The table says name and place of a topic; other words are added. What it does not name stays as it is. Raises
    ValidationError for what is no such table.
    """

    def __init__(self, data: bytes, tree: Tree) -> None:
        self.tree = tree
        self.findings: list[Finding] = []
        self.wishes: dict[str, Wish] = {}
        self.refused: set[str] = set()
        rows = read_rows(data, ("code", "parent"))
        endings = _label_columns(rows)
        for row in rows:
            self._take(row, endings)
        for code in self.wishes.keys() & tree.merged.keys():
            self._keep(self.wishes.pop(code))
        while faults := self._faults():
            for code, note in faults.items():
                self.refused.add(code)
                self.wishes.pop(code).refuse(note)
        for wish in self.wishes.values():
            verdict, notes = self._verdict(wish)
            for finding in wish.rows:
                finding.verdict = verdict
            wish.rows[0].notes += notes

    @property
    def changes(self) -> int:
        """Rows that would change the tree."""
        return sum(finding.verdict in (Verdict.NEW, Verdict.CHANGED) for finding in self.findings)

    # Reading

    def _take(self, row: Row, endings: Mapping[str, str]) -> None:
        language = row["language"].casefold()
        endings = endings or {language: ""}
        labels = {code: " ".join(row[f"label{end}"].split()) for code, end in endings.items()}
        labels = {code: text for code, text in labels.items() if text}
        name = labels.get(readers_language()) or next(iter(labels.values()), row["code"])
        finding = Finding(row.number, name, Verdict.UNCHANGED)
        self.findings.append(finding)
        wish = self.wishes.get(row["code"]) or Wish(row["code"], row["parent"], [])
        wish.rows.append(finding)
        if not endings.keys() <= LANGUAGES.keys():
            wish.refuse_last(_("language not known: %(name)s") % {"name": language})
        elif fault := _fault(row, labels):
            wish.refuse_last(fault)
        elif labels.keys() & wish.labels.keys():
            wish.rows.pop()
            finding.verdict = Verdict.DOUBLE
            finding.notes.append(_("as in row %(number)d") % {"number": wish.rows[0].number})
        else:
            self.wishes[wish.code] = wish
            wish.labels |= labels
            words = {code: SEPARATORS.sub("\n", row[f"synonyms{end}"]) for code, end in endings.items()}
            wish.synonyms |= {code: text for code, text in words.items() if code in labels}

    def _keep(self, wish: Wish) -> None:
        """The topic was merged since: the table does not bring it back."""
        into = self.tree.labels.get(self.tree.merged[wish.code], {})
        for finding in wish.rows:
            finding.verdict = Verdict.KEPT
            finding.notes.append(
                _("is part of “%(topic)s” now") % {"topic": next((label.text for label in into.values()), "")}
            )

    # What cannot be

    def _faults(self) -> dict[str, str]:
        """Why rows cannot be done, by code; asked again without them until the rest fits together."""
        places = self._wanted_places()
        return self._lost(places) or self._circles(places) or self._too_deep(places) or self._twins(places)

    def _lost(self, places: Places) -> dict[str, str]:
        """Those whose parent is nowhere, and all new ones below them."""
        below = defaultdict(list)
        faults = {}
        for wish in self.wishes.values():
            below[wish.parent].append(wish.code)
            if wish.parent and self._parent(wish) not in places.parents:
                known = wish.parent in self.refused
                text = _("the topic above, %(code)s, is faulty") if known else _("there is no topic %(code)s")
                faults[wish.code] = text % {"code": wish.parent}
        waiting = list(faults)
        for code in waiting:
            if code not in self.tree.codes:
                for lost in below[code]:
                    if lost not in faults:
                        faults[lost] = _("the topic above, %(code)s, is faulty") % {"code": code}
                        waiting.append(lost)
        return faults

    def _circles(self, places: Places) -> dict[str, str]:
        keys = {wish.code: self.tree.key(wish.code) for wish in self.wishes.values()}
        return {
            code: _("stands below itself") for code, key in keys.items() if places.parents[places.above(key)[-1]] == key
        }

    def _too_deep(self, places: Places) -> dict[str, str]:
        moved = {self.tree.key(wish.code): wish.code for wish in self.wishes.values() if self._is_moved(wish)}
        faults = {}
        for key in places.parents:
            above = places.above(key)
            if len(above) > MOST_LEVELS and (blamed := next((each for each in above if each in moved), None)):
                faults[moved[blamed]] = _("more than %(number)d levels") % {"number": MOST_LEVELS}
        return faults

    def _twins(self, places: Places) -> dict[str, str]:
        """Two of one name at one place; those that stand there already are right."""
        wanted = {self.tree.key(wish.code): wish for wish in self.wishes.values()}
        taken: dict[tuple, Key] = {}
        faults = {}
        for key in sorted(places.parents, key=lambda key: key in wanted and self._is_placed_anew(wanted[key])):
            labels = {code: label.text for code, label in self.tree.labels.get(key, {}).items()}
            wish = wanted.get(key)
            for language, text in (labels | wish.labels if wish else labels).items():
                place = (places.parents[key], language, text.casefold())
                if taken.setdefault(place, key) != key and wish:
                    faults[wish.code] = _("there is a topic “%(label)s” at this place already") % {"label": text}
        return faults

    # What is to be done

    def _parent(self, wish: Wish) -> Key:
        return self.tree.merged.get(wish.parent) or self.tree.key(wish.parent)

    def _wanted_places(self) -> Places:
        parents: dict = dict(self.tree.places.parents)
        for wish in self.wishes.values():
            parents[self.tree.key(wish.code)] = self._parent(wish) if wish.parent else None
        return Places(parents)

    def _is_moved(self, wish: Wish) -> bool:
        """Or new."""
        key = self.tree.key(wish.code)
        parents = self.tree.places.parents
        return key not in parents or parents[key] != (self._parent(wish) if wish.parent else None)

    def _is_placed_anew(self, wish: Wish) -> bool:
        """Moved, named anew, or new."""
        present = self.tree.labels.get(self.tree.key(wish.code), {})
        labels = {code: label.text for code, label in present.items()}
        return self._is_moved(wish) or bool(wish.labels.items() - labels.items())

    def _wanted_labels(self, wish: Wish) -> dict[str, tuple[str, str]]:
        """Label and other words by language."""
        present = self.tree.labels.get(self.tree.key(wish.code), {})
        wanted = {}
        for language, text in wish.labels.items():
            known = present[language].synonyms if language in present else ""
            lines = f"{known}\n{wish.synonyms.get(language, '')}".split("\n")
            words = clean_synonyms("\n".join(line for line in lines if line.strip().casefold() != text.casefold()))
            wanted[language] = (text, words)
        return wanted

    def _verdict(self, wish: Wish) -> tuple[Verdict, list[str]]:
        key = self.tree.key(wish.code)
        if key not in self.tree.places.parents:
            return Verdict.NEW, []
        present = self.tree.labels.get(key, {})
        wanted = self._wanted_labels(wish)
        before = {code: (label.text, label.synonyms) for code, label in present.items()}
        notes = []
        if any(code not in before or before[code][0] != text for code, (text, _words) in wanted.items()):
            notes.append(_("named anew"))
        if any(code in before and before[code][1] != words for code, (_text, words) in wanted.items()):
            notes.append(_("other words added"))
        if self._is_moved(wish):
            notes.append(_("moved"))
        return (Verdict.CHANGED if notes else Verdict.UNCHANGED), notes

    def apply(self) -> None:
        """Bring the tree, which is locked, in line with the table, but for its faulty rows."""
        moved = [wish for wish in self.wishes.values() if self._is_moved(wish)]
        labels = {wish.code: self._wanted_labels(wish) for wish in self.wishes.values()}
        new = [Topic(code=wish.code) for wish in moved if wish.code not in self.tree.codes]
        places = self._wanted_places()
        numbers: dict[Key, int] = {
            topic.code or "": topic.pk for topic in Topic.objects.bulk_create(new, batch_size=BATCH)
        }
        parents = {
            numbers.get(key, key): numbers.get(parent, parent) if parent is not None else None
            for key, parent in places.parents.items()
        }
        self.tree.codes |= {code: pk for code, pk in numbers.items() if isinstance(code, str)}
        self._write_labels(labels)
        changed = {self.tree.codes[wish.code] for wish in moved}
        written = Places({int(key): parent and int(parent) for key, parent in parents.items()})
        written.save([key for key in written.parents if changed.intersection(written.above(key))])

    def _write_labels(self, wanted: Mapping[str, Mapping[str, tuple[str, str]]]) -> None:
        new, changed = [], []
        for code, labels in wanted.items():
            topic = self.tree.codes[code]
            for language, (text, words) in labels.items():
                label = self.tree.labels.get(topic, {}).get(language)
                if label is None:
                    new.append(TopicLabel(topic_id=topic, language=language, text=text, synonyms=words))
                elif (label.text, label.synonyms) != (text, words):
                    label.text, label.synonyms = text, words
                    changed.append(label)
        TopicLabel.objects.bulk_create(new, batch_size=BATCH)
        TopicLabel.objects.bulk_update(changed, ["text", "synonyms"], batch_size=BATCH)


def _label_columns(rows: Iterable[Row]) -> dict[str, str]:
    """The ends of the columns with labels by language, none where each row names its language."""
    heading = next(iter(rows), Row(1, {})).values
    if not heading:
        raise ValidationError(_("There are no rows below the heading."))
    ends = {code: f"_{code}" for code in LANGUAGES if f"label_{code}" in heading}
    if not ends and not {"label", "language"} <= heading.keys():
        names = ", ".join(f"label_{code}" for code in LANGUAGES)
        raise ValidationError(
            _("There are no columns with labels: %(names)s, or label and language.") % {"names": names}
        )
    return ends


def _fault(row: Row, labels: Mapping[str, str]) -> str:
    if not row["code"]:
        return _("there is no code")
    if len(row["code"]) > LONGEST_CODE:
        return _("the code is too long")
    if not labels:
        return _("there is no label")
    if any(len(text) > LONGEST_LABEL for text in labels.values()):
        return _("the label is too long")
    return ""
