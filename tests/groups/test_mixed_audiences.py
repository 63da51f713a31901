"""Audiences that mix rooms, clusters, all members and the public: every reading agrees with a brute-force answer.

``tests/access/test_rule.py`` says so of the rule by itself; here it is asked with the kinds that people choose from,
and of the question that Elasticsearch is sent, which is worked out here as it would be there.
"""

from datetime import timedelta
from typing import Any

import pytest
from django.db import transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from hanse_access.models import AudienceProposal
from hanse_access.readings import admitted_people, allows, reach, recipients
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_access.viewer import Viewer
from hanse_groups.models import Conversation, Participant, Room
from hanse_members.models import Cluster, Membership
from hanse_members.roles import Role
from hanse_search.elastic.entries import NEVER, moment
from hanse_search.elastic.questions import Asked
from hanse_search.queries import Query
from hanse_search.sight import Sight
from tests.factories.clusters import ClusterFactory, MembershipFactory
from tests.factories.items import ItemFactory
from tests.factories.people import UserFactory
from tests.testapp.models import Item, Note

CLUSTERS, ROOMS, PEOPLE = 3, 3, 4
State = Membership.State

people_numbers = st.integers(0, PEOPLE - 1)
scopes = st.one_of(
    st.sampled_from(["public", "platform", "editors"]),
    st.tuples(st.just("cluster"), st.integers(0, CLUSTERS - 1)),
    st.tuples(st.just("group"), st.integers(0, ROOMS - 1)),
)
items = st.fixed_dictionaries(
    {
        "scopes": st.sets(scopes, min_size=1, max_size=4),
        "state": st.sampled_from(list(Item.State.values)),
        "expires": st.sampled_from([None, -1, 1]),
        "author": st.one_of(st.none(), people_numbers),
        "proposed": st.one_of(st.none(), st.integers(0, CLUSTERS - 1)),
    }
)
worlds = st.fixed_dictionaries(
    {
        "active": st.lists(st.booleans(), min_size=PEOPLE, max_size=PEOPLE),
        "clusters": st.lists(st.sampled_from(list(Cluster.State)), min_size=CLUSTERS, max_size=CLUSTERS),
        "members": st.dictionaries(
            st.tuples(people_numbers, st.integers(0, CLUSTERS - 1)),
            st.sampled_from([(State.APPROVED, role) for role in Role] + [(State.APPLIED, Role.MEMBER)]),
        ),
        # of each room: its state, and the cluster that it is at home in
        "rooms": st.lists(
            st.tuples(st.sampled_from(list(Room.State)), st.integers(0, CLUSTERS - 1)), min_size=ROOMS, max_size=ROOMS
        ),
        "inside": st.dictionaries(
            st.tuples(people_numbers, st.integers(0, ROOMS - 1)), st.sampled_from(list(Participant.State))
        ),
        "items": st.lists(items, min_size=1, max_size=4),
    }
)


class World:
    """What was drawn, as rows, and what it means in plain Python, written without the code under test."""

    def __init__(self, drawn: dict[str, Any]) -> None:
        self.drawn = drawn
        self.people = [UserFactory(is_active=active) for active in drawn["active"]]
        self.clusters = [ClusterFactory(state=state) for state in drawn["clusters"]]
        for (person, cluster), (state, role) in drawn["members"].items():
            MembershipFactory(person=self.people[person], cluster=self.clusters[cluster], state=state, role=role)
        self.rooms = [self._room(state, home) for state, home in drawn["rooms"]]
        for (person, room), state in drawn["inside"].items():
            conversation = self.rooms[room].conversation
            Participant.objects.create(conversation=conversation, person=self.people[person], state=state)
        self.items = [self._item(spec) for spec in drawn["items"]]

    def _room(self, state: str, home: int) -> Room:
        return Room.objects.create(
            conversation=Conversation.objects.create(), cluster=self.clusters[home], name="Room", state=state
        )

    def _item(self, spec: dict[str, Any]) -> Item:
        item = ItemFactory(
            scopes=[self.scope(scope) for scope in spec["scopes"]],
            state=spec["state"],
            expires_at=spec["expires"] and timezone.now() + timedelta(days=spec["expires"]),
            author=None if spec["author"] is None else self.people[spec["author"]],
        )
        Note.objects.create(item=item, text="a child")
        if spec["proposed"] is not None:
            AudienceProposal.objects.create(item=item, kind="cluster", scope_id=self.clusters[spec["proposed"]].pk)
        return item

    def scope(self, drawn) -> Scope:
        if isinstance(drawn, tuple):
            kind, number = drawn
            return Scope(kind, {"cluster": self.clusters, "group": self.rooms}[kind][number].pk)
        return {"public": PUBLIC, "editors": EDITORS, "platform": Scope("platform", 0)}[drawn]

    def takes_part(self, person: int, cluster: int, *roles: Role) -> bool:
        state, role = self.drawn["members"].get((person, cluster), (None, None))
        is_active = self.drawn["active"][person] and self.drawn["clusters"][cluster] == Cluster.State.ACTIVE
        return is_active and state == State.APPROVED and role in (roles or Role)

    def holds(self, person: int | None, scope) -> bool:
        if scope == "public":
            return True
        if person is None or not self.drawn["active"][person] or scope == "editors":
            return False
        if scope == "platform":
            return any(self.takes_part(person, cluster) for cluster in range(CLUSTERS))
        kind, number = scope
        if kind == "cluster":
            return self.takes_part(person, number)
        state, home = self.drawn["rooms"][number]
        is_there = state != Room.State.DELETED and self.drawn["clusters"][home] == Cluster.State.ACTIVE
        return is_there and self.drawn["inside"].get((person, number)) == Participant.State.ACTIVE

    def is_admitted(self, person: int | None, spec: dict[str, Any]) -> bool:
        return any(self.holds(person, scope) for scope in spec["scopes"])

    def may_see(self, person: int | None, spec: dict[str, Any]) -> bool:
        is_active = person is not None and self.drawn["active"][person]
        if is_active and spec["author"] == person:
            return True
        if spec["state"] != "published" or spec["expires"] == -1:
            return False
        decides = is_active and spec["proposed"] is not None and self.takes_part(person, spec["proposed"], Role.MANAGER)
        return decides or self.is_admitted(person, spec)

    def viewers(self):
        yield None, Viewer.public()
        for number, person in enumerate(self.people):
            yield number, Viewer.of(person)

    def specs(self):
        return zip(self.items, self.drawn["items"], strict=True)


@pytest.mark.django_db
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(drawn=worlds)
def test_every_reading_agrees_with_brute_force(drawn):
    with transaction.atomic():
        world = World(drawn)
        for number, viewer in world.viewers():
            check_viewer(world, number, viewer)
        for item, spec in world.specs():
            check_item(world, item, spec)
        transaction.set_rollback(True)


def check_viewer(world: World, number: int | None, viewer: Viewer) -> None:
    expected = {item.pk for item, spec in world.specs() if world.may_see(number, spec)}
    assert set(Item.objects.visible_to(viewer).values_list("pk", flat=True)) == expected
    assert Item.objects.visible_to(viewer).count() == len(expected), "no row twice"
    children = Note.objects.filter(Item.visible_q(viewer, prefix="item__"))
    assert sorted(children.values_list("item_id", flat=True)) == sorted(expected)
    assert {item.pk for item, _spec in world.specs() if allows(viewer, item)} == expected
    question = Asked(Sight(viewer=viewer), Query(), ()).in_sight.to_dict()
    for item, spec in world.specs():
        is_shown = spec["state"] == "published" and spec["expires"] != -1
        found = matches(question, document_of(item, is_published=spec["state"] == "published"))
        assert found == (is_shown and world.is_admitted(number, spec))


def check_item(world: World, item: Item, spec: dict[str, Any]) -> None:
    seeing = {p for p in range(PEOPLE) if world.drawn["active"][p] and world.may_see(p, spec)}
    assert set(recipients(item).values_list("pk", flat=True)) == {world.people[p].pk for p in seeing}
    inside = {p for p in range(PEOPLE) if world.drawn["active"][p] and world.is_admitted(p, spec)}
    own = [person.pk for person in world.people]
    found = admitted_people(item.audience.scope_set).filter(pk__in=own)
    assert set(found.values_list("pk", flat=True)) == {world.people[p].pk for p in inside}
    told = reach(item.audience.scope_set)
    assert (told.public, told.people) == ("public" in spec["scopes"], admitted_people(item.audience.scope_set).count())


def document_of(item: Item, *, is_published: bool) -> dict[str, Any]:
    """As ``hanse_search.elastic.entries`` would write it: what is not published is never shown."""
    return {
        "_id": f"item:{item.pk}",
        "source": "item",
        "object_id": item.pk,
        "audience": str(item.audience_id),
        "shown_from": 0 if is_published else NEVER,
        "shown_until": moment(item.expires_at) if item.expires_at else NEVER,
    }


def matches(question: dict[str, Any], document: dict[str, Any]) -> bool:
    """What Elasticsearch answers for this document: the words of the language that the rule is asked in."""
    ((kind, asked),) = question.items()
    if kind == "bool":
        should = [matches(part, document) for part in asked.get("should", ())]
        return (
            all(matches(part, document) for part in (*asked.get("filter", ()), *asked.get("must", ())))
            and not any(matches(part, document) for part in asked.get("must_not", ()))
            and sum(should) >= asked.get("minimum_should_match", 0)
        )
    if kind == "ids":
        return document["_id"] in asked["values"]
    ((field, wanted),) = asked.items()
    value = document.get(field)
    if kind == "terms":
        return str(value) in {str(each) for each in wanted}
    if kind == "term":
        return value == (wanted["value"] if isinstance(wanted, dict) else wanted)
    assert kind == "range", question
    compare = {"lte": lambda edge: value <= edge, "gt": lambda edge: value > edge}
    return value is not None and all(compare[how](edge) for how, edge in wanted.items())
