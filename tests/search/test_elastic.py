"""Elasticsearch beside the database: what it answers, what it is told, and what happens while it does not answer."""

import random
import socket

import pytest
from elasticsearch import TransportError

from hanse_access.actions import change_audience
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_news.models import NewsPage
from hanse_search.backends import NEWEST, OLDEST, RELEVANCE, backend
from hanse_search.backends.database import DatabaseBackend
from hanse_search.compounds import parts_of
from hanse_search.documents import write_all_changes
from hanse_search.elastic import backend as elastic
from hanse_search.elastic import feeding
from hanse_search.elastic.breaker import Breaker, breaker
from hanse_search.elastic.tasks import feed_index
from hanse_search.models import SearchDocument
from hanse_search.queries import parse
from hanse_search.sight import Sight
from tests.factories.news import NewsPageFactory
from tests.factories.rooms import make_room, say

from .asking import counted, found, results, viewer_of
from .elastic import everything, fed, keys, pending

pytestmark = pytest.mark.django_db
real = pytest.mark.elasticsearch


@pytest.fixture
def only_the_index(index, monkeypatch):
    """The database is not to answer in its place."""
    monkeypatch.setattr(backend(), "database", None)
    return index


@pytest.fixture
def asked(monkeypatch):
    """How often Elasticsearch was asked."""
    calls = []
    execute = elastic._execute
    monkeypatch.setattr(elastic, "_execute", lambda search: calls.append(search) or execute(search))
    return calls


@real
class TestEquality:
    """The same as the database, for every viewer and query in which no word has a form that only one of them knows."""

    WORDS = ("alpha", "beta", "gamma", "delta", "ab-12", "zeta", "eta")

    @pytest.fixture
    def corpus(self, photonik, leichtbau, member, stranger):
        dice = random.Random(5)
        places = ([PUBLIC], [EDITORS], [Scope("cluster", photonik.pk)], [Scope("cluster", leichtbau.pk)])
        for _number in range(40):
            NewsPageFactory(
                cluster=dice.choice([photonik, leichtbau]),
                title=" ".join(dice.choices(self.WORDS, k=2)),
                teaser=" ".join(dice.choices(self.WORDS, k=4)),
                scopes=dice.choice(places),
            )
        room = make_room(photonik, members=[member], name="beta gamma")
        for _number in range(20):
            say(room, member, " ".join(dice.choices(self.WORDS, k=5)))
        return [None, member, stranger]

    QUERIES = (
        "alpha", "alpha beta", '"alpha beta"', "alpha -beta", "alp", "ab-12", "AB-1", "kind:news gamma",
        "kind:message", "-zeta", "", "xyzzy", "ab 12 eta", "kind:news kind:message beta",
    )  # fmt: skip

    @pytest.mark.parametrize("indexed", ["all", "half", "nothing"])
    def test_hits_order_and_numbers(self, corpus, only_the_index, indexed):
        write_all_changes()
        if indexed != "nothing":
            feeding.feed()
        if indexed == "half":
            news = NewsPage.objects.filter(pk__in=list(NewsPage.objects.values_list("pk", flat=True)[::2]))
            news.update(teaser="eta alpha")
            write_all_changes()
        for person in corpus:
            sight = Sight.of(viewer_of(person))
            for text in self.QUERIES:
                query = parse(text)[0]
                for sort in (RELEVANCE, NEWEST, OLDEST):
                    one, other = (
                        each.hits(sight, query, sort=sort, after=None, most=200)
                        for each in (backend(), DatabaseBackend())
                    )
                    assert one == other, (person, text, sort)
                facets = ["kind", "cluster", "room", "year", "language"]
                one, other = (each.counts(sight, query, facets=facets) for each in (backend(), DatabaseBackend()))
                assert one == other, (person, text)

    def test_pages_follow_one_another_without_gap_or_double(self, corpus, only_the_index):
        fed()
        NewsPage.objects.filter(pk__in=list(NewsPage.objects.values_list("pk", flat=True)[::3])).update(teaser="alpha")
        write_all_changes()
        sight, query = Sight.of(viewer_of(corpus[1])), parse("alpha")[0]
        for sort in (RELEVANCE, NEWEST, OLDEST):
            whole = backend().hits(sight, query, sort=sort, after=None, most=200)
            pages, after = [], None
            while page := backend().hits(sight, query, sort=sort, after=after, most=3):
                pages += page
                after = page[-1].place
            assert pages == whole
            assert len(whole) > 5

    def test_a_place_that_is_none_is_refused(self, corpus, only_the_index):
        sight, query = Sight.of(viewer_of(None)), parse("alpha")[0]
        for place in ([], [1], ["a", "b", "c"], [1, "2026-01-01T00:00:00+00:00", None], [1, 7, 7]):
            with pytest.raises(ValueError, match="no place"):
                backend().hits(sight, query, sort=RELEVANCE, after=place, most=3)

    def test_what_is_hidden_does_not_move_what_is_seen(self, photonik, member, only_the_index):
        """No weight comes from how often a word occurs elsewhere."""
        for title in ("Kogge Hulk", "Kogge", "Hulk Kogge Kraweel"):
            NewsPageFactory(cluster=photonik, title=title)
        fed()
        before = backend().hits(Sight.of(viewer_of(member)), parse("kogge hulk")[0], sort=RELEVANCE, after=None, most=9)
        for _number in range(10):
            NewsPageFactory(cluster=photonik, title="Hulk", teaser="Kogge Kogge", scopes=[EDITORS])
        fed()
        after = backend().hits(Sight.of(viewer_of(member)), parse("kogge hulk")[0], sort=RELEVANCE, after=None, most=9)
        assert before == after


@real
class TestGerman:
    @pytest.fixture
    def texts(self, photonik, member, only_the_index):
        """Says these things in a room, and gives what is found of them: messages state no language."""

        def said(*texts):
            room = make_room(photonik, members=[member], name="Zimmer")
            for text in texts:
                say(room, member, text)
            fed()
            return lambda asked: [result.found.texts[0] for result in results(member, asked)]

        return said

    @pytest.mark.parametrize(
        ("title", "asked"),
        [
            ("Neue Werkstoffprüfung", "Prüfung"),
            ("Neue Werkstoffprüfung", "Werkstoff"),
            ("Neue Werkstoffprüfung", "prufungen"),
            ("Schweißen mit dem Laser", "Laserschweißen"),
            ("Wasserstoffspeicher im Hafen", "Speicher"),
            ("Förderung der Forschung", "Forschungsförderung"),
            ("Größe der Straßen", "groesse strasse"),
            ("Häuser am Fluss", "Haus"),
            ("Quantenkoggesensoren", "Sensor"),
        ],
    )
    def test_compounds_and_forms_are_found(self, texts, title, asked):
        assert texts(title, "Etwas ganz anderes")(asked) == [title]

    @pytest.mark.parametrize(("text", "asked"), [("Eine Verringerung", "Ring"), ("Der Protest", "Test")])
    def test_what_stands_in_a_word_by_chance_is_no_part_of_it(self, texts, text, asked):
        assert texts(text)(asked) == []

    def test_in_quotes_only_the_word_itself(self, texts):
        assert texts("Neue Werkstoffprüfung", "Eine Prüfung")('"prüfung"') == ["Eine Prüfung"]

    def test_the_word_itself_comes_before_a_compound(self, texts):
        assert texts("Eine Prüfung", "Neue Werkstoffprüfung")("prüfung") == ["Eine Prüfung", "Neue Werkstoffprüfung"]

    def test_an_english_text_is_not_taken_apart_in_german(self, photonik, member, only_the_index):
        NewsPageFactory(cluster=photonik, title="Werkstoffprüfung")  # its language is English
        fed()
        assert (found(member, "werkstoffprüfung"), found(member, "prüfung")) == (["Werkstoffprüfung"], [])


@pytest.mark.embedded
@pytest.mark.parametrize(
    ("word", "parts"),
    [
        ("laserschweissen", ("laser", "schweissen")),
        ("forschungsforderung", ("forschung", "forderung")),
        ("warmepumpentechnik", ("warmepumpe", "technik")),
        ("laser", ()),
        ("quantenkogge", ()),
        ("ab1734", ()),
    ],
)
def test_compounds_are_taken_apart_only_if_each_part_is_known(word, parts):
    assert parts_of(word) == parts


@real
class TestFeeding:
    def test_what_changed_is_told_once(self, photonik, index):
        page = NewsPageFactory(cluster=photonik, title="Kogge")
        assert fed() >= 1
        assert (fed(), pending(), keys(index)) == (0, 0, everything())
        NewsPage.objects.filter(pk=page.pk).update(title="Hulk")
        assert fed() == 1

    def test_what_is_gone_goes(self, photonik, index):
        page = NewsPageFactory(cluster=photonik, title="Kogge")
        fed()
        NewsPage.objects.get(pk=page.pk).delete()
        write_all_changes()
        assert SearchDocument.objects.filter(gone=True).count() == 1
        feeding.feed()
        assert SearchDocument.objects.filter(gone=True).count() == 0
        assert keys(index) == everything()

    def test_a_late_writer_does_not_overwrite_a_newer_state(self, photonik, member, index, monkeypatch):
        page = NewsPageFactory(cluster=photonik, title="Kogge")
        write_all_changes()
        late = list(feeding.with_parts(SearchDocument.objects.all()))
        NewsPage.objects.filter(pk=page.pk).update(title="Hulk")
        fed()
        feeding._write(index, feeding._targets(index)[0], late)
        monkeypatch.setattr(backend(), "database", None)
        assert (found(member, "kogge"), found(member, "hulk")) == ([], ["Hulk"])

    def test_nor_does_it_bring_back_what_was_deleted(self, photonik, index):
        page = NewsPageFactory(cluster=photonik, title="Kogge")
        write_all_changes()
        late = list(feeding.with_parts(SearchDocument.objects.all()))
        fed()
        NewsPage.objects.get(pk=page.pk).delete()
        fed()
        feeding._write(index, feeding._targets(index)[0], late)
        assert f"news:{page.pk}" not in keys(index)

    def test_what_changes_while_it_is_told_goes_on_waiting(self, photonik, index, monkeypatch):
        page = NewsPageFactory(cluster=photonik, title="Kogge")
        write = feeding._write

        def slowly(*args):
            taken = write(*args)
            if NewsPage.objects.filter(pk=page.pk, title="Kogge").update(title="Hulk"):
                write_all_changes()
            return taken

        monkeypatch.setattr(feeding, "_write", slowly)
        fed()
        assert pending() == 1

    def test_the_worker_is_asked_after_the_transaction_and_once(
        self, photonik, index, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True) as callbacks:
            for number in range(3):
                NewsPageFactory(cluster=photonik, title=f"Kogge {number}")
                write_all_changes()
        assert len([each for each in callbacks if "feed_index" in repr(each)]) == 1
        assert pending() == 0

    def test_while_the_worker_is_stopped_the_answer_is_right_all_the_same(self, photonik, member, only_the_index):
        page = NewsPageFactory(cluster=photonik, title="Kogge")
        fed()
        NewsPageFactory(cluster=photonik, title="Neue Kogge")
        assert sorted(found(member, "kogge")) == ["Kogge", "Neue Kogge"]
        change_audience(page, scopes=[EDITORS], by=None)
        assert found(member, "kogge") == ["Neue Kogge"]
        assert counted(member, "kogge").total == 1
        assert pending() == 2


@real
class TestFaults:
    """No question fails, and nothing is lost from the index afterwards."""

    @pytest.fixture
    def page(self, photonik, index):
        page = NewsPageFactory(cluster=photonik, title="Kogge")
        fed()
        return page

    @pytest.fixture
    def unreachable(self, settings):
        settings.HANSE_ELASTICSEARCH_URL = "http://127.0.0.1:1"

    def test_unreachable_it_is_asked_once_and_the_database_answers(self, page, member, unreachable, asked):
        assert found(member, "kogge") == found(member, "kogge") == ["Kogge"]
        assert counted(member, "kogge").total == 1
        assert len(asked) == 1

    def test_people_are_told_quietly_as_long_as_it_lasts(self, page, member, settings, client):
        client.force_login(member)
        notice = "less thorough at the moment"
        assert notice not in client.get("/search/?q=kogge").content.decode()
        address, settings.HANSE_ELASTICSEARCH_URL = settings.HANSE_ELASTICSEARCH_URL, "http://127.0.0.1:1"
        client.get("/search/?q=kogge")
        answer = client.get("/search/?q=kogge")
        assert answer.status_code == 200
        assert notice in answer.content.decode()
        assert "<mark>Kogge</mark>" in answer.content.decode()
        settings.HANSE_ELASTICSEARCH_URL = address
        breaker.succeed()
        assert notice not in client.get("/search/?q=kogge").content.decode()

    def test_what_changes_meanwhile_is_told_later(self, page, member, settings, unreachable):
        address = settings.TEST_ELASTICSEARCH_URL
        NewsPage.objects.filter(pk=page.pk).update(title="Hulk")
        assert found(member, "hulk") == ["Hulk"]
        feed_index.enqueue()  # the worker's own attempt fails quietly
        assert pending() == 1
        settings.HANSE_ELASTICSEARCH_URL = address
        feeding.feed()
        assert pending() == 0

    def test_one_that_is_slow_is_not_waited_for(self, page, member, settings):
        with socket.create_server(("127.0.0.1", 0)) as server:  # takes the question, and says nothing
            settings.HANSE_ELASTICSEARCH_URL = f"http://127.0.0.1:{server.getsockname()[1]}"
            settings.HANSE_ELASTICSEARCH_SECONDS = 0.3
            assert found(member, "kogge") == ["Kogge"]
        assert breaker.is_open()

    def test_a_part_of_an_answer_is_none(self, page, member, monkeypatch):
        execute = elastic._execute

        def slow(search):
            class Late:
                timed_out = True

            monkeypatch.setattr(type(search), "execute", lambda self: Late)
            return execute(search)

        monkeypatch.setattr(elastic, "_execute", slow)
        assert found(member, "kogge") == ["Kogge"]
        assert breaker.is_open()

    def test_an_index_that_takes_nothing_answers_with_what_it_has(self, page, photonik, member, index, settings):
        name = settings.HANSE_ELASTICSEARCH_INDEX
        index.indices.put_settings(index=name, settings={"index.blocks.write": True})
        NewsPageFactory(cluster=photonik, title="Neue Kogge")
        fed()
        assert pending() == 1
        assert sorted(found(member, "kogge")) == ["Kogge", "Neue Kogge"]
        index.indices.put_settings(index=name, settings={"index.blocks.write": False})
        fed()
        assert (pending(), keys(index)) == (0, everything())

    def test_an_index_that_is_gone_is_made_anew(self, page, member, index, settings):
        index.indices.delete(index=list(index.indices.get_alias(name=settings.HANSE_ELASTICSEARCH_INDEX)))
        assert found(member, "kogge") == ["Kogge"]
        feeding.feed()
        assert keys(index) == everything()
        assert not breaker.is_open()

    def test_with_too_much_to_be_told_the_database_answers(self, page, member, asked, monkeypatch):
        monkeypatch.setattr(elastic, "MOST_PENDING", 0)
        NewsPage.objects.filter(pk=page.pk).update(title="Hulk")
        assert found(member, "hulk") == ["Hulk"]
        assert asked == []

    def test_a_question_that_it_does_not_take_is_answered(self, page, member, monkeypatch):
        monkeypatch.setattr(elastic, "ORDERS", dict.fromkeys(elastic.ORDERS, [{"nowhere": "desc"}]))
        assert found(member, "kogge") == ["Kogge"]


@pytest.mark.embedded
class TestBreaker:
    def test_after_a_failure_nobody_asks_for_a_while_and_then_one(self, monkeypatch):
        now = [100.0]
        monkeypatch.setattr("hanse_search.elastic.breaker.time.monotonic", lambda: now[0])
        breaker = Breaker()
        assert not breaker.is_open()
        breaker.fail()
        assert breaker.is_open()
        now[0] += 6
        assert [breaker.is_open() for _question in range(3)] == [False, True, True]
        breaker.fail()
        now[0] += 6
        assert breaker.is_open(), "twice as long after the second"
        now[0] += 6
        assert not breaker.is_open()
        breaker.succeed()
        assert [breaker.is_open() for _question in range(3)] == [False] * 3


def test_without_an_address_the_database_answers(settings):
    settings.HANSE_ELASTICSEARCH_URL = ""
    assert isinstance(backend(), DatabaseBackend)
    with pytest.raises((ValueError, TransportError)):
        feeding.feed()


def test_the_timed_job_asks_nothing_where_there_is_no_elasticsearch(settings, monkeypatch):
    from hanse_search.elastic import surfaces

    settings.HANSE_ELASTICSEARCH_URL = ""
    monkeypatch.setattr(surfaces, "feed_index", None)
    surfaces.feed_what_was_left()
