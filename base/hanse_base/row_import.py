"""Reading tables that people bring: CSV of any common dialect, row by row, each with a verdict that is told.

What a row means is the importer's business. Nothing is guessed: what cannot be read is left out and said.
"""

from __future__ import annotations

import codecs
import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

MOST_BYTES = 10 * 1024 * 1024
MOST_ROWS = 20_000
LONGEST_CELL = 10_000
DELIMITERS = ";,\t|"
#: letters such as ä and é in UTF-8; no word in Windows-1252 has these two
UTF8_LETTER = re.compile(rb"[\xc2\xc3][\x80-\xbf]")


class Verdict(Enum):
    """What becomes of one row."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    KEPT = "kept"
    DOUBLE = "double"
    FAULTY = "faulty"

    @property
    def label(self) -> Any:
        return LABELS[self]


LABELS = {
    Verdict.NEW: gettext_lazy("new"),
    Verdict.CHANGED: gettext_lazy("changed"),
    Verdict.UNCHANGED: gettext_lazy("unchanged"),
    Verdict.KEPT: gettext_lazy("kept as edited"),
    Verdict.DOUBLE: gettext_lazy("double"),
    Verdict.FAULTY: gettext_lazy("faulty"),
}


@dataclass(frozen=True)
class Row:
    """One row: ``number`` as in the file, where the heading is 1; ``values`` by column, stripped."""

    number: int
    values: Mapping[str, str]

    def __getitem__(self, column: str) -> str:
        return self.values.get(column, "")


@dataclass
class Finding:
    """What became of a row, and what is to be said about it."""

    number: int
    name: str
    verdict: Verdict
    notes: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        notes = f" ({'; '.join(self.notes)})" if self.notes else ""
        return f"{self.number}: {self.verdict.label} – {self.name}{notes}"


def read_rows(data: bytes, required: Iterable[str]) -> list[Row]:
    """The rows of a CSV file with a heading; empty rows are left out. Columns are known by their heading in lower case.

    Takes UTF-8 (with or without mark), UTF-16 with mark, and Windows-1252; separated by semicolon, comma, tab or bar.
    Raises ValidationError, for the person who brought the file, when it is too large, no table, or lacks a required
    column.
    """
    if len(data) > MOST_BYTES:
        raise ValidationError(_("The file is too large: at most %(number)d MB.") % {"number": MOST_BYTES // 2**20})
    text = _decode(data)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text), strict=True)
    try:
        return list(_rows(reader, set(required), whole=text.endswith(("\n", "\r"))))
    except csv.Error as error:
        raise ValidationError(_("Line %(number)d cannot be read as a table.") % {"number": reader.line_num}) from error


def _rows(reader, required: set[str], *, whole: bool) -> Iterator[Row]:
    heading = [name.strip().lower() for name in next(reader, [])]
    missing = sorted(required - set(heading))
    if missing:
        raise ValidationError(_("These columns are missing: %(names)s.") % {"names": ", ".join(missing)})
    if len(set(heading)) < len(heading):
        raise ValidationError(_("Two columns have the same heading."))
    number, cells = 1, heading
    for number, cells in enumerate(reader, start=2):
        if number > MOST_ROWS + 1:
            raise ValidationError(_("The table is too long: at most %(number)d rows.") % {"number": MOST_ROWS})
        if any(len(cell) > LONGEST_CELL for cell in cells):
            raise ValidationError(_("Row %(number)d has a cell that is too long.") % {"number": number})
        if any(cell.strip() for cell in cells):
            yield Row(number, dict(zip(heading, (cell.strip() for cell in cells), strict=False)))
    if not whole and len(cells) < len(heading):
        raise ValidationError(_("The file ends in the middle of row %(number)d.") % {"number": number})


def _decode(data: bytes) -> str:
    marked = data.startswith((b"\xff\xfe", b"\xfe\xff"))
    for encoding in ("utf-16",) if marked else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            if not marked and (data.startswith(codecs.BOM_UTF8) or UTF8_LETTER.search(data)):
                text = _(
                    "Some of its letters are in another encoding, or it is cut off. Please save the table as UTF-8."
                )
                raise ValidationError(text) from None
            continue
        if "\x00" not in text:
            return text
    raise ValidationError(_("This is no text file. Please save the table as CSV."))


def _delimiter(text: str) -> str:
    """The separator that occurs most often in the heading."""
    heading = text.lstrip().partition("\n")[0]
    return max(DELIMITERS, key=heading.count)
