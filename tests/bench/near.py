"""What it costs to ask who is near in topics, among all those profiles: beside a bare count over the same rows."""

from __future__ import annotations

import random
from collections.abc import Iterator

from django.db.models import Count

from hanse_access.models import Audience
from hanse_access.scopes import Scope
from hanse_access.viewer import Viewer
from hanse_members.models import Profile, ProfileField, Topic
from hanse_members.near_kinds import experts
from hanse_members.nearness import find_near

from .measure import compare
from .rule import Result, browse
from .world import World

#: topics of the one who asks
TOPICS = 4


def build(world: World) -> None:
    """After ``experts``: each of those who ask gets a profile with topics."""
    dice = random.Random(11)
    topics = list(Topic.objects.filter(parent__isnull=False).order_by("pk"))
    everybody = Audience.objects.of([Scope("platform", 0)])
    for person in world.asking.values():
        profile = Profile.objects.create(person=person, audience=everybody)
        field = ProfileField.objects.create(profile=profile, name="competences", is_filled=True, audience=everybody)
        field.topics.set(dice.sample(topics, TOPICS))


def measure(world: World, pairs: int) -> Iterator[Result]:
    links = ProfileField.topics.through.objects

    def bare() -> list:
        """Topics of each profile, the largest first: what cannot be spared, without rule, tree and weights."""
        counted = links.values_list("profilefield__profile").annotate(number=Count("pk"))
        return list(counted.order_by("-number", "profilefield__profile")[:20])

    for who, person in world.asking.items():
        viewer, profile = Viewer.of(person), Profile.objects.of(person).get()
        measured, beside = compare(lambda: find_near(experts, profile, viewer), bare, pairs)  # noqa: B023
        yield Result("who is near | topics of each", who, measured, beside, bound=False)
        client = browse(person)
        measured, beside = compare(lambda: client("/near/"), bare, pairs)  # noqa: B023
        yield Result("the page of it | topics of each", who, measured, beside, bound=False)
