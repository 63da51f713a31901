"""Comparing and rebuilding."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from hanse_search import triggers
from hanse_search.apps import make_triggers
from hanse_search.documents import EVERYTHING, note_changes, pending, trust_nothing, write_all_changes
from hanse_search.management.commands import rebuild_search
from hanse_search.models import SearchChange, SearchDocument, SearchPart
from hanse_search.surfaces import work_off_changes
from tests.factories.news import NewsPageFactory

from .asking import found

pytestmark = pytest.mark.django_db


def run(name: str, *arguments: str) -> str:
    out = StringIO()
    call_command(name, *arguments, stdout=out)
    return out.getvalue()


@pytest.fixture
def pieces(photonik):
    pages = [NewsPageFactory(cluster=photonik, title=f"Gyrotron {number}") for number in range(5)]
    write_all_changes()
    return pages


def break_three(pieces) -> None:
    missing, stale, _whole, orphaned = pieces[:4]
    SearchDocument.objects.filter(source="news", object_id=missing.pk).delete()
    SearchDocument.objects.filter(source="news", object_id=stale.pk).update(digest="other")
    SearchDocument.objects.filter(source="news", object_id=orphaned.pk).update(object_id=999_999)


def test_the_check_tells_what_is_missing_stale_and_orphaned_and_repairs_it(pieces, member):
    assert "news: 0 missing, 0 stale, 0 orphaned" in run("check_search")
    break_three(pieces)
    with pytest.raises(CommandError):
        run("check_search")
    # of the orphaned one the item is missing
    assert "news: 2 missing, 1 stale, 1 orphaned" in run("check_search", "--repair")
    assert "news: 0 missing, 0 stale, 0 orphaned" in run("check_search")
    assert len(found(member, "gyrotron")) == 5


def test_a_rebuild_writes_everything_anew_words_included(pieces, member):
    SearchPart.objects.filter(title__startswith="Gyrotron").update(title="Lost")
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("UPDATE hanse_search_searchpart SET words = NULL")
        else:
            cursor.execute("DELETE FROM hanse_search_words")
    assert found(member, "gyrotron") == []
    assert "news: 5" in run("rebuild_search", "news")
    assert len(found(member, "gyrotron")) == 5


def test_a_rebuild_that_was_interrupted_goes_on(pieces, monkeypatch):
    monkeypatch.setattr("hanse_search.documents.BATCH", 2)
    written = []

    def stop_after_two(source, ids, **options):
        if len(written) == 2:
            raise KeyboardInterrupt
        written.append(list(ids))

    monkeypatch.setattr(rebuild_search, "rewrite", stop_after_two)
    with pytest.raises(KeyboardInterrupt):
        run("rebuild_search", "news")
    monkeypatch.setattr(rebuild_search, "rewrite", lambda source, ids, **options: written.append(list(ids)))
    run("rebuild_search", "news", "--resume")
    assert written == [[p.pk for p in pieces[:2]], [p.pk for p in pieces[2:4]], [pieces[4].pk]]


def test_a_kind_that_is_not_known_is_refused():
    with pytest.raises(CommandError, match="nonsense"):
        run("rebuild_search", "nonsense")


def test_the_worker_compares_everything_after_migrations(pieces, member):
    break_three(pieces)
    trust_nothing()
    trust_nothing()
    work_off_changes()
    assert not SearchChange.objects.exists()
    assert "news: 0 missing, 0 stale, 0 orphaned" in run("check_search")


def test_documents_of_a_plugin_that_was_taken_out_are_removed(pieces):
    SearchDocument.objects.filter(object_id=pieces[0].pk).update(source="withdrawn")
    note_changes("withdrawn", [1])
    trust_nothing()
    work_off_changes()
    assert not SearchDocument.objects.filter(source="withdrawn").exists()


def test_a_document_that_says_the_same_is_not_written(pieces):
    before = dict(SearchDocument.objects.values_list("pk", "version"))
    note_changes("news", [page.pk for page in pieces])
    write_all_changes()
    assert dict(SearchDocument.objects.values_list("pk", "version")) == before


def test_versions_only_grow_also_when_an_item_comes_back(pieces):
    page, row = pieces[0], SearchDocument.objects.get(object_id=pieces[0].pk)
    type(page).objects.filter(pk=page.pk).update(live=False)
    write_all_changes()
    assert not SearchDocument.objects.filter(object_id=page.pk).exists()
    type(page).objects.filter(pk=page.pk).update(live=True)
    write_all_changes()
    assert SearchDocument.objects.get(object_id=page.pk).version > row.version


def test_with_an_index_besides_what_goes_stays_as_a_tombstone_until_that_has_heard(pieces, member, monkeypatch):
    monkeypatch.setattr("hanse_search.backends.database.DatabaseBackend.keeps_index", True)
    page, row = pieces[0], SearchDocument.objects.get(object_id=pieces[0].pk)
    page.delete()
    write_all_changes()
    gone = SearchDocument.objects.get(pk=row.pk)
    assert gone.gone
    assert gone.version > row.version
    assert not gone.parts.exists()
    assert len(found(member, "gyrotron")) == 4


def test_triggers_are_removed_and_made_again(pieces, member):
    triggers.remove()
    type(pieces[0]).objects.filter(pk=pieces[0].pk).update(title="Lidar")
    assert pending() == 0
    triggers.install()
    triggers.install()
    type(pieces[0]).objects.filter(pk=pieces[0].pk).update(title="Sonar")
    assert found(member, "sonar") == ["Sonar"]


def test_what_a_new_source_brings_is_compared_though_no_migration_ran(pieces):
    """As after an update with one more kind of item: ``migrate`` has nothing to do then."""

    def to_compare() -> bool:
        return SearchChange.objects.filter(source=EVERYTHING).exists()

    SearchChange.objects.all().delete()
    make_triggers(None, "default", plan=[])
    assert not to_compare()
    name = "hanse_search_t_page_0_insert"
    with connection.cursor() as cursor:
        is_postgresql = connection.vendor == "postgresql"
        cursor.execute(f'DROP FUNCTION "{name}"() CASCADE' if is_postgresql else f'DROP TRIGGER "{name}"')
    make_triggers(None, "default", plan=[])
    assert triggers.are_there()
    assert to_compare()
