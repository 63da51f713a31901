"""The index of Elasticsearch: built anew beside the old one, compared with the documents, and mended."""

import pytest
from django.core.management import CommandError, call_command

from hanse_news.models import NewsPage
from hanse_search import searching
from hanse_search.backends import backend
from hanse_search.elastic import consistency, feeding
from hanse_search.models import SearchDocument
from tests.factories.news import NewsPageFactory

from .asking import found
from .elastic import everything, fed, keys, pending

pytestmark = [pytest.mark.django_db, pytest.mark.elasticsearch]


class TestRebuilding:
    @pytest.fixture
    def pages(self, photonik, index, monkeypatch):
        monkeypatch.setattr(feeding, "BATCH", 2)
        made = [NewsPageFactory(cluster=photonik, title=f"Kogge {number}") for number in range(5)]
        fed()
        return made

    def names(self, client, settings):
        return list(client.indices.get(index=f"{settings.HANSE_ELASTICSEARCH_INDEX}-*"))

    def test_a_new_index_takes_the_place_of_the_old(self, pages, index, settings):
        old = self.names(index, settings)
        told = []
        feeding.rebuild(progress=lambda done, whole: told.append((done, whole)))
        whole = len(everything())
        assert told[-1] == (whole, whole)
        assert len(old) == len(self.names(index, settings)) == 1
        assert old != self.names(index, settings)
        assert keys(index) == everything()

    def test_meanwhile_everything_is_found_and_what_changes_is_in_both(
        self, pages, photonik, member, index, monkeypatch
    ):
        monkeypatch.setattr(searching, "bring_up_to_date", lambda: None)
        monkeypatch.setattr(backend(), "database", None)
        answers = []

        def midway(done, whole):
            answers.append(len(found(member, "kogge")))
            if len(answers) == 1:
                NewsPage.objects.filter(pk=pages[0].pk).update(title="Kogge Hulk")
                NewsPage.objects.get(pk=pages[4].pk).delete()
                NewsPageFactory(cluster=photonik, title="Kogge 6")
                fed()

        feeding.rebuild(progress=midway)
        assert set(answers) == {5}
        assert keys(index) == everything()
        assert sorted(found(member, "kogge")) == ["Kogge 1", "Kogge 2", "Kogge 3", "Kogge 6", "Kogge Hulk"]

    def test_an_interrupted_one_is_gone_on_with(self, pages, index, settings):
        def interrupt(done, whole):
            if done >= 4:
                raise KeyboardInterrupt

        with pytest.raises(KeyboardInterrupt):
            feeding.rebuild(progress=interrupt)
        assert len(self.names(index, settings)) == 2
        told = []
        feeding.rebuild(resume=True, progress=lambda done, whole: told.append(done))
        assert told[0] > 4
        assert len(self.names(index, settings)) == 1
        assert keys(index) == everything()

    def test_what_the_new_index_refuses_waits_for_the_next_feeding(self, pages, index, monkeypatch):
        write = feeding._write

        def refuse_the_first(client, target, rows):
            return write(client, target, rows[1:]) and set(range(1, len(rows)))

        monkeypatch.setattr(feeding, "_write", refuse_the_first)
        feeding.rebuild()
        monkeypatch.setattr(feeding, "_write", write)
        assert keys(index) != everything()
        feeding.feed()
        assert keys(index) == everything()

    def test_one_that_is_not_gone_on_with_begins_anew(self, pages, index, settings):
        feeding._create(index, alias=feeding.next_name())
        feeding.rebuild()
        assert len(self.names(index, settings)) == 1
        assert keys(index) == everything()

    def test_an_index_of_an_earlier_layout_is_built_anew(self, pages, index, settings):
        index.indices.put_mapping(index=settings.HANSE_ELASTICSEARCH_INDEX, meta={"layout": "old"})
        old = self.names(index, settings)
        feeding.feed()
        assert old != self.names(index, settings)
        assert keys(index) == everything()


class TestConsistency:
    @pytest.fixture
    def pages(self, photonik, index):
        made = [NewsPageFactory(cluster=photonik, title=f"Kogge {number}") for number in range(3)]
        fed()
        return made

    def spoil(self, pages, index, settings):
        """One is missing, one is old, one is of nothing."""
        name = settings.HANSE_ELASTICSEARCH_INDEX
        first, second, third = SearchDocument.objects.filter(source="news").order_by("pk")
        index.delete(index=name, id=f"news:{first.object_id}", refresh=True)
        SearchDocument.objects.filter(pk=second.pk).update(
            version=second.version + 1, indexed_version=second.version + 1
        )
        index.index(index=name, id="news:999999", document={"source": "news", "row": third.pk}, refresh=True)
        return first, second

    def test_nothing_differs_after_feeding(self, pages):
        assert not consistency.compare()

    def test_what_differs_is_told_and_mended(self, pages, index, settings):
        first, second = self.spoil(pages, index, settings)
        differences = consistency.compare()
        assert differences == consistency.Differences({first.pk}, {second.pk}, {"news:999999"})
        consistency.repair(differences)
        assert not consistency.compare()
        assert keys(index) == everything()

    def test_the_command_tells_and_mends(self, pages, index, settings, capsys):
        self.spoil(pages, index, settings)
        with pytest.raises(CommandError):
            call_command("check_search")
        assert "Elasticsearch: 1 missing, 1 stale, 1 orphaned" in capsys.readouterr().out
        call_command("check_search", repair=True)
        call_command("check_search")

    def test_the_command_for_rebuilding_builds_the_index_too(self, pages, index, capsys):
        call_command("rebuild_search")
        assert f"Elasticsearch: {len(everything())}" in capsys.readouterr().out
        assert (pending(), keys(index)) == (0, everything())

    def test_the_commands_say_so_when_it_does_not_answer(self, pages, settings):
        settings.HANSE_ELASTICSEARCH_URL = "http://127.0.0.1:1"
        for command in ("check_search", "rebuild_search"):
            with pytest.raises(CommandError, match="does not answer"):
                call_command(command)
