import pytest
from django.http import QueryDict

from hanse_base.searching import search_text


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("", ""),
        ("   ", ""),
        ("\x00", ""),
        ("  laser \t optics\n", "laser optics"),
        ("la\x00ser", "la ser"),
        ("x" * 300, "x" * 200),
        ("x" * 199 + " y", "x" * 199),
    ],
)
def test_words_are_read_without_what_no_database_takes(typed, read):
    assert search_text({"q": typed}) == read


def test_another_field_and_another_length_can_be_asked_for():
    assert search_text(QueryDict("q=no&name=Ada+Berg"), name="name", most=5) == "Ada B"
    assert search_text(QueryDict("")) == ""
