"""Tables that people bring: any common dialect is read, everything else is refused with a reason."""

import pytest
from django.core.exceptions import ValidationError

from hanse_base import row_import
from hanse_base.row_import import read_rows

TEXT = "Name;Ort\nMüller & Söhne;Jena\n;\nBöhm;Gießen\n"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
@pytest.mark.parametrize("separator", ";,\t|")
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_each_common_dialect_is_read(encoding, separator, end):
    rows = read_rows(TEXT.replace(";", separator).replace("\n", end).encode(encoding), ["name", "ort"])
    assert [(row.number, row["name"], row["ort"]) for row in rows] == [
        (2, "Müller & Söhne", "Jena"),
        (4, "Böhm", "Gießen"),
    ]


def test_quoted_cells_hold_separators_and_lines():
    (row,) = read_rows(b'name;ort\n"A; ""B""\nC";x', ["name"])
    assert row["name"] == 'A; "B"\nC'


def test_missing_cells_are_empty_and_surplus_ones_left_out():
    short, long = read_rows(b"name;ort\nA\nB;x;y", ["name"])
    assert (short["ort"], long["ort"]) == ("", "x")


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"ort\nJena",
        b"name;name\nA;B",
        b"\x00\x01\x02",
        b"PK\x03\x04\x00\x00name",
        b'name;ort\n"open',
        b"name\n" + b"x" * (row_import.LONGEST_CELL + 1),
        b"\xff\xfe\x00",
        TEXT.encode("utf-16")[:-1],
        TEXT.encode("utf-16-le"),
        b"name;ort\nNul\x00l;Jena\n",
        "name;ort\nMüller;Jena\n".encode() + "Bäcker;Suhl\n".encode("cp1252"),
        "name;ort\nMüller;Jena\nBö".encode()[:-1],
        "name;ort\nMeyer;Bö".encode("utf-8-sig")[:-1],
        b"name;ort\nA;Jena\nB",
    ],
)
def test_what_is_no_such_table_is_refused_with_a_reason(data):
    with pytest.raises(ValidationError) as refused:
        read_rows(data, ["name"])
    assert refused.value.messages[0]


def test_german_quotation_marks_in_windows_1252_are_no_sign_of_another_encoding():
    (row,) = read_rows("name\n„Gruß“ – Spaß» Ü“\n".encode("cp1252"), ["name"])
    assert row["name"] == "„Gruß“ – Spaß» Ü“"


def test_a_last_row_without_line_end_is_read_when_it_is_whole():
    assert len(read_rows(b"name;ort\nA;Jena\nB;", ["name"])) == 2


def test_too_much_is_refused(monkeypatch):
    monkeypatch.setattr(row_import, "MOST_ROWS", 3)
    assert len(read_rows(b"name\n" + b"x\n" * 3, ["name"])) == 3
    with pytest.raises(ValidationError):
        read_rows(b"name\n" + b"x\n" * 4, ["name"])
    monkeypatch.setattr(row_import, "MOST_BYTES", 10)
    with pytest.raises(ValidationError):
        read_rows(b"name\n" + b"x\n" * 4, ["name"])
