"""Suggestions while somebody types: names of what they may find, and what they searched for before."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from hanse_access.actions import change_audience
from hanse_access.scopes import Scope
from hanse_base.jobs import jobs
from hanse_base.personal_data import personal_data
from hanse_groups.models import Participant, Room
from hanse_search.models import RecentSearch
from hanse_search.suggesting.suggestions import suggest
from tests.factories.clusters import MembershipFactory
from tests.factories.news import NewsPageFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import UserFactory
from tests.factories.profiles import ProfileFactory
from tests.factories.room_files import bring
from tests.factories.rooms import make_room, place_of, say
from tests.groups.talk import browser

from .asking import viewer_of

pytestmark = pytest.mark.django_db

ADDRESS = reverse("hanse_search:suggestions")
SEARCH = reverse("hanse_search:search")
RECENT = reverse("hanse_search:recent")


def suggested(person, typed: str) -> dict[str, list[str]]:
    groups = suggest(viewer_of(person), typed)
    return {str(g.label): [re.sub("<.?mark>", "", str(s.title)) for s in g.suggestions] for g in groups}


@pytest.fixture
def things(photonik, member):
    ProfileFactory(person=MembershipFactory(cluster=photonik, person=UserFactory(last_name="Gyron")).person)
    OrganisationFactory(name="Gyrotron Ltd", clusters=[photonik])
    NewsPageFactory(cluster=photonik, title="The gyrotron week", teaser="Nothing of gyroscopes")
    return make_room(photonik, members=[member], name="Gyrotrons")


def test_people_rooms_and_items_by_the_beginning_of_any_word_of_their_names(things, member):
    found = suggested(member, "gyr")
    assert found["Rooms"] == ["Gyrotrons"]
    assert sorted(found["More"]) == ["Gyrotron Ltd", "The gyrotron week"]
    assert len(found["People"]) == 1
    assert found["People"][0].endswith("Gyron")
    assert suggested(member, "gyrotron we") == {"More": ["The gyrotron week"]}
    assert suggested(member, "gyrotron w")["Rooms"] == ["Gyrotrons"], "one letter is no word yet"
    assert suggested(member, "gyr ") == found, "a blank does not end what is typed"
    assert suggested(member, "gyroscop") == {}, "only what is called so"


def test_too_little_and_nonsense_suggest_nothing(things, member):
    for typed in ("", "g", "  ", "-gyr", '"', "kind:news", "\x00", "*", "' OR 1=1", "x" * 999):
        assert suggested(member, typed) == {}, typed


def test_a_hidden_name_is_like_one_that_is_nowhere(things, stranger, other, member, photonik):
    hidden = make_room(photonik, kind="hidden", name="Zirconia", members=[member])
    bring(hidden, member, "zirconia-plan.txt")
    say(hidden, member, "zirconia")
    assert suggested(member, "zirc") == {"Rooms": ["Zirconia"], "More": ["zirconia-plan.txt"]}
    for person in (stranger, other, None):
        answers = [
            (browser(person) if person else Client()).get(ADDRESS, {"q": typed}).content for typed in ("zirc", "xyzx")
        ]
        assert answers[0] == answers[1]


def test_the_very_next_suggestion_is_right(things, member, leichtbau, photonik):
    page = NewsPageFactory(cluster=photonik, title="Zirconia news")
    assert "More" in suggested(member, "zirc")
    change_audience(page, scopes=[Scope("cluster", leichtbau.pk)], by=None)
    assert suggested(member, "zirc") == {}
    Participant.objects.filter(pk=place_of(things, member).pk).update(state="removed")
    assert suggested(member, "gyrotrons").get("Rooms") == ["Gyrotrons"], "its card is for the whole cluster"
    Room.objects.filter(pk=things.pk).update(state=Room.State.DELETED)
    assert "Rooms" not in suggested(member, "gyrotrons")


def test_the_answer_is_a_list_of_options(things, member):
    html = browser(member).get(ADDRESS, {"q": "gyr"}).content.decode()
    assert html.count('role="option"') == 4
    assert f'data-url="{things.get_absolute_url()}"' in html
    assert "<html" not in html
    assert browser(member).post(ADDRESS).status_code == 405


def test_names_are_escaped(member, photonik):
    NewsPageFactory(cluster=photonik, title="Gyro <script>alert(1)</script>")
    html = browser(member).get(ADDRESS, {"q": "gyro"}).content.decode()
    assert "<script" not in html
    assert "&lt;script&gt;" in html


def test_the_number_of_queries_does_not_grow(things, member, photonik, django_assert_max_num_queries):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    def ask() -> int:
        suggest(viewer_of(member), "gyr")
        with CaptureQueriesContext(connection) as captured:
            suggest(viewer_of(member), "gyr")
        return len(captured)

    few = ask()
    for number in range(4):
        NewsPageFactory(cluster=photonik, title=f"Gyrotron {number}")
        make_room(photonik, members=[member], name=f"Gyrotron {number}")
    assert ask() == few


class TestRecent:
    def texts(self, person) -> list[str]:
        return list(RecentSearch.objects.filter(person=person).values_list("text", flat=True))

    def test_they_are_offered_the_newest_first_to_that_person_only(self, member, other):
        with time_machine.travel(timezone.now(), tick=False) as clock:
            for text in ("laser cladding", "gyrotron", "laser cladding", "ab"):
                browser(member).get(SEARCH, {"q": text})
                clock.shift(timedelta(minutes=5))
        assert suggested(member, "") == {"Recent searches": ["laser cladding", "gyrotron"]}
        assert suggested(member, "clad") == {"Recent searches": ["laser cladding"]}
        assert suggested(other, "") == {}
        assert suggested(None, "") == {}

    def test_what_is_typed_on_is_one_search(self, member):
        client = browser(member)
        for text in ("gyr", "gyrotr", "gyrotron", "gyrotro", "gyrotron week"):
            client.get(SEARCH, {"q": text})
        assert self.texts(member) == ["gyrotron week"]

    def test_a_few_are_kept_and_for_a_while(self, member):
        client = browser(member)
        for number in range(13):
            client.get(SEARCH, {"q": f"number {number:02}"})
        assert len(self.texts(member)) == 10
        with time_machine.travel(timezone.now() + timedelta(days=91)):
            jobs["search.remove_old_recent"].run()
        assert self.texts(member) == []

    def test_they_can_be_cleared_and_switched_off(self, member):
        client = browser(member)
        client.get(SEARCH, {"q": "gyrotron"})
        page = client.get(reverse("hanse_search:saved")).content.decode()
        assert "gyrotron" in page
        client.post(RECENT, {"what": "clear"})
        assert self.texts(member) == []
        client.get(SEARCH, {"q": "gyrotron"})
        client.post(RECENT, {"what": "keep-none"})
        client.get(SEARCH, {"q": "laser"})
        assert self.texts(member) == []
        assert "Your searches are not kept" in client.get(reverse("hanse_search:saved")).content.decode()
        client.post(RECENT, {"what": "keep"})
        client.get(SEARCH, {"q": "laser"})
        assert self.texts(member) == ["laser"]
        assert client.post(RECENT, {"what": "\x00"}).status_code == 302

    def test_personal_data(self, member):
        browser(member).get(SEARCH, {"q": "gyrotron"})
        exported = {file.path: file.content for file in personal_data["searches"].export(member)}
        assert exported["recent_searches.json"]["searches"][0]["text"] == "gyrotron"
        personal_data["searches"].erase(member)
        assert self.texts(member) == []
