"""What the rule costs: whole list pages with and without it, resolving a viewer, counting an audience."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from html import unescape

from django.contrib.auth import get_user_model
from django.test import Client

from hanse_access.models import AudienceScope
from hanse_access.readings import reach
from hanse_access.scopes import Scope
from hanse_access.viewer import Viewer
from tests.testapp.models import Item

from .measure import Time, compare
from .world import World

#: how many times as long as without the rule: the whole answer, and the SQL in it
GOAL_WHOLE, GOAL_SQL = 1.25, 2.0
VISIBLE, ALL = "/bench/visible/", "/bench/all/"


@dataclass(frozen=True)
class Result:
    """One comparison. ``bound`` says whether the goals hold for it."""

    what: str
    who: str
    measured: Time
    beside: Time
    bound: bool

    @property
    def ratio(self) -> float:
        return self.measured.whole / self.beside.whole

    @property
    def sql_ratio(self) -> float:
        return self.measured.sql / self.beside.sql

    @property
    def missed(self) -> bool:
        return self.bound and (self.ratio > GOAL_WHOLE or self.sql_ratio > GOAL_SQL)


def measure(world: World, pairs: int) -> Iterator[Result]:
    """Every comparison, one after the other. Needs ``tests.bench.urls`` as the root of addresses."""
    for who, person in world.asking.items():
        yield from _pages(who, person, pairs)
    for who, person in world.asking.items():
        measured, beside = compare(lambda: Viewer.of(person).admitted_ids, AudienceScope.objects.count, pairs)  # noqa: B023
        yield Result("resolve the viewer | count scopes", who, measured, beside, bound=False)
    scopes = [Scope("cluster", cluster.pk) for cluster in world.clusters[:3]]
    scopes += [Scope("room", room.pk) for room in world.rooms[:3]]
    measured, beside = compare(lambda: reach(scopes), get_user_model().objects.count, pairs)
    yield Result("audience count | count people", "author", measured, beside, bound=False)


def share_seen(person) -> float:
    return Item.objects.visible_to(Viewer.of(person)).count() / Item.objects.count()


def browse(person) -> Callable[[str], str]:
    """Fetches addresses as this person."""
    client = Client()
    client.force_login(person)
    return partial(get, client)


def _pages(who: str, person, pairs: int) -> Iterator[Result]:
    client = Client()
    client.force_login(person)
    narrowed = "?q=fibre&topic=topic 3&topic=topic 4"
    for what, visible, everything in [
        ("first page", VISIBLE, ALL),
        ("next page", _next(client, VISIBLE), _next(client, ALL)),
        ("by title", f"{VISIBLE}?sort=title", f"{ALL}?sort=title"),
        ("search and facet", VISIBLE + narrowed, ALL + narrowed),
    ]:
        measured, beside = compare(lambda: get(client, visible), lambda: get(client, everything), pairs)  # noqa: B023
        yield Result(what, who, measured, beside, bound=True)


def get(client: Client, address: str) -> str:
    response = client.get(address)
    if response.status_code != 200:
        raise RuntimeError(f"{address} answered {response.status_code}")
    return response.content.decode()


def _next(client: Client, address: str) -> str:
    """The address behind "Show more"; the list's own when there is no more."""
    found = re.search(r'href="([^"]*after=[^"]*)"', get(client, address))
    return unescape(found[1]) if found else address
