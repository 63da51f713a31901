"""What the rule costs in the search: the same questions beside Elasticsearch without the rule, in one run.

100,000 items: people with fields of their own audiences, rooms, and what is said in them. Figures are the median and
the 95th percentile of many different questions, in milliseconds.
"""

from __future__ import annotations

import json
import random
import time
import uuid
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from functools import cached_property, partial
from pathlib import Path
from statistics import median, quantiles

from django.conf import settings
from django.contrib.auth import get_user_model
from django.db import connection
from elasticsearch.dsl import Q

from hanse_access.models import Audience
from hanse_access.scopes import Scope
from hanse_access.viewer import Viewer
from hanse_groups.models import Conversation, Message, Participant, Room
from hanse_members.models import Cluster, Membership
from hanse_search.backends import RELEVANCE
from hanse_search.backends.database import DatabaseBackend
from hanse_search.documents import batches, rewrite
from hanse_search.elastic import backend as elastic
from hanse_search.elastic import feeding
from hanse_search.elastic.questions import Asked
from hanse_search.models import SearchChange, SearchDocument
from hanse_search.queries import Query, parse
from hanse_search.searching import load
from hanse_search.sight import Sight
from hanse_search.sources import facet_kinds, sources
from hanse_search.suggesting.suggestions import suggest
from hanse_search.triggers import install, remove

from . import experts
from .measure import no_collection
from .report import machine
from .world import BATCH, START, WORDS, Size, World

#: goals: p95 beside the same question without the rule, and milliseconds for loading 20 hits again
GOAL_RATIO, GOAL_RELOAD = 1.2, 10.0
FACETS = [kind.name for kind in facet_kinds]


@dataclass(frozen=True)
class SearchSize:
    name: str
    clusters: int
    rooms: int
    people: int
    messages: int
    questions: int


FULL = SearchSize("full", clusters=40, rooms=2_000, people=5_000, messages=93_000, questions=200)
SMALL = SearchSize("small", clusters=4, rooms=10, people=20, messages=200, questions=5)
#: who asks, and in how many rooms they are; the last in all that there are where these are fewer
ASKING = {"in 5 rooms": 5, "in 60 rooms": 60, "in 300 rooms": 300}


Ask = Callable[[Query], object]


@dataclass
class Figures:
    """``times``: median, 95th percentile and the same beside it where there is something to compare with."""

    items: int = 0
    times: list[dict] = field(default_factory=list)
    rates: dict[str, float] = field(default_factory=dict)

    @property
    def missed(self) -> list[str]:
        slow = [
            f"{each['what']}, {each['who']}"
            for each in self.times
            if each["what"] == BY_ELASTICSEARCH and each["ratio"] > GOAL_RATIO
        ]
        return slow + [each["who"] for each in self.times if each["what"] == RELOAD and each["p50"] > GOAL_RELOAD]


BY_ELASTICSEARCH = "Elasticsearch: page and facets"
RELOAD = "load 20 hits again"


class Unfiltered(Asked):
    """The same question without the rule, for comparison alone."""

    @cached_property
    def in_sight(self):
        return Q("match_all")

    @cached_property
    def seen_part(self):
        return Q("match_all")


def build(size: SearchSize) -> World:
    """Fill an empty database, without the notes of triggers: everything is written at once afterwards."""
    dice = random.Random(5)
    world = World(Size(size.name, size.clusters, size.rooms, 0, 0))
    User = get_user_model()
    asking = [
        User(email=f"asks{n}@example.org", first_name="A", last_name=str(n), password="!") for n in range(len(ASKING))
    ]
    world.asking = dict(zip(ASKING, User.objects.bulk_create(asking), strict=True))
    world.clusters = Cluster.objects.bulk_create(
        Cluster(name=f"Cluster {number}", slug=f"cluster-{number}") for number in range(size.clusters)
    )
    approved = Membership.State.APPROVED
    Membership.objects.bulk_create(
        Membership(person=person, cluster=cluster, state=approved)
        for person in world.asking.values()
        for cluster in world.clusters[:3]
    )
    remove()
    experts.build(world, size.people)
    _rooms(world, size, dice)
    install()
    SearchChange.objects.all().delete()
    if connection.vendor == "postgresql" and not connection.in_atomic_block:
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
    return world


def _rooms(world: World, size: SearchSize, dice: random.Random) -> None:
    """A card for the cluster of each room, twelve people in it, and what they say."""
    own = {cluster.pk: Audience.objects.of([Scope("cluster", cluster.pk)]) for cluster in world.clusters}
    talks = Conversation.objects.bulk_create((Conversation() for _ in range(size.rooms)), batch_size=BATCH)
    homes = [dice.choice(world.clusters) for _ in talks]
    rooms = Room.objects.bulk_create(
        (
            Room(conversation=talk, cluster=home, audience=own[home.pk], name=f"{dice.choice(WORDS).title()} {number}")
            for number, (talk, home) in enumerate(zip(talks, homes, strict=True))
        ),
        batch_size=BATCH,
    )
    people = list(get_user_model()._default_manager.exclude(pk__in=[p.pk for p in world.asking.values()]))
    inside = {talk.pk: dice.sample(people, min(12, len(people))) for talk in talks}
    for name, person in world.asking.items():
        for room in dice.sample(rooms, min(ASKING[name], len(rooms))):
            inside[room.conversation_id].append(person)
    Participant.objects.bulk_create(
        (Participant(conversation_id=talk, person=person) for talk, several in inside.items() for person in several),
        batch_size=BATCH,
    )
    said = []
    for number in range(size.messages):
        talk = talks[number % len(talks)]
        seq = number // len(talks) + 1
        text = " ".join(dice.choices(WORDS, k=12)) + f" {dice.randrange(1000)}"
        said.append(
            Message(
                conversation=talk,
                seq=seq,
                version_seq=seq,
                author=dice.choice(inside[talk.pk]),
                client_key=uuid.uuid4(),
                body=text,
                html=f"<p>{text}</p>",
                created_at=START + timedelta(minutes=number),
            )
        )
    Message.objects.bulk_create(said, batch_size=BATCH)


def write(figures: Figures) -> None:
    """All documents, as ``rebuild_search`` writes them."""
    start = time.monotonic()
    for source in sources:
        for batch in batches(source):
            rewrite(source, batch, whole=True)
    figures.items = SearchDocument.objects.filter(gone=False).count()
    figures.rates["documents in the database, a second"] = figures.items / (time.monotonic() - start)
    if settings.HANSE_ELASTICSEARCH_URL:
        start = time.monotonic()
        number = feeding.rebuild()
        feeding.feed()
        figures.rates["documents in Elasticsearch, a second"] = number / (time.monotonic() - start)


def questions(number: int) -> list[Query]:
    """Different ones: words, forms, beginnings, two words, with and without a filter."""
    dice = random.Random(9)
    asked = []
    for _ in range(number):
        one, two = dice.sample(WORDS, 2)
        text = dice.choice([f"{one} ", f"{one}s ", one[:4], f"{one} {two} ", f"{one} {dice.randrange(1000)} "])
        asked.append(parse(text + dice.choice(["", "", " kind:message"]))[0])
    return asked


def timed(calls: Iterable[Callable[[], object]]) -> list[float]:
    times = []
    for call in calls:
        with no_collection():
            start = time.perf_counter()
            call()
            times.append((time.perf_counter() - start) * 1000)
    return times


def figure(what: str, who: str, times: list[float], beside: list[float] | None = None) -> dict:
    told = {"what": what, "who": who, "p50": median(times), "p95": p95(times)}
    if beside:
        told |= {"beside_p50": median(beside), "beside_p95": p95(beside), "ratio": p95(times) / p95(beside)}
    return told


def p95(times: list[float]) -> float:
    return quantiles(times, n=20, method="inclusive")[-1] if len(times) > 1 else times[0]


def measure(world: World, size: SearchSize, figures: Figures) -> Iterator[dict]:
    asked = questions(size.questions)
    typed = [parse(word[:length])[0] for word in WORDS for length in (2, 3, 5)][: size.questions]
    for who, person in world.asking.items():
        viewer = Viewer.of(person)
        sight = Sight.of(viewer)
        beside = by_elasticsearch(Unfiltered, sight) if settings.HANSE_ELASTICSEARCH_URL else None
        if beside is not None:
            yield figure(BY_ELASTICSEARCH, who, *in_turn(asked, by_elasticsearch(Asked, sight), beside))
        yield figure("database: page and facets", who, *in_turn(asked[:50], partial(by_database, sight), beside))
        yield figure("suggestions", who, *in_turn(typed, partial(by_suggesting, person), beside))
        hits = DatabaseBackend().hits(sight, asked[0], sort=RELEVANCE, after=None, most=20)
        keys = [(hit.source, hit.object_id) for hit in hits]
        yield figure(RELOAD, who, timed([partial(load, keys, viewer, asked[0])] * 20))


def in_turn(asked: list[Query], ask: Ask, beside: Ask | None) -> list[list[float]]:
    """Times of both, in turn, so that what else the machine does falls on both."""
    ways = [ask] if beside is None else [ask, beside]
    for query in asked[:5]:
        for way in ways:
            way(query)
    times: list[list[float]] = [[] for _way in ways]
    for number, query in enumerate(asked):
        for place in range(len(ways))[:: 1 if number % 2 else -1]:
            times[place] += timed([partial(ways[place], query)])
    return times


def by_elasticsearch(kind: type[Asked], sight: Sight) -> Ask:
    return lambda query: answer(kind(sight, query, ()))


def by_suggesting(person, query: Query) -> None:
    suggest(Viewer.of(person), query.text)


def by_database(sight: Sight, query: Query) -> None:
    fallback = DatabaseBackend()
    fallback.hits(sight, query, sort=RELEVANCE, after=None, most=26)
    fallback.counts(sight, query, facets=FACETS)


def answer(question: Asked) -> None:
    elastic._hits(question, RELEVANCE, None, 26)
    elastic._counts(question, FACETS)


def run(size: SearchSize) -> Figures:
    world, figures = build(size), Figures()
    write(figures)
    figures.times = list(measure(world, size, figures))
    return figures


def table(figures: Figures) -> str:
    lines = [f"{figures.items} items"]
    lines += [f"{what}: {rate:.0f}" for what, rate in figures.rates.items()]
    for each in figures.times:
        beside = (
            f"  beside {each['beside_p50']:.0f} / {each['beside_p95']:.0f}  ratio {each['ratio']:.2f}"
            if "ratio" in each
            else ""
        )
        lines.append(f"{each['what']:32} {each['who']:14} {each['p50']:.0f} / {each['p95']:.0f}{beside}")
    return "\n".join(lines)


def keep(folder: Path, size: SearchSize, figures: Figures) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"search-{size.name}.json"
    content = {"machine": machine(), "size": asdict(size), "goals": {"ratio": GOAL_RATIO, "reload_ms": GOAL_RELOAD}}
    path.write_text(json.dumps({**content, **asdict(figures)}, indent=2) + "\n")
    return path
