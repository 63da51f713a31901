"""Spreadsheets – those that Wagtail writes and our own – as data that no program takes for a formula.

What people typed stands in them: titles, names, addresses. Spreadsheet programs run a cell of a CSV file that begins
like a formula, and Wagtail writes it as it is; in a workbook it marks such cells as text, but fails at characters that
XML has no way to write.
"""

from __future__ import annotations

import csv
import functools
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _

#: How a cell begins that is taken for a formula; see "CSV Injection" of OWASP. Some programs skip spaces before it.
FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
#: no character of XML 1.0
UNWRITABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")


def harmless(value: Any) -> Any:
    """The text with an apostrophe before what would be a formula, which says that text follows. Numbers stay."""
    if isinstance(value, str) and FORMULA.match(value):
        return f"'{value}"
    return value


def writable(value: Any) -> Any:
    return UNWRITABLE.sub("", value) if isinstance(value, str) else value


def table(lines: Iterable[list[Any]]) -> bytes:
    """Lines as CSV for spreadsheet programs: no cell of it is taken for a formula.

    In UTF-8 with a mark, without which Excel reads umlauts wrong.
    """
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=";").writerows([harmless(cell) for cell in line] for line in lines)
    return text.getvalue().encode("utf-8-sig")


#: rows of a table to download
MOST_ROWS = 20_000


def csv_response(name: str, head: Iterable[Any], rows: Iterable[Iterable[Any]]) -> HttpResponse:
    """A table to download. Of more than ``MOST_ROWS`` rows the table has the first, and says so in the last."""

    def lines() -> Iterator[list[Any]]:
        yield list(head)
        for number, row in enumerate(rows):
            if number == MOST_ROWS:
                yield [_("Only the first %(number)d rows; please narrow the list.") % {"number": MOST_ROWS}]
                return
            yield list(row)

    headers = {"Content-Disposition": f'attachment; filename="{name}.csv"'}
    return HttpResponse(table(lines()), content_type="text/csv; charset=utf-8", headers=headers)


def neutralise_exports() -> None:
    """Makes every export of Wagtail's administration harmless. Called once, from ``AppConfig.ready()``."""
    from wagtail.admin.views.mixins import SpreadsheetExportMixin

    preprocess = SpreadsheetExportMixin.preprocess_field_value

    @functools.wraps(preprocess)
    def preprocess_harmless(self, field, value, export_format):
        cell = writable(preprocess(self, field, value, export_format))
        return harmless(cell) if export_format == self.FORMAT_CSV else cell

    SpreadsheetExportMixin.preprocess_field_value = preprocess_harmless
