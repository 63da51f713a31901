"""What was saved is found by the next search, whoever else writes; and what is left out is said to whom it concerns."""

import threading
import time

import pytest
from django.db import connection, transaction
from django.urls import reverse

from hanse_access.scopes import EDITORS
from hanse_members.actions import create_cluster
from hanse_search import documents, searching
from hanse_search.documents import write_all_changes
from hanse_search.models import SearchChange
from hanse_site.setup import create_site_pages
from tests.factories.clusters import MembershipFactory
from tests.factories.news import NewsPageFactory
from tests.groups.talk import browser

from .asking import found, viewer_of

ADDRESS = reverse("hanse_search:search")
MUCH = "Much has just changed"


class TestSomebodyElseWrites:
    pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgresql]

    @pytest.fixture
    def another(self):
        """Another writer, who holds the lock until told to stop, or until somebody waits for it."""
        holds, stop = threading.Event(), threading.Event()

        def someone_waits() -> bool:
            with connection.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND NOT granted")
                return cursor.fetchone()[0] > 0

        def write() -> None:
            try:
                with transaction.atomic():
                    documents._lock()
                    holds.set()
                    while not (stop.is_set() or (goes_when_waited_for and someone_waits())):
                        time.sleep(0.01)
            finally:
                connection.close()

        goes_when_waited_for: list[bool] = []
        thread = threading.Thread(target=write)

        def start(*, goes: bool) -> None:
            goes_when_waited_for.extend([True] if goes else [])
            thread.start()
            assert holds.wait(20)

        yield start
        stop.set()
        thread.join(20)

    @pytest.fixture
    def member(self, transactional_db):
        create_site_pages()
        place = MembershipFactory(cluster=create_cluster(name="Photonik", slug="photonik", by=None))
        NewsPageFactory(cluster=place.cluster, title="Gyrotron", teaser="x")
        return place.person

    def test_a_search_waits_for_them_and_finds_it(self, member, another):
        another(goes=True)
        assert found(member, "gyrotron") == ["Gyrotron"]

    def test_but_not_for_ever_and_what_else_waits_is_not_hurried(self, member, another, monkeypatch):
        monkeypatch.setattr(searching, "MOST_SECONDS", 0.05)
        another(goes=False)
        assert found(member, "gyrotron") == []
        with transaction.atomic(), connection.cursor() as cursor:
            searching.bring_up_to_date()
            cursor.execute("SELECT current_setting('lock_timeout')")
            assert cursor.fetchone() == ("0",), "the transaction goes on, as patient as before"
        assert MUCH in browser(member).get(ADDRESS, {"q": "gyrotron"}).content.decode()


@pytest.mark.django_db
class TestMoreThanASearchWrites:
    @pytest.fixture
    def pages(self, photonik, monkeypatch):
        made = [NewsPageFactory(cluster=photonik, title=f"Gyrotron {number}", teaser="x") for number in range(3)]
        write_all_changes()
        monkeypatch.setattr(searching, "STEP", 1)
        monkeypatch.setattr(searching, "MOST_SECONDS", 0)
        return made

    def change(self, pages) -> None:
        SearchChange.objects.bulk_create(SearchChange(source="news", object_id=page.pk) for page in pages)

    def test_it_is_said_that_some_is_left_out(self, pages, member):
        client = browser(member)
        assert MUCH not in client.get(ADDRESS, {"q": "gyrotron"}).content.decode()
        self.change(pages)
        html = client.get(ADDRESS, {"q": "gyrotron"}).content.decode()
        assert MUCH in html
        assert "Gyrotron</mark> 2" in html, "what changed last is written first"
        write_all_changes()
        assert MUCH not in client.get(ADDRESS, {"q": "gyrotron"}).content.decode()

    def test_it_is_not_said_of_what_the_asking_person_may_not_see(self, photonik, pages, member, manager):
        hidden = [NewsPageFactory(cluster=photonik, title="Gyrotron", teaser="x", scopes=[EDITORS]) for _n in range(3)]
        write_all_changes()
        self.change(hidden)
        search = searching.Search(viewer_of(member), searching.Query())
        assert search._something_waits
        assert not search.leaves_out
        assert MUCH not in browser(member).get(ADDRESS, {"q": "gyrotron"}).content.decode()
        self.change(hidden)
        assert searching.Search(viewer_of(manager), searching.Query()).leaves_out
