"""What every backend must do. The test of one is a class ``TestX(Contract)`` with a fixture that puts it to use."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest
import time_machine

from hanse_access.actions import change_audience
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_activity.models import Block
from hanse_challenges.models import Question, Reply
from hanse_groups.models import Message
from hanse_members.actions import confirm_profile
from hanse_members.models import Organisation, Profile
from hanse_members.models.freshness import FRESH_FOR
from hanse_members.roles import Role
from hanse_news.models import NewsPage
from hanse_search.backends import NEWEST, OLDEST, RELEVANCE, backend
from hanse_search.documents import write_all_changes
from hanse_search.queries import parse
from hanse_search.searching import Search
from tests.factories.clusters import MembershipFactory
from tests.factories.news import NewsPageFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import UserFactory
from tests.factories.profiles import ProfileFactory, fill
from tests.factories.questions import answer, make_question
from tests.factories.room_files import bring
from tests.factories.rooms import add, make_room, say

from . import oracle
from .asking import viewer_of

WORDS = ["laser", "coating", "lidar", "mirror", "quantum", "battery", "Größe", "AB-1234", "zirconia", "turbine"]
PLATFORM = Scope("platform", 0)


class World:
    """Two clusters with people in different places, and everything that can be found, with random words for them."""

    def __init__(self, clusters, seed: int):
        self.random = random.Random(seed)
        self.alpha, self.beta = clusters
        self.people = {
            "visitor": None,
            "nobody": UserFactory(),
            "alpha": MembershipFactory(cluster=self.alpha).person,
            "beta": MembershipFactory(cluster=self.beta).person,
            "manager": MembershipFactory(cluster=self.alpha, role=Role.MANAGER).person,
            "guest": MembershipFactory(cluster=self.beta).person,
            "late": MembershipFactory(cluster=self.alpha).person,
        }
        self.fill()

    def words(self, most: int = 4) -> str:
        return " ".join(self.random.choices(WORDS, k=self.random.randint(1, most)))

    def scopes(self) -> list[Scope]:
        alpha, beta = Scope("cluster", self.alpha.pk), Scope("cluster", self.beta.pk)
        return self.random.choice([[PUBLIC], [PLATFORM], [alpha], [beta], [alpha, beta], [EDITORS]])

    def shown_scopes(self) -> list[Scope]:
        return next(scopes for scopes in iter(self.scopes, None) if scopes != [EDITORS])

    def fill(self) -> None:
        for cluster in (self.alpha, self.beta):
            for _ in range(3):
                live = self.random.random() > 0.2
                NewsPageFactory(
                    cluster=cluster, title=self.words(), teaser=self.words(), scopes=self.scopes(), live=live
                )
            for _ in range(2):
                firm = OrganisationFactory(name=self.words(2), clusters=[cluster], scopes=self.scopes())
                fill(firm, "about", text=self.words())
                fill(firm, "references", text=self.words(), scopes=self.scopes())
                person = UserFactory(first_name=self.words(1), last_name=self.random.choice(WORDS))
                MembershipFactory(cluster=cluster, person=person, organisation=firm)
                profile = ProfileFactory(person=person, scopes=self.scopes())
                for name in ("competences", "offers", "looks_for"):
                    fill(profile, name, text=self.words(), scopes=self.random.choice([None, self.scopes()]))
        for cluster in (self.alpha, self.beta):
            for is_anonymous in (True, False):
                question = make_question(
                    cluster,
                    title=self.words(),
                    text=self.words(),
                    is_anonymous=is_anonymous,
                )
                answer(question, by=question.asker, text=self.words())
                change_audience(question, scopes=self.shown_scopes(), by=None)
        self.fill_rooms()

    def fill_rooms(self) -> None:
        everybody, manager = self.people, self.people["manager"]
        for kind in ("closed", "hidden"):
            room = make_room(
                self.alpha, owner=manager, kind=kind, newcomers_see_all=False, name=self.words(), purpose=self.words()
            )
            add(room, everybody["alpha"])
            add(room, everybody["guest"], "guest")
            for number in range(6):
                if number == 3:
                    add(room, everybody["late"])
                say(room, self.random.choice([manager, everybody["alpha"]]), self.words())
                bring(room, manager, f"{self.words(2)} {number}x.txt")
        Block.objects.create(person=everybody["guest"], blocked=manager)

    def change_something(self) -> None:
        page = self.random.choice(list(NewsPage.objects.all()))
        change_audience(page, scopes=self.scopes(), by=None)
        profile = self.random.choice(list(Profile.objects.filter(fields__isnull=False).distinct()))
        change_audience(profile, scopes=self.scopes(), by=None)
        firm = self.random.choice(list(Organisation.objects.all()))
        Organisation.objects.filter(pk=firm.pk).update(name=self.words(2), withheld=self.random.random() < 0.3)
        reply = self.random.choice(list(Reply.objects.shown()))
        Reply.objects.filter(pk=reply.pk).update(text=self.words(), withheld=self.random.random() < 0.5)
        question = self.random.choice(list(Question.objects.all()))
        change_audience(question, scopes=self.shown_scopes(), by=None)
        message = self.random.choice(list(Message.objects.filter(kind="text")))
        Message.objects.filter(pk=message.pk).update(body="turbine", html="<p>turbine</p>")

    def queries(self) -> list[str]:
        one, two, three = self.random.sample(WORDS, 3)
        kind = self.random.choice(["news", "person", "organisation", "message", "file", "room"])
        return [
            f"{one} ",
            f"{one} {two} ",
            f"{one} -{two} ",
            f'"{two} {three}"',
            f"{one} kind:{kind} ",
            three[:3],
            f"-{three} ",
        ]


def expected(visible: list[oracle.Item], text: str) -> tuple[list[oracle.Item], list[oracle.Item]]:
    """Items that match, and those that match but for the kind that was chosen."""
    query, _notices = parse(text)
    matching = [
        item
        for item in visible
        if all(item.has(list(term.tokens), beginning=term.open_end) for term in query.wanted)
        and not any(item.has(list(term.tokens)) for term in query.unwanted)
    ]
    chosen = query.facets.get("kind")
    return [item for item in matching if not chosen or item.source in chosen], matching


class Contract:
    """Uses ``clusters_to_search``; a subclass may override ``settle``, called before something is asked."""

    def settle(self) -> None:
        """Let an index of its own hear of what changed, or not: the answers must be the same."""

    @pytest.mark.parametrize("seed", range(3))
    def test_everybody_finds_what_the_rule_allows_and_the_numbers_say_so(self, clusters_to_search, seed):
        world = World(clusters_to_search, seed)
        for _round in range(2):
            write_all_changes()
            self.settle()
            for person in world.people.values():
                visible = list(oracle.visible_items(viewer_of(person)))
                for text in world.queries():
                    self.check(person, visible, text)
            world.change_something()

    def check(self, person, visible: list[oracle.Item], text: str) -> None:
        search = Search(viewer_of(person), parse(text)[0])
        wanted, but_for_kind = expected(visible, text)
        # Clusters have pages that the oracle does not read; the words of these tests stand in none of them.
        page = search.page(size=500)
        told = {(r.source.name, r.found.url) for r in page.results if r.source.name != "cluster"}
        assert len(told) == len([r for r in page.results if r.source.name != "cluster"])
        counts = search.counts()
        clusters = counts.facets["kind"].pop("cluster", 0)
        hits = {item.key for item in wanted}
        assert {(s, pk) for s, pk in keys(search) if s != "cluster"} == hits, (
            person,
            text,
            {(s, pk) for s, pk in keys(search) if s != "cluster"} ^ hits,
        )
        if not search.query.facets:
            assert counts.total - clusters == len(hits)
            for facet in ("language", "state", "room"):
                assert counts.facets[facet] == oracle.numbers(wanted, facet), (facet, text)
        assert counts.facets["kind"] == oracle.numbers(but_for_kind, "kind"), (person, text)

    @pytest.mark.parametrize("sort", [RELEVANCE, NEWEST, OLDEST])
    def test_pages_hold_everything_once_and_in_one_order(self, clusters_to_search, sort):
        world = World(clusters_to_search, 99)
        write_all_changes()
        self.settle()
        for text in ("laser", "-zirconia ", ""):
            search = Search(viewer_of(world.people["alpha"]), parse(text)[0])
            whole = [(r.source.name, r.found.url) for r in search.page(size=500, sort=sort).results]
            paged, after = [], None
            while True:
                page = search.page(size=3, sort=sort, after=after)
                assert len(page.results) == 3 or page.next is None
                paged += [(r.source.name, r.found.url) for r in page.results]
                if page.next is None:
                    break
                after = page.next
            assert paged == whole
        assert len(whole) > 6, "the last query leaves more than a page"

    def test_what_nobody_confirmed_for_a_year_is_marked_and_comes_behind_what_fits_as_well(self, clusters_to_search):
        """Without that anything is written when the year is over."""
        cluster, begin = clusters_to_search[0], datetime(2026, 1, 5, 9, tzinfo=UTC)
        with time_machine.travel(begin, tick=False) as clock:
            made = {}
            for name in ("Early", "Late"):
                clock.shift(60)
                place = MembershipFactory(cluster=cluster, person=UserFactory(first_name=name, last_name="Zwirn"))
                made[name] = ProfileFactory(person=place.person)
                fill(made[name], "offers", text="turbine")
            firm = OrganisationFactory(name="Zwirn and turbine", clusters=[cluster])
            clock.move_to(begin + FRESH_FOR / 2)
            confirm_profile(made["Early"], by=made["Early"].person)
            write_all_changes()
            self.settle()
            viewer = made["Early"].person

            def told(text):
                """Titles, and whether they are marked."""
                page = Search(viewer_of(viewer), parse(text)[0]).page(size=10)
                return [(r.found.title, any("confirmed" in str(f) for f in r.found.facts)) for r in page.results]

            assert told("turbine ") == [(firm.name, False), ("Late Zwirn", False), ("Early Zwirn", False)]
            clock.move_to(begin + FRESH_FOR + timedelta(minutes=10))
            assert told("turbine ") == [(firm.name, True), ("Early Zwirn", False), ("Late Zwirn", True)]
            assert told("zwirn ")[0] == ("Early Zwirn", False)
            confirm_profile(made["Late"], by=made["Late"].person)
            write_all_changes()
            assert ("Late Zwirn", False) in told("turbine ")

    def test_a_place_of_no_order_is_refused(self, clusters_to_search):
        search = Search(viewer_of(None), parse("laser")[0])
        for after in ([], ["x"], [None, None, None], [1, "today", 3]):
            with pytest.raises(ValueError, match="place"):
                search.page(size=3, after=after)


def keys(search: Search) -> list[tuple[str, int]]:
    hits = backend().hits(search._sight, search.query, sort=RELEVANCE, after=None, most=1000)
    return [(hit.source, hit.object_id) for hit in hits]
