import dataclasses
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import RequestFactory
from django.test.utils import CaptureQueriesContext

from hanse_base.lists import Facet, ItemList, Sort
from tests.factories.books import BookFactory, ShelfFactory, SubjectFactory
from tests.testapp.models import Book

pytestmark = pytest.mark.django_db


class BookList(ItemList):
    name = "books"
    item_template = "testapp/book.html"
    page_size = 5
    search_fields = ("title", "shelf__name")
    sorts = (
        Sort("bought", "Bought", ("-bought",)),
        Sort("price", "Price", ("price", "title")),
        Sort("dear", "Dear first", ("-price",)),
        Sort("shelf", "Shelf", ("shelf__name",)),
    )
    facets = (
        Facet("shelf", "Shelf", "shelf"),
        Facet("subject", "Subject", "subjects", limit=2),
        Facet("kind", "Kind", "kind"),
        Facet("lent", "Lent", "lent"),
    )


def books(address="/books/", queryset=None, **headers):
    request = RequestFactory().get(address, headers=headers)
    return BookList(request, Book.objects.all() if queryset is None else queryset)


def titles(book_list):
    return [book.title for book in book_list.rows]


def counts(book_list, name):
    for facet in book_list.drawn_facets:
        if facet.name == name:
            return {str(option.label): option.count for option in (*facet.first, *facet.others)}
    return {}


def walk(address, queryset=None):
    """All titles, page after page."""
    found, pages = [], 0
    while address:
        page = books(address, queryset)
        assert not page.notices
        found += titles(page)
        address = page.more_url
        pages += 1
    return found, pages


@pytest.mark.parametrize("sort", [sort.name for sort in BookList.sorts])
def test_paging_shows_every_row_exactly_once_in_order(sort):
    shelves = [ShelfFactory(), None, ShelfFactory()]
    for n in range(23):
        BookFactory(shelf=shelves[n % 3], price=None if n % 4 == 0 else Decimal(n % 5))
    found, pages = walk(f"/books/?sort={sort}")
    order = next(sort_ for sort_ in BookList.sorts if sort_.name == sort)
    assert pages == 5
    assert found == [book.title for book in order.apply(Book.objects.all())]


def test_rows_without_a_value_come_last_in_both_directions():
    BookFactory(title="none", price=None)
    BookFactory(title="cheap", price=1)
    BookFactory(title="dear", price=9)
    assert titles(books("/books/?sort=price")) == ["cheap", "dear", "none"]
    assert titles(books("/books/?sort=dear")) == ["dear", "cheap", "none"]


def test_a_row_added_meanwhile_moves_nothing_on_the_next_page():
    for _ in range(7):
        BookFactory()
    first = books()
    seen = titles(first)
    BookFactory(bought=first.rows[0].bought)
    assert not set(seen) & set(titles(books(first.more_url)))


@pytest.mark.parametrize("after", ["nonsense", "W10:abc", "x" * 5000, "%00", "{}"])
def test_a_place_that_was_made_up_leads_to_the_beginning_and_says_so(after):
    BookFactory(title="first")
    page = books(f"/books/?after={after}")
    assert titles(page) == ["first"]
    assert page.notices


def test_a_place_of_another_order_is_not_taken():
    for _ in range(7):
        BookFactory()
    address = books().more_url + "&sort=price"
    assert books(address).notices


def test_every_word_of_the_search_must_occur():
    BookFactory(title="Laser and light", shelf=ShelfFactory(name="Optics"))
    BookFactory(title="Light", shelf=ShelfFactory(name="Physics"))
    assert titles(books("/books/?q=light+OPTICS")) == ["Laser and light"]
    assert books("/books/?q=light").total == 2
    assert books("/books/?q=++").total == 2


def test_a_facet_counts_under_the_other_facets_but_not_under_itself():
    here, there = ShelfFactory(name="here"), ShelfFactory(name="there")
    BookFactory(shelf=here, kind="novel")
    BookFactory(shelf=here, kind="atlas")
    BookFactory(shelf=there, kind="atlas")
    page = books(f"/books/?shelf={here.pk}")
    assert page.total == 2
    assert counts(page, "shelf") == {"here": 2, "there": 1}
    assert counts(page, "kind") == {"Novel": 1, "Atlas": 1}


def test_values_of_one_facet_add_up_and_facets_narrow_each_other():
    here, there = ShelfFactory(), ShelfFactory()
    BookFactory(title="a", shelf=here)
    BookFactory(title="b", shelf=there, lent=True)
    BookFactory(title="c", shelf=None, lent=True)
    assert books(f"/books/?shelf={here.pk}&shelf={there.pk}").total == 2
    assert titles(books(f"/books/?shelf={here.pk}&shelf={there.pk}&lent=True")) == ["b"]


def test_a_row_with_several_values_is_counted_once_for_each_and_shown_once():
    red, blue, green = (SubjectFactory(name=name) for name in ("red", "blue", "green"))
    BookFactory(subjects=[red, blue])
    BookFactory(subjects=[red])
    BookFactory(subjects=[green])
    page = books(f"/books/?subject={red.pk}&subject={blue.pk}")
    assert page.total == len(page.rows) == 2
    assert counts(page, "subject") == {"red": 2, "blue": 1, "green": 1}


def test_a_facet_counted_apart_has_the_same_numbers():
    here, there = ShelfFactory(name="here"), ShelfFactory(name="there")
    BookFactory(shelf=here, kind="novel")
    BookFactory(shelf=here, kind="atlas")
    BookFactory(shelf=there, kind="atlas")
    request = RequestFactory().get(f"/books/?shelf={here.pk}&kind=atlas")
    together = BookList(request, Book.objects.all())
    apart = BookList(request, Book.objects.all())
    apart.facets = tuple(dataclasses.replace(facet, apart=facet.name == "shelf") for facet in BookList.facets)
    assert together.total == apart.total == 1
    for name in ("shelf", "kind", "lent"):
        assert counts(together, name) == counts(apart, name)


def test_a_list_without_facets_counts_its_rows():
    BookFactory.create_batch(3)
    plain = BookList(RequestFactory().get("/books/"), Book.objects.all())
    plain.facets = ()
    assert plain.total == 3


def test_a_chosen_value_stays_visible_when_nothing_is_left_of_it():
    shelf = ShelfFactory(name="here")
    BookFactory(shelf=shelf, lent=False)
    BookFactory(lent=True)
    page = books(f"/books/?shelf={shelf.pk}&lent=True")
    assert page.total == 0
    assert counts(page, "shelf")["here"] == 0
    assert {str(choice.label) for choice in page.choices_in_force} == {"here", "Yes"}


@pytest.mark.parametrize(
    "query",
    [
        "shelf=0",
        "shelf=abc",
        "shelf=99999999999999999999999999",
        "shelf=-1",
        "shelf=1%00",
        "lent=perhaps",
        "kind=poem",
        "subject=" + "9" * 300,
        "&".join(f"shelf={n}x" for n in range(500)),
        "sort=nonsense",
    ],
)
def test_unknown_parameters_are_left_out_with_a_notice(query):
    BookFactory()
    page = books(f"/books/?{query}")
    assert page.notices
    assert page.total == 1


def test_a_search_text_past_all_measure_is_cut_with_a_notice():
    assert books("/books/?q=" + "a" * 5000).notices


@pytest.mark.parametrize("query", ["q=%00", "q=%FF", "shelf=", "sort=", "after=", "page=7", "q=" + "a+" * 80])
def test_empty_and_foreign_parameters_do_no_harm(query):
    BookFactory(title="a")
    assert books(f"/books/?{query}").render("testapp/books.html").status_code == 200


def test_a_facet_reveals_nothing_that_the_query_set_does_not_hold():
    hidden = ShelfFactory(name="secret shelf")
    BookFactory(shelf=hidden)
    BookFactory(title="open")
    page = books(f"/books/?shelf={hidden.pk}", Book.objects.filter(shelf=None))
    missing = books("/books/?shelf=123456", Book.objects.filter(shelf=None))
    assert page.render("testapp/books.html").content == missing.render("testapp/books.html").content
    assert b"secret" not in page.render("testapp/books.html").content


def test_the_address_keeps_the_choices_and_loses_one_by_its_link():
    shelf = ShelfFactory(name="here")
    BookFactory(title="light", shelf=shelf, lent=True)
    page = books(f"/books/?q=light&shelf={shelf.pk}&lent=True&sort=price&after=x")
    assert page.url() == f"/books/?q=light&shelf={shelf.pk}&lent=True&sort=price"
    without = {str(choice.label): choice.url for choice in page.choices_in_force}
    assert without["here"] == "/books/?q=light&lent=True&sort=price"


def test_the_number_of_queries_does_not_grow_with_the_rows():
    def count(address):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            books(address).render("testapp/books.html")
        return len(queries)

    def fill(number):
        for _ in range(number):
            BookFactory(shelf=ShelfFactory(), subjects=[SubjectFactory()])

    fill(2)
    chosen = f"/books/?shelf={Book.objects.first().shelf_id}"
    few, few_chosen = count("/books/"), count(chosen)
    fill(40)
    assert count("/books/") == few <= 8
    assert count(chosen) == few_chosen == few + 1


def test_the_whole_page_holds_form_facets_and_rows():
    for _ in range(6):
        BookFactory()
    html = books().render("testapp/books.html").content.decode()
    assert html.count('class="book"') == 5
    assert '<form class="browse-search"' in html
    assert "after=" in html


def test_htmx_gets_results_and_facets_only_and_the_address_to_show():
    BookFactory(title="light")
    response = books("/books/?q=light&sort=bought", **{"HX-Request": "true", "HX-Target": "books-results"}).render(
        "testapp/books.html"
    )
    html = response.content.decode()
    assert "<html" not in html
    assert "hx-swap-oob" in html
    assert response["HX-Push-Url"] == "/books/?q=light"
    assert "HX-Request" in response["Vary"]


def test_htmx_gets_only_further_rows_for_more():
    for _ in range(7):
        BookFactory()
    more = books().more_url
    response = books(more, **{"HX-Request": "true", "HX-Target": "books-more"}).render("testapp/books.html")
    html = response.content.decode()
    assert html.count('class="book"') == 2
    assert "books-results" not in html
    assert "HX-Push-Url" not in response


@pytest.mark.parametrize("more", [{"HX-Request": "true", "HX-History-Restore-Request": "true"}, {}])
def test_a_page_that_is_restored_or_not_asked_for_by_htmx_is_whole(more):
    assert b"<html" in books(**more, **{"HX-Target": "books-results"}).render("testapp/books.html").content


def test_a_place_in_another_list_is_not_known():
    BookFactory.create_batch(6)
    other = type("OtherList", (BookList,), {"name": "others"})
    address = other(RequestFactory().get("/books/"), Book.objects.all()).more_url
    assert (books(address).continues, len(books(address).notices)) == (False, 1)


def test_an_empty_list_says_what_to_do_and_an_empty_result_how_to_widen_it():
    empty = books().render("testapp/books.html").content.decode()
    assert "empty" in empty
    assert not re.search(r'href="/books/"', empty)
    BookFactory(title="a")
    nothing = books("/books/?q=zzz").render("testapp/books.html").content.decode()
    assert re.search(r'href="/books/"', nothing)
