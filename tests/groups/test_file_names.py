"""Names of files: what is refused, and which are the same."""

import unicodedata

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from hanse_groups.file_names import LONGEST_NAME, MOST_BYTES, checked_name, key_of, with_number


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("", "required"),
        ("   ", "required"),
        ("a/b", "characters"),
        ("a\\b", "characters"),
        ("../b", "characters"),
        ("..", "dot"),
        (".hidden", "dot"),
        ("end.", "dot"),
        ("a:b", "characters"),
        ("a\x00b", "invisible"),
        ("a\nb", "invisible"),
        ("a\ud800b", "invisible"),
        ("a\u200bb", "invisible"),
        *((f"a{chr(code)}b", "direction") for code in (*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200F)),
        ("CON", "reserved"),
        ("con.txt", "reserved"),
        ("Lpt1.tar.gz", "reserved"),
        ("com² .txt", "reserved"),
        ("x" * (LONGEST_NAME + 1), "length"),
        ("\U0001f600" * 100, "length"),
    ],
)
def test_a_name_that_would_trick_somebody_or_some_system_is_refused(name, code):
    with pytest.raises(ValidationError) as refused:
        checked_name(name)
    assert refused.value.code == code


@pytest.mark.parametrize(
    "name",
    ["Plan.pdf", "Größe 2,5 µm.csv", "конспект.txt", "می\u200cخواهم.txt", "console.log", "a..b", "x" * LONGEST_NAME],
)
def test_other_names_are_kept_as_they_are(name):
    assert checked_name(name) == name


def test_names_are_stored_in_the_composed_form_without_blanks_around():
    assert checked_name(f"  {unicodedata.normalize('NFD', 'Größe.txt')} ") == "Größe.txt"


@pytest.mark.parametrize(
    ("one", "other"),
    [("Plan.PDF", "plan.pdf"), ("STRASSE", "straße"), ("Größe", unicodedata.normalize("NFD", "GRÖSSE"))],
)
def test_names_are_the_same_whatever_their_case_and_form(one, other):
    assert key_of(one) == key_of(other)


@given(st.text(max_size=LONGEST_NAME + 5), st.integers(2, 10_000))
def test_a_name_that_is_allowed_stays_allowed_with_a_number(name, number):
    try:
        name = checked_name(name)
    except ValidationError:
        return
    numbered = with_number(name, number)
    assert checked_name(numbered) == numbered
    assert len(numbered.encode()) <= MOST_BYTES
