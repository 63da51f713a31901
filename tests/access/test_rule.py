"""Every reading of the rule agrees with a brute-force answer, for random people, audiences and states."""

from datetime import timedelta

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hanse_access.actions import change_audience
from hanse_access.models import Audience
from hanse_access.readings import admitted_es, admitted_people, allows, reach, recipients
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_access.viewer import Viewer
from tests.factories.items import ItemFactory, RoomFactory
from tests.factories.people import UserFactory
from tests.testapp.models import Item, Note

ROOMS, PEOPLE = 4, 5
STATES = list(Item.State.values)
scope_sets = st.lists(
    st.one_of(st.just("public"), st.just("editors"), st.integers(0, ROOMS - 1)), min_size=1, max_size=4, unique=True
)
items = st.fixed_dictionaries(
    {
        "scopes": scope_sets,
        "state": st.sampled_from(STATES),
        "expires": st.sampled_from([None, -1, 1]),
        "author": st.one_of(st.none(), st.integers(0, PEOPLE - 1)),
        "co_editors": st.sets(st.integers(0, PEOPLE - 1), max_size=2),
        "proposed": st.one_of(st.none(), st.integers(0, ROOMS - 1)),
    }
)
worlds = st.fixed_dictionaries(
    {
        "rooms": st.lists(st.sets(st.integers(0, PEOPLE - 1)), min_size=ROOMS, max_size=ROOMS),
        "owners": st.lists(st.one_of(st.none(), st.integers(0, PEOPLE - 1)), min_size=ROOMS, max_size=ROOMS),
        "active": st.lists(st.booleans(), min_size=PEOPLE, max_size=PEOPLE),
        "items": st.lists(items, min_size=1, max_size=5),
    }
)


def build(world):
    people = [UserFactory(is_active=active) for active in world["active"]]
    rooms = [
        RoomFactory(owner=people[owner] if owner is not None else None, people=[people[i] for i in inside])
        for inside, owner in zip(world["rooms"], world["owners"], strict=True)
    ]
    made = []
    for spec in world["items"]:
        scopes = [
            {"public": PUBLIC, "editors": EDITORS}.get(scope) or Scope("room", rooms[scope].pk)
            for scope in spec["scopes"]
        ]
        item = ItemFactory(
            scopes=scopes,
            state=spec["state"],
            expires_at=spec["expires"] and timezone.now() + timedelta(days=spec["expires"]),
            author=people[spec["author"]] if spec["author"] is not None else None,
        )
        item.co_editors.set([people[i] for i in spec["co_editors"]])
        Note.objects.create(item=item, text="a child")
        made.append((item, spec))
    return people, rooms, made


def may_see(world, spec, person: int | None) -> bool:
    """The promise in plain Python, written without the code under test."""
    active = person is not None and world["active"][person]
    if active and (spec["author"] == person or person in spec["co_editors"]):
        return True
    shown = spec["state"] == "published" and spec["expires"] != -1
    if not shown:
        return False
    if "public" in spec["scopes"]:
        return True
    rooms = [scope for scope in spec["scopes"] if isinstance(scope, int)]
    if active and any(person in world["rooms"][room] for room in rooms):
        return True
    return bool(active and spec["proposed"] is not None and world["owners"][spec["proposed"]] == person)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(world=worlds)
def test_every_reading_agrees_with_brute_force(world, django_db_blocker):
    from django.db import transaction

    with transaction.atomic():
        people, rooms, made = build(world)
        for item, spec in made:
            if spec["proposed"] is not None:
                propose(item, rooms[spec["proposed"]], spec)
        check_readings(world, people, made)
        transaction.set_rollback(True)


def propose(item, room, spec):
    from hanse_access.models import AudienceProposal

    AudienceProposal.objects.create(item=item, kind="room", scope_id=room.pk)


def check_readings(world, people, made):
    for number in [None, *range(PEOPLE)]:
        viewer = Viewer.of(people[number]) if number is not None else Viewer.public()
        expected = {item.pk for item, spec in made if may_see(world, spec, number)}
        assert set(Item.objects.visible_to(viewer).values_list("pk", flat=True)) == expected
        assert Item.objects.visible_to(viewer).count() == len(expected), "no row twice"
        children = Note.objects.filter(Item.visible_q(viewer, prefix="item__"))
        assert sorted(children.values_list("item_id", flat=True)) == sorted(expected)
        assert {item.pk for item, _ in made if allows(viewer, item)} == expected
        check_elasticsearch_filter(viewer, made, world, number)
    for item, spec in made:
        expected = {people[n].pk for n in range(PEOPLE) if world["active"][n] and may_see(world, spec, n)}
        assert set(recipients(item).values_list("pk", flat=True)) == expected
        check_count(world, people, item, spec)


def check_elasticsearch_filter(viewer, made, world, number):
    """Documents carry the audience's number; the JSON filter must admit exactly those the audience admits."""
    terms = admitted_es(viewer)["terms"]["audience"]
    for item, spec in made:
        document = {"audience": item.audience_id}
        active = number is not None and world["active"][number]
        rooms = [scope for scope in spec["scopes"] if isinstance(scope, int)]
        admitted = "public" in spec["scopes"] or (active and any(number in world["rooms"][room] for room in rooms))
        assert (document["audience"] in terms) == admitted


def check_count(world, people, item, spec):
    scopes = item.audience.scope_set
    rooms = [scope for scope in spec["scopes"] if isinstance(scope, int)]
    public = "public" in spec["scopes"]
    inside = {n for n in range(PEOPLE) if world["active"][n] and (public or any(n in world["rooms"][r] for r in rooms))}
    assert set(admitted_people(scopes).values_list("pk", flat=True)) == {people[n].pk for n in inside}
    assert reach(scopes).people == len(inside)
    assert reach(scopes).public == public


@pytest.mark.django_db
def test_equal_sets_of_scopes_are_one_audience():
    one = Audience.objects.of([("room", 3), PUBLIC, ("room", 1)])
    assert Audience.objects.of([PUBLIC, ("room", 1), ("room", 3)]) == one
    assert Audience.objects.of([("room", 1)]) != one
    assert Audience.objects.of([("room", 13)]) != Audience.objects.of([("room", 1), ("room", 3)])


@pytest.mark.django_db
def test_an_audience_needs_a_scope():
    with pytest.raises(ValueError, match="at least one scope"):
        Audience.objects.of([])


@pytest.mark.django_db
def test_a_new_item_is_seen_by_nobody_but_its_author():
    author, other = UserFactory.create_batch(2)
    item = Item.objects.create(title="new", author=author)
    assert allows(Viewer.of(author), item)
    assert not allows(Viewer.of(other), item)
    assert not allows(Viewer.public(), item)


@pytest.mark.django_db
def test_a_change_of_the_audience_acts_at_once_on_a_new_viewer():
    author, other = UserFactory.create_batch(2)
    item = ItemFactory(author=author)
    assert allows(Viewer.of(other), item)
    change_audience(item, scopes=[EDITORS], by=author)
    assert not allows(Viewer.of(other), item)


@pytest.mark.django_db
def test_resolving_a_viewer_is_one_query_whatever_the_number_of_readings(django_assert_num_queries):
    viewer = Viewer.public()
    ItemFactory.create_batch(3)
    with django_assert_num_queries(3):
        list(Item.objects.visible_to(viewer))
        Item.objects.visible_to(viewer).count()
