"""Synonyms and weights: edited in the administration, in force with the next search, on every backend."""

import pytest
from django.urls import reverse

from hanse_access.operators import operator_group
from hanse_search.models import SearchWeight, SynonymGroup
from tests.factories.news import NewsPageFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import UserFactory
from tests.groups.talk import browser

from .asking import counted, found, results

pytestmark = pytest.mark.django_db


@pytest.fixture
def post(photonik):
    return lambda title, **more: NewsPageFactory(cluster=photonik, title=title, **{"teaser": "x", **more})


class TestSynonyms:
    def test_each_term_finds_the_others_in_any_form_at_once(self, each_backend, member, post):
        post("Parts of CFK")
        post("Carbon fibre reinforced plastics")
        post("Kohlefasern", language="de")
        post("Carbon dioxide")
        post("Plastics, reinforced: not carbon, fibre")
        assert found(member, "cfk ") == ["Parts of CFK"]
        group = SynonymGroup.objects.create(terms="CFK\ncarbon fibre reinforced plastic\nKohlefaser")
        all_of_it = {
            "Parts of CFK",
            "Carbon fibre reinforced plastics",
            "Plastics, reinforced: not carbon, fibre",
            "Kohlefasern",
        }
        assert set(found(member, "cfk ")) == all_of_it
        assert counted(member, "cfk ").total == 4
        assert set(found(member, "Kohlefasern ")) == all_of_it
        assert set(found(member, "carbon fibre reinforced plastic ")) == all_of_it
        assert found(member, "carbon dioxide") == ["Carbon dioxide"]
        assert found(member, '"cfk"') == ["Parts of CFK"]
        assert set(found(member, "plastics -cfk ")) == {
            "Carbon fibre reinforced plastics",
            "Plastics, reinforced: not carbon, fibre",
        }
        group.delete()
        assert found(member, "cfk ") == ["Parts of CFK"]

    def test_one_way(self, each_backend, member, post):
        post("Fibre laser")
        post("Light amplification")
        SynonymGroup.objects.create(terms="light amplification\nlaser", is_one_way=True)
        assert set(found(member, "light amplification ")) == {"Fibre laser", "Light amplification"}
        assert found(member, "laser ") == ["Fibre laser"]

    def test_as_typed_stands_before_a_synonym_and_the_snippet_marks_both(self, each_backend, member, post):
        post("Zirconia", date="2020-01-01")
        post("ZrO2")
        SynonymGroup.objects.create(terms="zirconia\nZrO2")
        shown = results(member, "zirconia ")
        assert [str(result.title) for result in shown] == ["<mark>Zirconia</mark>", "<mark>ZrO2</mark>"]

    def test_a_changed_group_counts_as_it_is_now(self, member, post):
        post("Zirconia")
        group = SynonymGroup.objects.create(terms="ceramic\nalumina")
        assert found(member, "ceramic ") == []
        group.terms = "ceramic\nzirconia"
        group.save()
        assert found(member, "ceramic ") == ["Zirconia"]


class TestWeights:
    def test_a_place_counts_what_operators_say(self, each_backend, member, post):
        post("Zirconia", date="2020-01-01")
        post("Something", teaser="zirconia")
        assert found(member, "zirconia ") == ["Zirconia", "Something"]
        SearchWeight.objects.create(what="text", points=50)
        assert found(member, "zirconia ") == ["Something", "Zirconia"]
        SearchWeight.objects.create(what="title", points=0)
        SearchWeight.objects.create(what="title_stems", points=0)
        assert found(member, "zirconia ") == ["Something", "Zirconia"]

    def test_a_kind_stands_further_up(self, each_backend, photonik, member, post):
        OrganisationFactory(name="Other", clusters=[photonik])
        OrganisationFactory(name="Zirconia Ltd", clusters=[photonik])
        post("Zirconia")
        assert found(member, "zirconia ") == ["Zirconia Ltd", "Zirconia"], "the newest first"
        SearchWeight.objects.create(what="kind:news", points=5)
        assert found(member, "zirconia ") == ["Zirconia", "Zirconia Ltd"]
        SearchWeight.objects.create(what="kind:nothing", points=5)
        assert len(found(member, "zirconia ")) == 2

    def test_pages_go_on_under_weights(self, each_backend, photonik, member, post):
        from hanse_search.queries import parse
        from hanse_search.searching import Search

        from .asking import viewer_of

        SearchWeight.objects.create(what="kind:organisation", points=5)
        for number in range(3):
            post(f"Zirconia {number}")
            OrganisationFactory(name=f"Zirconia {number} Ltd", clusters=[photonik])
        search, seen, after = Search(viewer_of(member), parse("zirconia ")[0]), [], None
        while True:
            page = search.page(size=2, after=after)
            seen += [result.found.title for result in page.results]
            if page.next is None:
                break
            after = page.next
        assert seen == found(member, "zirconia ")
        assert len(seen) == 6


class TestAdministration:
    @pytest.fixture
    def operator(self, clusters_to_search):
        person = UserFactory()
        person.groups.add(operator_group())
        return browser(person)

    def test_operators_edit_synonyms(self, operator, member, post):
        post("Zirconia")
        address = reverse("hanse_search_synonyms:add")
        assert operator.get(address).status_code == 200
        assert operator.post(address, {"terms": "ceramic\r\nzirconia\r\n"}).status_code == 302
        assert found(member, "ceramics ") == ["Zirconia"]
        html = operator.get(reverse("hanse_search_synonyms:index")).content.decode()
        assert "ceramic, zirconia" in html
        (group,) = SynonymGroup.objects.all()
        assert operator.post(reverse("hanse_search_synonyms:delete", args=[group.pk])).status_code == 302
        assert found(member, "ceramics ") == []

    @pytest.mark.parametrize(
        ("terms", "said"),
        [
            ("one", "two different terms"),
            ("Größe\ngroesse", "two different terms"),
            ("a\nb c d e f", "more than 4 words"),
            ("\n".join(f"term {n}" for n in range(21)), "at most 20"),
            ("", "required"),
        ],
    )
    def test_what_is_no_group_is_said_beside_what_was_typed(self, operator, terms, said):
        answer = operator.post(reverse("hanse_search_synonyms:add"), {"terms": terms})
        assert answer.status_code == 400
        assert said in answer.content.decode()
        assert not SynonymGroup.objects.exists()

    def test_operators_edit_weights(self, operator):
        address = reverse("hanse_search_weights:add")
        assert "All Organisations" in operator.get(address).content.decode()
        assert operator.post(address, {"what": "title", "points": "20"}).status_code == 302
        for odd in ({"what": "title", "points": "3"}, {"what": "text", "points": "101"}, {"what": "x", "points": "1"}):
            assert operator.post(address, odd).status_code == 400
        assert list(SearchWeight.objects.values_list("what", "points")) == [("title", 20)]
        assert "A word in the title" in operator.get(reverse("hanse_search_weights:index")).content.decode()

    def test_nobody_else(self, manager, member):
        for person in (manager, member):
            assert browser(person).get(reverse("hanse_search_synonyms:index")).status_code in (302, 403)
