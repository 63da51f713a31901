"""No page asks the database more often for 200 rows on it than for two. Every address without arguments is asked.

Takes about a minute and counts the same on every database, so it runs with the embedded one only.
"""

import pytest
from django.core.paginator import Paginator
from django.db import connection
from django.test import Client

from hanse_base.lists import ItemList
from hanse_search.documents import write_all_changes
from tests.matrix.discovery import routes

from .rows import Rows

FEW, MANY = 2, 200
#: lists that no pattern without arguments leads to: pages of the tree, feeds, a list of the test model
LISTS = [
    "en/",
    "en/c/",
    "en/c/?view=map",
    "en/c/cluster-a/",
    "en/c/cluster-a/news/",
    "news/en.atom",
    "news/en/cluster-a.atom",
    "organisations/?view=map",
    "testapp/",
]
#: patterns that answer with an error on purpose
LEFT_OUT = {"admin/failwhale/", "admin/test404/"}
#: pages that ask more often for more rows, and why that can stay
GROWING = {
    "admin/api/main/pages/": "Wagtail's explorer menu reads the state of each page by itself, for 20 pages at most",
}


def addresses() -> list[str]:
    plain = [route.text.removesuffix("$") for route in routes() if route.plain]
    return [text for text in [*plain, *LISTS] if text not in LEFT_OUT and "*" not in text]


def lists(parent=ItemList):
    for kind in parent.__subclasses__():
        yield kind
        yield from lists(kind)


@pytest.fixture
def everything_on_one_page(monkeypatch, settings):
    """Lists as long as the rows. The suite's search for loops is off: it stops at the first, counting finds all."""
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if not name.startswith("tests.loops.")]
    build = Paginator.__init__

    def init(self, object_list, per_page, *args, **kwargs):
        build(self, object_list, 2 * MANY, *args, **kwargs)

    monkeypatch.setattr(Paginator, "__init__", init)
    for kind in [ItemList, *lists()]:
        monkeypatch.setattr(kind, "page_size", 2 * MANY)


def queries(client: Client, address: str) -> int:
    asked = []
    with connection.execute_wrapper(lambda execute, *args: (asked.append(1), execute(*args))[1]):
        response = client.get(f"/{address}")
        if response.streaming:
            list(response.streaming_content)
    assert response.status_code < 500, address
    assert response.status_code == 200 or address not in LISTS, address
    return len(asked)


@pytest.mark.embedded
@pytest.mark.urls("tests.queries.urls")
@pytest.mark.django_db
@pytest.mark.usefixtures("clock_on_time")
def test_the_number_of_queries_does_not_grow_with_the_rows(everything_on_one_page):
    rows = Rows()
    manager, operator = Client(), Client()
    manager.force_login(rows.manager)
    operator.force_login(rows.operator)
    asked = [(client, address) for client in (manager, operator) for address in addresses()]
    asked += [(Client(), address) for address in addresses() if not address.startswith("admin/")]

    rows.add(FEW)
    write_all_changes()  # what a search would do at once, for the newest of what changed
    few = []
    for client, address in asked:
        queries(client, address)  # fills what is kept longer than a request
        few.append(queries(client, address))
    rows.add(MANY - FEW)
    write_all_changes()
    grown = {}
    for (client, address), before in zip(asked, few, strict=True):
        if queries(client, address) > before and (after := queries(client, address)) > before:
            grown[address] = (before, after)
    assert grown.keys() == GROWING.keys(), grown
