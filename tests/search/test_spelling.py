"""Slips of the keyboard are forgiven, of what the searcher finds; and compounds are taken apart."""

import pytest
from django.db import connection
from django.urls import reverse

from hanse_access.scopes import EDITORS, Scope
from hanse_base.jobs import jobs
from hanse_search import compounds
from hanse_search.documents import write_all_changes
from hanse_search.models import SearchWord
from hanse_search.queries import parse
from hanse_search.searching import Search
from hanse_search.spelling import is_near
from tests.factories.news import NewsPageFactory
from tests.factories.rooms import make_room, say
from tests.groups.talk import browser

from .asking import found, viewer_of

pytestmark = pytest.mark.django_db

ADDRESS = reverse("hanse_search:search")


def corrected(person, text: str) -> str:
    correction = Search(viewer_of(person), parse(text)[0]).correction()
    return correction.text if correction is not None else ""


def test_a_word_of_many_parts_is_taken_apart_in_few_steps(monkeypatch):
    """Each piece of it can be a word in three ways."""
    steps, split = [], compounds._split
    monkeypatch.setattr(compounds, "_split", lambda rest, dead: (steps.append(rest), split(rest, dead))[1])
    assert compounds.parts_of("pumpen" * 9 + "xq") == ()
    assert len(steps) < 1000


@pytest.mark.parametrize(
    ("one", "other", "near"),
    [
        ("laser", "lasr", True),
        ("laser", "lasser", True),
        ("laser", "lader", True),
        ("laser", "alser", True),
        ("laser", "laesr", True),
        ("laser", "lasre", True),
        ("laser", "laser", False),
        ("laser", "lsaer", True),
        ("laser", "lsare", False),
        ("laser", "las", False),
        ("abcde", "badce", False),
    ],
)
def test_one_letter_makes_words_near(one, other, near):
    assert is_near(one, other) is near
    assert is_near(other, one) is near


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gyrtoron", "Gyrotron"),
        ("gyroton ", "Gyrotron"),
        ("hyrotron", "Gyrotron"),
        ("gyrotrom week", "Gyrotron week"),
        ("Oberflächnen", "Oberflächen"),
        ("oberflaechenn", "Oberflächen"),
    ],
)
def test_what_was_meant_is_found_and_written_as_it_stands(each_backend, photonik, member, typed, meant):
    NewsPageFactory(cluster=photonik, title="Gyrotron week", teaser="Oberflächen")
    assert corrected(member, typed) == meant


def test_what_finds_something_is_not_corrected(photonik, member):
    NewsPageFactory(cluster=photonik, title="Gyrotron", teaser="gyrotrons zirconia AB-1234")
    for typed in (
        "gyrotron",
        "gyrotr",
        "gyrotrons zirconia",
        '"gyrotrom"',
        "AB-1243",
        "gyro xyz",
        "-gyrotrom",
        "gyrotrom nowhere",
    ):
        assert corrected(member, typed) == "", typed


def test_a_word_of_hidden_things_is_neither_offered_nor_told(each_backend, photonik, member, other):
    hidden = make_room(photonik, kind="hidden", members=[member])
    say(hidden, member, "zirconia hums, zirkonia too")
    NewsPageFactory(cluster=photonik, title="Zirconium")
    assert corrected(member, "zirconai") == "zirconia"
    for typed in ("zirconai", "zirconia", "zirkonia"):
        assert corrected(other, typed) == corrected(other, "xyzconiq") == "", typed
    NewsPageFactory(cluster=photonik, title="Circonia")
    assert corrected(other, "zirconia") == "Circonia", "what is there nowhere for this person is a slip"


def test_the_page_shows_what_was_meant_and_says_so(photonik, member):
    NewsPageFactory(cluster=photonik, title="Gyrotron <week>")
    client = browser(member)
    response = client.get(ADDRESS, {"q": "gyrotrom", "kind": "news"})
    html = response.content.decode()
    assert response.context["item_list"].total == 1
    assert "Nothing was found for “gyrotrom”" in html
    assert f'href="{ADDRESS}?q=Gyrotron&amp;kind=news"' in html
    assert 'value="gyrotrom"' in html
    assert "Did you mean" not in client.get(ADDRESS, {"q": "gyrotrom", "kind": "message"}).content.decode()
    assert "Did you mean" not in client.get(ADDRESS, {"q": "gyrotron"}).content.decode()


def test_the_hidden_page_is_the_page_of_a_word_that_is_nowhere(photonik, member, stranger, leichtbau):
    NewsPageFactory(cluster=photonik, title="Zirconia", scopes=[Scope("cluster", photonik.pk)])
    client = browser(stranger)
    answers = [client.get(ADDRESS, {"q": word}).context["item_list"] for word in ("zirconia", "zirconai", "nowherexx")]
    assert {(each.total, each.corrected) for each in answers} == {(0, "")}


def test_words_that_stand_nowhere_are_forgotten(photonik, member):
    page = NewsPageFactory(cluster=photonik, title="Gyrotron")
    write_all_changes()
    jobs["search.forget_words"].run()
    assert SearchWord.objects.filter(word="gyrotron").exists()
    page.title = "Nothing"
    page.save()
    write_all_changes()
    jobs["search.forget_words"].run()
    jobs["search.forget_words"].run()
    assert not SearchWord.objects.filter(word="gyrotron").exists()


class TestWrittenApart:
    @pytest.mark.parametrize(
        ("text", "typed", "said"),
        [
            ("Koggenbau in Bremen", "Koggen Bau", "Koggenbau"),
            ("Koggenbau in Bremen", "bremen kogge bau", "bremen Koggenbau"),
            ("Hulkstransporte", "Hulk Transport", "Hulkstransport"),
        ],
    )
    def test_two_words_are_taken_for_one(self, each_backend, photonik, member, text, typed, said):
        NewsPageFactory(cluster=photonik, title=text, language="de")
        NewsPageFactory(cluster=photonik, title="Bremen", language="de")
        assert found(member, typed) == []
        assert corrected(member, typed) == said

    def test_only_of_what_the_searcher_may_see(self, photonik, member, manager):
        NewsPageFactory(cluster=photonik, title="Koggenbau", scopes=[EDITORS])
        assert corrected(member, "Koggen Bau") == corrected(member, "Koggen Zzz") == ""
        assert corrected(manager, "Koggen Bau") == "Koggenbau"

    def test_numbers_and_quotations_are_left_as_they_are(self, photonik, member):
        NewsPageFactory(cluster=photonik, title="AB17 Koggenbau")
        assert corrected(member, "AB 17") == corrected(member, '"Koggen" Bau') == ""


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("Laserschneiden dünner Bleche", "Schneiden"),
        ("Laserschweißnähte", "schweißen"),
        ("Wasseraufbereitung", "Wasser Aufbereitung"),
        ("Laserschweißen im Takt", "schweißen"),
        ("Die Forschungsförderung", "Förderung"),
        ("Schweißen mit dem Laser", "Laserschweißen"),
        ("Oberflächenbeschichtungen", "Beschichtung"),
    ],
)
def test_compounds_are_taken_apart_by_both(each_backend, photonik, member, text, typed):
    NewsPageFactory(cluster=photonik, title=text, language="de")
    NewsPageFactory(cluster=photonik, title="Etwas anderes", language="de")
    assert found(member, typed) == [text]


def test_the_number_of_questions_for_a_correction_is_limited(photonik, member, monkeypatch):
    from hanse_search import spelling

    monkeypatch.setattr(spelling, "MOST_TRIED", 3)
    words = [f"gyrotro{letter}" for letter in "abcdefghij"]
    SearchWord.objects.bulk_create(SearchWord(word=w, mirrored=w[::-1], length=len(w)) for w in words)
    asked = []
    with connection.execute_wrapper(lambda execute, *args: (asked.append(1), execute(*args))[1]):
        assert corrected(member, "gyrotrox") == ""
    assert len(asked) < 60
