"""Lists that name what is left by ids: the same numbers as by joins."""

import pytest
from django.db import connection
from django.db.models import Q
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from hanse_base.lists import Facet, ItemList, LinkedFacet, LinkedList, Links, Sort, line_of
from tests.factories.books import BookFactory, ShelfFactory, SubjectFactory
from tests.testapp.models import Book

pytestmark = pytest.mark.django_db

SORTS = (Sort("lent", "Lent", ("lent", "title"), in_halves=True),)


class Joined(ItemList):
    name = "books"
    item_template = "testapp/book.html"
    page_size = 3
    search_fields = ("title",)
    sorts = (Sort("lent", "Lent", ("lent", "title")),)
    facets = (Facet("shelf", "Shelf", "shelf"), Facet("subject", "Subject", "subjects"))


class Linked(LinkedList):
    name = "books"
    item_template = "testapp/book.html"
    page_size = 3
    search_fields = ("title",)
    sorts = SORTS

    def __init__(self, request, queryset, known=None):
        rows = Book.subjects.through.objects.filter(known or Q())
        links = Links(rows, "book", "subject", once=True)
        self.facets = (Facet("shelf", "Shelf", "shelf"), LinkedFacet("subject", "Subject", "subjects", links=links))
        super().__init__(request, queryset)


def ask(kind, address="/books/", **options):
    return kind(RequestFactory().get(address), options.pop("queryset", Book.objects.all()), **options)


def numbers(book_list):
    return {
        facet.name: {option.value: (option.count, option.chosen) for option in (*facet.first, *facet.others)}
        for facet in book_list.drawn_facets
    }


@pytest.fixture
def shelves():
    return [ShelfFactory(name="here"), ShelfFactory(name="there")]


@pytest.fixture
def subjects(shelves):
    """Fourteen books in all combinations."""
    subjects = [SubjectFactory(name=name) for name in ("red", "blue", "green")]
    for number in range(14):
        of_book = [subject for bit, subject in enumerate(subjects) if number >> bit & 1]
        words = "light" if number % 3 else "heavy"
        BookFactory(title=f"{words} {number:02}", shelf=shelves[number % 2], subjects=of_book, lent=number % 5 == 0)
    return subjects


@pytest.mark.parametrize("query", ["", "shelf={here}", "subject={red}", "subject={red}&subject={blue}&shelf={here}"])
@pytest.mark.parametrize("text", ["", "light", "nothing at all"])
def test_it_finds_and_counts_what_joins_find_and_count(subjects, shelves, query, text):
    query = query.format(here=shelves[0].pk, red=subjects[0].pk, blue=subjects[1].pk)
    joined, linked = (ask(kind, f"/books/?{query}&q={text}") for kind in (Joined, Linked))
    assert numbers(linked) == numbers(joined)
    assert linked.total == joined.total
    assert [book.pk for book in linked.rows] == [book.pk for book in joined.rows]
    assert [book.pk for book in linked.everything()] == [book.pk for book in joined.everything()]


def test_an_order_in_halves_shows_every_row_once_page_after_page(subjects):
    address, found = "/books/", []
    while address:
        page = ask(Linked, address)
        found += [book.pk for book in page.rows]
        address = page.more_url
    assert found == [book.pk for book in Book.objects.order_by("lent", "title", "pk")]


def test_links_that_do_not_count_for_the_reader_are_in_no_number_and_no_filter(subjects):
    red = subjects[0]
    page = ask(Linked, f"/books/?subject={red.pk}", known=~Q(subject=red))
    assert str(red.pk) not in numbers(page)["subject"]
    assert page.total == 14
    assert page.notices


def test_a_value_that_only_hidden_items_have_is_unknown(subjects):
    green = subjects[2]
    page = ask(Linked, f"/books/?subject={green.pk}", queryset=Book.objects.exclude(subjects=green))
    assert str(green.pk) not in numbers(page)["subject"]
    assert page.notices


def test_the_number_of_queries_does_not_grow_with_the_rows(subjects):
    def count():
        with CaptureQueriesContext(connection) as queries:
            ask(Linked, f"/books/?subject={subjects[0].pk}").render("testapp/books.html")
        return len(queries)

    few = count()
    for _ in range(30):
        BookFactory(subjects=subjects)
    assert count() <= few


def test_a_row_is_found_among_more_ids_than_a_statement_takes_parameters(subjects):
    wanted = Book.objects.first()
    ids = [*range(-100_000, 0), wanted.pk]
    assert list(Book.objects.filter(pk__among=ids)) == [wanted]
    assert set(Book.objects.filter(shelf__among=[wanted.shelf_id])) == set(Book.objects.filter(shelf=wanted.shelf_id))
    assert not Book.objects.filter(pk__among=[]).exists()


def test_a_line_can_be_searched_for_whole_words():
    assert line_of([]) == ""
    assert line_of({"de"}) in line_of({"en", "de"})
    assert line_of({"de"}) not in line_of({"dek", "xde"})
