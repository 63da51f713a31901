"""What somebody types is a query, whatever it is."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse_access.viewer import Viewer
from hanse_search.elastic.questions import Asked
from hanse_search.queries import LONGEST_QUERY, MOST_TERMS, TOO_LONG, UNREADABLE, Query, Term, parse
from hanse_search.sight import Sight

from .asking import counted, results

TYPED = st.text(max_size=300) | st.text(alphabet='"-:*()^~/\\{}[]?&|! abKIND', max_size=80)


def terms(text: str) -> tuple[list[Term], list[Term]]:
    query, _notices = parse(text)
    return list(query.wanted), list(query.unwanted)


def test_words_are_wanted_and_the_last_may_go_on():
    assert terms("laser clad") == ([Term(("laser",)), Term(("clad",), open_end=True)], [])
    assert terms("laser clad ") == ([Term(("laser",)), Term(("clad",))], [])
    assert terms("l") == ([Term(("l",))], []), "a single letter would find nearly everything"


def test_quotation_marks_hold_words_together():
    assert terms('"laser cladding" x') == ([Term(("laser", "cladding"), exact=True), Term(("x",))], [])
    for text in ("„laser cladding“ x", "“laser cladding” x", "«laser cladding» x"):
        assert terms(text) == terms('"laser cladding" x')
    assert terms('"never closed') == ([Term(("never", "closed"), exact=True)], [])


def test_a_minus_leaves_out():
    assert terms('laser -weld -"big one"') == ([Term(("laser",))], [Term(("weld",)), Term(("big", "one"), exact=True)])
    assert terms("- laser") == ([Term(("laser",), open_end=True)], [])


def test_part_numbers_are_phrases():
    assert terms("AB-1234/5 ") == ([Term(("ab", "1234", "5"))], [])


def test_known_facets_narrow_and_others_are_text():
    query, _notices = parse("laser kind:news kind:message year:2026")
    assert query.facets == {"kind": ("news", "message"), "year": ("2026",)}
    assert [term.tokens for term in query.wanted] == [("laser",)]
    for text in ("title:laser", "kind:nonsense", "-kind:news", "http://example.org"):
        assert parse(text)[0].facets == {}
        assert terms(text) != ([], [])


def test_umlauts_sharp_s_and_case_do_not_matter():
    same = {terms(f"{text} ")[0][0].tokens for text in ("Größe", "GROESSE", "grösse", "groesse")}
    assert len(same) == 1
    assert terms("neue ")[0][0].tokens == ("neue",)


def test_what_is_too_long_or_no_text_is_cut_and_said():
    query, notices = parse("x" * 5000)
    assert (len(query.text), notices) == (LONGEST_QUERY, [TOO_LONG])
    query, notices = parse(" ".join(f"w{number}" for number in range(30)))
    assert len(query.wanted) == MOST_TERMS
    assert len(notices) == 1
    query, notices = parse("la\x00ser\x07 \ud800")
    assert notices == [UNREADABLE]
    assert [term.tokens for term in query.wanted] == [("la",), ("ser",)]
    assert parse("")[0] == Query()


@given(TYPED)
def test_anything_can_be_typed(text):
    query, _notices = parse(text)
    assert len(query.wanted) + len(query.unwanted) <= MOST_TERMS
    assert all(token.isalnum() for term in (*query.wanted, *query.unwanted) for token in term.tokens)


def names_in(told) -> set[str]:
    """All keys of a question for Elasticsearch."""
    if isinstance(told, list):
        return set().union(*map(names_in, told))
    return set(told).union(*map(names_in, told.values())) if isinstance(told, dict) else set()


@pytest.mark.django_db
@given(TYPED)
def test_nothing_that_is_typed_is_read_by_elasticsearch_as_a_syntax(text):
    query = replace(parse(text)[0], facets={})
    asked = names_in(Asked(Sight(Viewer.public()), query, ()).found().to_dict())
    kinds = {name for name in asked if not name.startswith("parts.")}
    assert kinds.isdisjoint(
        {"query_string", "simple_query_string", "regexp", "wildcard", "fuzzy", "script", "intervals"}
    )
    is_open = any(term.open_end for term in query.wanted)
    assert is_open == bool({"prefix", "match_phrase_prefix"} & kinds), "of the last word the beginning may be typed"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "text",
    [
        '"',
        "'",
        "a' OR 1=1 --",
        "NEAR(a b)",
        "a AND OR NOT",
        "*",
        "a*b*c*",
        "(((((",
        "/(a+)+$/",
        "title:*",
        "﷽",
        "ﬁ²Ⅷ½",
        "-",
        "a:b:c",
        "\\",
        "%_",
    ],
)
def test_no_text_breaks_the_database(clusters_to_search, member, text):
    assert results(member, text) is not None
    assert counted(member, text).total >= 0
