"""What is near in topics: who is found, in which order, why, and what of others nobody learns by it."""

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from hanse_access.actions import change_audience
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_access.viewer import Viewer
from hanse_activity.blocks import block
from hanse_members import actions, nearness
from hanse_members.actions.organisations import set_topics
from hanse_members.models import Profile, Topic
from hanse_members.models.freshness import SUGGESTED_FOR
from hanse_members.near_kinds import experts, organisations
from hanse_members.nearness import LEAST_OF_KIND, MOST, find_near
from tests.factories.clusters import MembershipFactory
from tests.factories.organisations import OrganisationFactory
from tests.factories.people import UserFactory
from tests.factories.profiles import ProfileFactory, fill
from tests.factories.topics import make_topic

pytestmark = pytest.mark.django_db


@pytest.fixture
def tree(db):
    """Photonics (lasers (welding, cutting), optics) and medicine (imaging)."""
    photonics, medicine = make_topic("Photonics"), make_topic("Medicine")
    lasers, optics = make_topic("Lasers", photonics), make_topic("Optics", photonics)
    return {
        "photonics": photonics,
        "lasers": lasers,
        "optics": optics,
        "welding": make_topic("Welding", lasers),
        "cutting": make_topic("Cutting", lasers),
        "medicine": medicine,
        "imaging": make_topic("Imaging", medicine),
    }


@pytest.fixture
def expert(photonik, tree):
    """Makes a member with a profile for all members: ``expert("Name", "welding", "optics")``."""

    def expert(name: str, *topics: str, scopes=None, organisation=None, confirmed=None) -> Profile:
        person = UserFactory(first_name=name, last_name="Zq")
        MembershipFactory(cluster=photonik, person=person, organisation=organisation)
        profile = ProfileFactory(person=person)
        if topics:
            fill(profile, "competences", topics=[tree[topic] for topic in topics], scopes=scopes)
        if confirmed:
            Profile.objects.filter(pk=profile.pk).update(confirmed_at=confirmed)
        return profile

    return expert


@pytest.fixture
def firm(photonik, tree):
    def firm(name: str, *topics: str, scopes=None):
        made = OrganisationFactory(name=name, clusters=[photonik], scopes=scopes)
        set_topics(made, [tree[topic] for topic in topics], by=None)
        return made

    return firm


def near(profile: Profile, viewer=None, **options):
    return find_near(experts, profile, Viewer.of(viewer or profile.person), **options)


def names(nearness) -> list[str]:
    return [near.title.removesuffix(" Zq") for near in nearness.found]


def test_shared_topics_come_before_near_ones_and_special_ones_before_general_ones(expert, firm):
    me = expert("Me", "welding", "photonics")
    expert("General", "photonics")
    expert("Special", "welding")
    expert("Both", "welding", "photonics")
    expert("Sibling", "cutting")
    expert("Cousin", "optics")
    expert("Stranger", "imaging")
    firm("Firm", "welding", "imaging")
    found = near(me)
    assert names(found) == ["Both", "Special", "Firm", "General", "Sibling", "Cousin"]
    assert [one.ring for one in found.found] == [0, 1, 1, 1, 2, 2]


def test_each_says_why(expert):
    me = expert("Me", "welding", "imaging")
    expert("Both", "welding", "optics")
    expert("Sibling", "cutting", "optics")
    expert("Broad", "medicine", "lasers")
    reasons = {one.title.removesuffix(" Zq"): (one.shared_labels, one.close_labels) for one in near(me).found}
    # what lies above a topic that is named already is not named again
    assert reasons == {
        "Both": (["Welding"], []),
        "Sibling": ([], ["Lasers"]),
        "Broad": ([], ["Lasers", "Medicine"]),
    }
    assert {one.why for one in near(me).found if one.title == "Both Zq"} == {"both: Welding"}


def test_a_topic_counts_once_however_many_lie_within_it(expert):
    me = expert("Me", "welding")
    expert("Many", "optics", "photonics")
    expert("One", "cutting")
    assert names(near(me)) == ["One", "Many"]


def test_one_finds_neither_oneself_nor_what_one_looks_from(expert):
    me, other = expert("Me", "welding"), expert("Other", "welding")
    assert names(near(me)) == ["Other"]
    assert names(near(other, me.person)) == []
    assert names(near(other, expert("Third").person)) == ["Me"]


def test_from_an_organisation_people_and_organisations_are_found(expert, firm):
    here, there = firm("Here", "welding"), firm("There", "cutting")
    reader = expert("Reader", "imaging")
    expert("Welder", "welding")
    found = find_near(organisations, here, Viewer.of(reader.person))
    assert [(one.kind, one.title) for one in found.found] == [(experts, "Welder Zq"), (organisations, there.name)]
    # lines show what kind it is, and visitors are told of what is public alone
    assert names(find_near(organisations, here, Viewer.public())) == ["There"]


def test_people_of_the_own_organisation_are_in_their_place_and_marked(photonik, expert, firm):
    mine = firm("Mine", "imaging")
    me = expert("Me", "welding", "imaging", organisation=mine)
    expert("Colleague", "cutting", organisation=mine)
    expert("Other", "welding")
    notes = {one.title.removesuffix(" Zq"): str(one.note) for one in near(me).found}
    assert list(notes) == ["Other", "Mine", "Colleague"]
    assert notes == {"Other": "", "Mine": "Your organisation", "Colleague": "From your organisation"}


def test_profiles_that_were_not_confirmed_for_long_are_not_suggested(expert):
    me = expert("Me", "welding")
    with time_machine.travel(timezone.now() + timedelta(days=30), tick=False):
        other = expert("Other", "welding")
    last = other.confirmed_at + SUGGESTED_FOR
    with time_machine.travel(last, tick=False):
        assert names(near(me)) == ["Other"]
    with time_machine.travel(last + timedelta(seconds=1), tick=False):
        assert names(near(me)) == []
        actions.confirm_profile(other, by=other.person)
        assert names(near(me)) == ["Other"]


def test_one_can_look_from_a_profile_that_is_not_confirmed(expert):
    stale = expert("Stale", "welding", confirmed=timezone.now() - timedelta(days=900))
    me = expert("Me", "cutting")
    expert("Other", "welding")
    assert names(near(stale, me.person)) == ["Other"]


def test_only_topics_that_the_reader_may_see_count(expert, leichtbau):
    me = expert("Me", "welding")
    far = [Scope("cluster", leichtbau.pk)]
    hidden = expert("Hidden", "welding", scopes=far)
    assert names(near(me)) == []
    # nor as the middle
    expert("Other", "welding")
    assert near(hidden, me.person).topics == []
    outsider = MembershipFactory(cluster=leichtbau).person
    assert set(names(near(me, outsider))) == {"Hidden", "Other"}
    assert names(near(hidden, outsider)) == ["Me", "Other"]


def test_hidden_profiles_and_organisations_are_not_found(expert, firm, leichtbau):
    me = expert("Me", "welding")
    hidden = expert("Hidden", "welding")
    change_audience(hidden, scopes=[EDITORS], by=hidden.person)
    firm("Secret firm", "welding", scopes=[Scope("cluster", leichtbau.pk)])
    left = expert("Left", "welding")
    left.person.memberships.update(state="left")
    assert names(near(me)) == []


def test_what_was_released_to_the_reader_alone_does_not_count(expert):
    me, other = expert("Me", "welding"), expert("Other")
    field = fill(
        other, "competences", scopes=[EDITORS], on_request=True, topics=[Topic.objects.get(labels__text="Welding")]
    )
    actions.release_to_person(field, person=me.person, by=other.person)
    assert names(near(me)) == []
    assert near(other, me.person).topics == []


def test_own_hidden_competences_serve_their_owner_alone(expert):
    me = expert("Me", "welding", scopes=[EDITORS])
    other = expert("Other", "welding")
    assert names(near(me)) == ["Other"]
    assert near(me, other.person).topics == []
    assert names(near(other)) == []


def test_a_hidden_thing_changes_no_order_and_no_number(expert, firm, leichtbau):
    me = expert("Me", "welding", "cutting", "imaging")
    for name, topics in {"A": ["welding"], "B": ["cutting", "imaging"], "C": ["optics"], "D": ["imaging"]}.items():
        expert(name, *topics)
    before = [(one.title, one.score, one.why) for one in near(me).found]
    far = [Scope("cluster", leichtbau.pk)]
    for number in range(MOST + 5):
        expert(f"Hidden {number}", "welding", "cutting", "imaging", scopes=far)
        firm(f"Hidden {number}", "imaging", scopes=far)
    assert [(one.title, one.score, one.why) for one in near(me).found] == before


def test_there_are_so_many_at_most_and_some_of_each_kind(expert, firm):
    me = expert("Me", "welding")
    for number in range(MOST):
        expert(f"E{number}", "welding")
    for number in range(LEAST_OF_KIND + 2):
        firm(f"F{number}", "optics")
    found = near(me).found
    assert len(found) == MOST
    assert sum(one.kind is organisations for one in found) == LEAST_OF_KIND
    assert len(near(me, most=4).found) == 4


def test_where_many_share_a_topic_those_with_more_in_common_still_come_first(expert, monkeypatch):
    me = expert("Me", "welding", "imaging")
    for name, topics in {"A": ["welding"], "B": ["welding", "medicine"], "C": ["welding", "imaging"]}.items():
        expert(name, *topics)
    expert("Related", "cutting")
    assert names(near(me)) == ["C", "B", "A", "Related"]
    assert names(near(me, most=2)) == ["C", "B"]
    monkeypatch.setattr(nearness, "LOOKED_AT", 2)
    assert names(near(me, most=2)) == ["C", "A"]


def test_the_number_of_queries_does_not_grow(expert, firm):
    me = expert("Me", "welding", "imaging")
    expert("One", "welding")
    firm("Firm", "optics")
    viewer = Viewer.of(me.person)

    def asked() -> int:
        with CaptureQueriesContext(connection) as context:
            [(one.why, one.note, one.url) for one in find_near(experts, me, viewer).found]
        return len(context)

    asked()  # a viewer reads once what it holds
    few = asked()
    for number in range(12):
        expert(f"E{number}", "welding", "cutting")
        firm(f"F{number}", "imaging")
    assert asked() == few


def test_topics_that_were_merged_are_shared(expert, tree, operator):
    me = expert("Me", "welding")
    expert("Other", "cutting")
    actions.merge_topics(tree["cutting"], into=tree["welding"], by=operator)
    assert [one.shared_labels for one in near(me).found] == [["Welding"]]


def test_directions_are_the_highest_topics_that_part(expert, tree):
    me = expert("Me", "welding", "optics", "imaging")
    expert("Welder", "welding")
    expert("Optician", "optics")
    found = near(me)
    assert {found.labels[found.field_of(one)] for one in found.found} == {"Lasers", "Optics"}
    expert("Imager", "imaging")
    found = near(me)
    assert {found.labels[found.field_of(one)] for one in found.found} == {"Photonics", "Medicine"}


def test_public_profiles_are_found_by_visitors(expert, firm):
    shown = expert("Shown", "welding", scopes=[PUBLIC])
    change_audience(shown, scopes=[PUBLIC], by=shown.person)
    expert("Inside", "welding")
    found = find_near(organisations, firm("Firm", "welding"), Viewer.public())
    assert names(found) == ["Shown"]


def test_whom_one_blocks_is_not_suggested(expert, member):
    near, middle = expert("Near", "welding"), expert("Middle", "welding")
    viewer = Viewer.of(member)
    assert [each.row for each in find_near(experts, middle, viewer).found] == [near]
    block(member, near.person)
    assert find_near(experts, middle, Viewer.of(member)).found == []
