"""Tables of people that managers bring, and the report that they take away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils.translation import gettext as _

from hanse_base.exports import table
from hanse_base.row_import import Row, read_rows

from .addresses import normalised
from .models import PeopleImport, PeopleImportRow
from .models.people_imports import LONGEST_NAME

Verdict, Note = PeopleImportRow.Verdict, PeopleImportRow.Note
#: headings by which the columns are known, in lower case
ADDRESS = ("email", "e-mail", "mail", "email address", "e-mail address", "e-mail-adresse", "email-adresse")
FIRST_NAME = ("first name", "first_name", "firstname", "given name", "vorname")
LAST_NAME = ("last name", "last_name", "lastname", "surname", "family name", "nachname", "name")
LONGEST_ADDRESS = 254


def judged_rows(data: bytes, known: Mapping[str, str]) -> list[PeopleImportRow]:
    """The rows of a table with their verdicts, not saved. ``known``: of the own cluster, see ``known_addresses``.

    Raises ValidationError when it is no table, has no column with addresses, or no row.
    """
    table = read_rows(data, ())
    if not table:
        raise ValidationError(_("There are no rows below the heading."))
    if not set(ADDRESS) & set(table[0].values):
        raise ValidationError(_("The column with the addresses is missing. Its heading must be “email”."))
    first: dict[str, int] = {}
    return [_judge(row, known, first) for row in table]


def _judge(row: Row, known: Mapping[str, str], first: dict[str, int]) -> PeopleImportRow:
    address = normalised(_cell(row, ADDRESS))
    name = f"{_cell(row, FIRST_NAME)} {_cell(row, LAST_NAME)}".strip()
    judged = PeopleImportRow(number=row.number, email=address[:LONGEST_ADDRESS], name=name[:LONGEST_NAME])
    if fault := _fault(address):
        judged.verdict, judged.note = Verdict.FAULTY, fault
    elif address in first:
        judged.verdict, judged.same_as = Verdict.DOUBLE, first[address]
    elif address in known:
        judged.verdict, judged.note = Verdict.KNOWN, Note(known[address])
    else:
        judged.verdict = Verdict.NEW
    first.setdefault(address, row.number)
    return judged


def _fault(address: str) -> str:
    if not address:
        return Note.NO_ADDRESS
    try:
        validate_email(address)
    except ValidationError:
        return Note.BAD_ADDRESS
    return Note.BAD_ADDRESS if len(address) > LONGEST_ADDRESS else ""


def _cell(row: Row, headings: tuple[str, ...]) -> str:
    return next((" ".join(row[heading].split()) for heading in headings if row[heading]), "")


def report(people_import: PeopleImport) -> bytes:
    """What became of each row, as CSV for spreadsheet programs: no cell of it is taken for a formula."""
    return table(_lines(people_import))


def _lines(people_import: PeopleImport) -> Iterator[list]:
    yield [_("Row"), "email", _("Name"), _("Verdict"), _("Note"), _("What became of it")]
    for row in people_import.rows.order_by("number").iterator():
        verdict, outcome = str(row.get_verdict_display()), str(row.get_outcome_display())
        yield [row.number, row.email, row.name, verdict, row.explanation, outcome]
