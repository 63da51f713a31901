"""German and English words are found in their forms; the better place comes first."""

import pytest

from hanse_search.queries import parse
from hanse_search.snippets import LENGTH, marked, snippet
from tests.factories.news import NewsPageFactory

from .asking import found, results

pytestmark = pytest.mark.django_db

#: text, and what is typed to find it
FORMS = [
    ("Beschichtungen für Werkzeuge", "Beschichtung"),
    ("Die Maße des Gehäuses", "masse gehaeuse"),
    ("Prüfstände", "Prüfstand"),
    ("Straßenbeleuchtung", "strassenbel"),
    ("Precision coatings", "coating"),
    ("Measured twice", "measuring"),
    ("Häuser aus Holz", "haus"),
    ("Sensor AB-1234/5 in stock", "ab-1234"),
    ("Sensor AB-1234/5 in stock", "1234"),
    ("Ångström und Café", "angstrom cafe"),
    ("Photonik", "Phot"),
]


@pytest.mark.parametrize(("text", "typed"), FORMS)
@pytest.mark.parametrize("language", ["en", "de"])
def test_a_form_finds_another(photonik, member, text, typed, language):
    if language == "de" and typed in ("measuring", "coating") or language == "en" and typed in ("Prüfstand", "haus"):
        pytest.skip("a form of the other language")
    NewsPageFactory(cluster=photonik, title=text, teaser="x", language=language)
    assert text in found(member, typed)


def test_the_title_counts_more_than_the_text_and_the_word_more_than_its_form(photonik, member):
    for title, teaser in (
        ("In the text in another form", "coatings"),
        ("Coatings in the title in another form", "x"),
        ("In the text", "coating"),
        ("Coating in the title", "x"),
    ):
        NewsPageFactory(cluster=photonik, title=title, teaser=teaser)
    assert found(member, "coating ") == [
        "Coating in the title",
        "Coatings in the title in another form",
        "In the text",
        "In the text in another form",
    ]


def test_words_in_quotation_marks_stand_next_to_each_other(photonik, member):
    NewsPageFactory(cluster=photonik, title="Next", teaser="laser cladding of blades")
    NewsPageFactory(cluster=photonik, title="Apart laser", teaser="cladding by laser")
    assert found(member, '"laser cladding"') == ["Next"]
    assert len(found(member, "laser cladding")) == 2


def test_how_often_a_word_stands_elsewhere_does_not_change_the_order(photonik, member):
    """Else the order would tell of what is hidden."""
    from hanse_access.scopes import EDITORS

    for title in ("Rare", "Common"):
        NewsPageFactory(cluster=photonik, title=title, teaser="gyrotron lidar")
    before = found(member, "gyrotron lidar")
    for _ in range(20):
        NewsPageFactory(cluster=photonik, title="Hidden gyrotron", scopes=[EDITORS])
    assert found(member, "gyrotron lidar") == before


def test_a_snippet_is_escaped_and_cut_around_what_was_found():
    query, _notices = parse("needle ")
    text = f"{'hay ' * 200}<b>needle</b> & {'straw ' * 200}"
    piece = snippet(["something else", text], query)
    assert "&lt;b&gt;<mark>needle</mark>&lt;/b&gt; &amp;" in piece
    assert piece.startswith("… ")
    assert piece.endswith(" …")
    assert len(piece) < LENGTH + 100
    assert marked("Needles <i>", query) == "<mark>Needles</mark> &lt;i&gt;"
    assert snippet([], query) == ""


def test_nothing_that_was_written_becomes_a_mark_of_the_page(photonik, member):
    NewsPageFactory(cluster=photonik, title="<script>alert(1)</script>", teaser="<img src=x> gyrotron")
    (result,) = results(member, "gyrotron")
    assert "<script" not in result.title
    assert "<img" not in result.snippet


@pytest.mark.parametrize(
    ("text", "typed", "shown"),
    [
        ("Laserschweißnähte", "schweißen ", "<mark>Laserschweißnähte</mark>"),
        ("Schweißen mit dem Laser", "Laserschweißen ", "<mark>Schweißen</mark> mit dem <mark>Laser</mark>"),
        ("Verringerung", "Ring ", "Verringerung"),
        ("Laserschweißnähte", '"schweißen"', "Laserschweißnähte"),
    ],
)
def test_compounds_and_their_parts_are_marked(text, typed, shown):
    assert marked(text, parse(typed)[0]) == shown
