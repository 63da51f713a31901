"""Items that cannot be written, or only in part, and searches that come too often: others go on."""

import datetime

import pytest
from django.db import connection
from django.urls import reverse

from hanse_access.scopes import PUBLIC
from hanse_news.models import NewsPage
from hanse_search import documents, searching, triggers
from hanse_search.analysis import words
from hanse_search.documents import note_changes, write_all_changes
from hanse_search.models import SearchChange, SearchDocument
from hanse_search.sources import sources
from hanse_search.surfaces import work_off_changes
from hanse_search.views import SEARCHED
from hanse_search.words import _vector
from tests.factories.news import NewsPageFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def publish(photonik):
    def publish(title: str, **values):
        return NewsPageFactory(cluster=photonik, title=title, scopes=[PUBLIC], **values)

    return publish


def found(client, text: str, **parameters) -> str:
    response = client.get(reverse("hanse_search:search"), {"q": text, **parameters})
    assert response.status_code == 200
    return response.content.decode()


def test_an_item_that_cannot_be_written_keeps_no_other_from_being_found(client, publish, monkeypatch, caplog):
    publish("Kogge one"), publish("Kogge broken"), publish("Kogge three")
    source, read = sources["news"], sources["news"].entries

    def entries(rows):
        if any("broken" in row.title for row in rows):
            raise ArithmeticError
        return read(rows)

    monkeypatch.setattr(source, "entries", entries)
    html = found(client, "kogge")
    assert "one" in html
    assert "three" in html
    assert "broken" not in html
    assert not SearchChange.objects.filter(source="news").exists()
    assert "an item cannot be searched" in caplog.text
    monkeypatch.undo()
    documents.compare_everything()
    assert "broken" in found(client, "kogge")


@pytest.mark.parametrize("date", [datetime.date(1, 1, 1), datetime.date(9999, 12, 31)])
def test_dates_out_of_all_reason_break_no_search(client, publish, date):
    page = publish("Kogge")
    NewsPage.objects.filter(pk=page.pk).update(date=date)  # as before there were limits
    for sort in ("relevance", "newest", "oldest"):
        assert "<mark>Kogge</mark>" in found(client, "kogge", sort=sort)


def test_a_text_of_more_words_than_the_database_takes_is_found_by_its_beginning():
    text = " ".join(f"{chr(0x4E00 + number)}\ufdfa\ufdfa\ufdfa\ufdfa" for number in range(16_000))
    vector = _vector([], [], list(words(text)), [])
    assert len(vector.encode()) < 1_500_000
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT length(%s::tsvector)", [vector])
            assert cursor.fetchone()[0] > 1_000


def test_what_is_too_much_for_one_search_is_left_to_the_worker(client, publish, monkeypatch):
    monkeypatch.setattr(searching, "STEP", 1)
    monkeypatch.setattr(searching, "MOST_SECONDS", 0)
    publish("Kogge one"), publish("Kogge two")
    write_all_changes()
    SearchChange.objects.bulk_create(
        SearchChange(source="news", object_id=pk)
        for pk in SearchDocument.objects.filter(source="news").values_list("object_id", flat=True)
    )
    assert len([word for word in ("one", "two") if f"</mark> {word}" in found(client, "kogge")]) == 1
    write_all_changes()
    assert all(f"</mark> {word}" in found(client, "kogge") for word in ("one", "two"))


def test_who_searches_all_the_time_is_asked_to_wait(client, publish):
    publish("Kogge")
    assert "Kogge" in found(client, "kogge")
    SEARCHED.count("127.0.0.1", SEARCHED.most)
    response = client.get(reverse("hanse_search:search"), {"q": "kogge"})
    assert response.status_code == 429
    assert "Kogge" not in response.content.decode()


def test_triggers_that_a_failed_migration_took_along_are_made_again(client, publish):
    page = publish("Kogge")
    assert "Kogge" in found(client, "kogge")
    triggers.remove()
    NewsPage.objects.filter(pk=page.pk).update(title="Hulk")
    work_off_changes()
    assert triggers.are_there()
    assert "<mark>Hulk</mark>" in found(client, "hulk")


def test_an_item_that_was_left_out_and_is_deleted_leaves_no_row(client, publish, monkeypatch):
    page = publish("Kogge")
    assert "Kogge" in found(client, "kogge")
    monkeypatch.setattr(documents, "_document", lambda *args: 1 / 0)
    note_changes("news", [page.pk])
    SearchDocument.objects.filter(source="news").update(digest="")
    write_all_changes()
    assert SearchDocument.objects.get(source="news").gone
    monkeypatch.undo()
    page.delete()
    write_all_changes()
    assert not SearchDocument.objects.filter(source="news").exists()
