"""The world that is measured: people, clusters, rooms and items, stored in bulk and the same at every run."""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from django.contrib.auth import get_user_model
from django.contrib.contenttypes.models import ContentType
from django.db import connection

from hanse_access.models import Audience, AudienceProposal
from hanse_access.scopes import EDITORS, PUBLIC, Scope
from hanse_members.models import Cluster, Membership
from hanse_members.roles import Role
from tests.testapp.models import Item, Room

START = datetime(2026, 1, 1, tzinfo=UTC)
WORDS = ["laser", "fibre", "coating", "sensor", "additive", "composite", "bearing", "enzyme", "battery", "alloy"]
TOPICS = [f"topic {number}" for number in range(1, 13)]
NEVER = datetime(2100, 1, 1, tzinfo=UTC)
BATCH = 5_000
#: How many of the items have which kind of audience
SHARES = {
    "public": 5,
    "editors": 100,
    "platform": 1_000,
    "cluster": 4_000,
    "several": 1_000,
    "mixed": 500,
    "room": 3_395,
}


@dataclass(frozen=True)
class Size:
    name: str
    clusters: int
    rooms: int
    items: int
    people: int


FULL = Size("full", clusters=40, rooms=2_000, items=100_000, people=10_000)
SMALL = Size("small", clusters=24, rooms=40, items=600, people=80)


@dataclass(frozen=True)
class Asking:
    """One who asks for lists: in so many clusters and rooms, managing so many of the clusters."""

    name: str
    clusters: int
    rooms: int
    manages: int = 0


#: The last sees next to nothing: what is public, which is rare here, and what three rooms hold.
ASKING = [
    Asking("in 1 cluster", clusters=1, rooms=5),
    Asking("in 3 clusters", clusters=3, rooms=15, manages=1),
    Asking("in 20 clusters", clusters=20, rooms=60, manages=2),
    Asking("sees 1 in 1000", clusters=0, rooms=3),
]


@dataclass
class World:
    size: Size
    people: list = field(default_factory=list)
    clusters: list[Cluster] = field(default_factory=list)
    rooms: list[Room] = field(default_factory=list)
    asking: dict[str, object] = field(default_factory=dict)


def build(size: Size) -> World:
    """Fill an empty database. Items are for the public (1 in 2,000), all members, clusters and rooms."""
    dice = random.Random(3)
    world = World(size)
    _people(world)
    _clusters(world, dice)
    _rooms(world, dice)
    _items(world, dice)
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return world


def _people(world: World) -> None:
    User = get_user_model()
    users = [User(email=f"person{number}@example.org", first_name="P", last_name=str(number), password="!")
             for number in range(world.size.people)]  # fmt: skip
    world.people = User.objects.bulk_create(users, batch_size=BATCH)
    world.asking = {asking.name: person for asking, person in zip(ASKING, world.people, strict=False)}


def _clusters(world: World, dice: random.Random) -> None:
    world.clusters = Cluster.objects.bulk_create(
        Cluster(name=f"Cluster {number}", slug=f"cluster-{number}") for number in range(world.size.clusters)
    )
    approved = Membership.State.APPROVED
    made = []
    for asking, person in zip(ASKING, world.people, strict=False):
        for number in range(asking.clusters):
            role = Role.MANAGER if number < asking.manages else Role.MEMBER
            made.append(Membership(person=person, cluster=world.clusters[number], state=approved, role=role))
    for person in world.people[len(ASKING) :]:
        for cluster in dice.sample(world.clusters, dice.choice([1, 1, 1, 2, 3])):
            made.append(Membership(person=person, cluster=cluster, state=approved))
    Membership.objects.bulk_create(made, batch_size=BATCH)


def _rooms(world: World, dice: random.Random) -> None:
    world.rooms = Room.objects.bulk_create(
        (Room(name=f"Room {number}", owner=dice.choice(world.people)) for number in range(world.size.rooms)),
        batch_size=BATCH,
    )
    others = world.people[len(ASKING) :]
    Inside = Room.people.through
    inside = [
        Inside(room=room, user=person) for room in world.rooms for person in dice.sample(others, min(12, len(others)))
    ]
    for asking, person in zip(ASKING, world.people, strict=False):
        inside += [
            Inside(room=room, user=person) for room in dice.sample(world.rooms, min(asking.rooms, len(world.rooms)))
        ]
    Inside.objects.bulk_create(inside, batch_size=BATCH)


def _audiences(world: World, dice: random.Random) -> dict[str, list[Audience]]:
    clusters = [Scope("cluster", cluster.pk) for cluster in world.clusters]
    rooms = [Scope("room", room.pk) for room in world.rooms]
    several = [dice.sample(clusters, dice.randint(2, 4)) for _ in range(world.size.rooms // 4)]
    mixed = [[dice.choice(clusters), dice.choice(rooms)] for _ in range(world.size.rooms // 4)]
    of = Audience.objects.of
    return {
        "public": [of([PUBLIC])],
        "editors": [of([EDITORS])],
        "platform": [of([("platform", 0)])],
        "cluster": [of([scope]) for scope in clusters],
        "several": [of(scopes) for scopes in several],
        "mixed": [of(scopes) for scopes in mixed],
        "room": [of([scope]) for scope in rooms],
    }


def _items(world: World, dice: random.Random) -> None:
    audiences = _audiences(world, dice)
    levels = dice.choices(list(SHARES), list(SHARES.values()), k=world.size.items)
    states = dice.choices(["published", "draft", "moderation"], [90, 6, 4], k=world.size.items)
    items = [
        Item(
            title=f"{dice.choice(WORDS).title()} {dice.choice(WORDS)} {number}",
            topic=dice.choice(TOPICS),
            kind=dice.choice(Item.Kind.values),
            state=states[number],
            expires_at=dice.choice([None, None, None, NEVER, START]),
            audience=dice.choice(audiences[levels[number]]),
            author=dice.choice(world.people),
            created_at=START + timedelta(minutes=number),
        )
        for number in range(world.size.items)
    ]
    Item.objects.bulk_create(items, batch_size=BATCH)
    _stakes(world, items, dice)


def _stakes(world: World, items: list[Item], dice: random.Random) -> None:
    """Every thirtieth item has a co-editor, those who ask have ten each, and some items wait for a decision."""
    CoEditor = Item.co_editors.through
    asking = list(world.asking.values())
    edits = [CoEditor(item=item, user=dice.choice(world.people[len(asking) :])) for item in items[::30]]
    edits += [CoEditor(item=item, user=person) for person in asking for item in dice.sample(items, 10)]
    CoEditor.objects.bulk_create(edits, batch_size=BATCH)
    content_type = ContentType.objects.get_for_model(Item)
    AudienceProposal.objects.bulk_create(
        AudienceProposal(
            content_type=content_type, object_id=item.pk, kind="cluster", scope_id=dice.choice(world.clusters).pk
        )
        for item in items[::200]
    )
