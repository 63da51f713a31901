"""What people of the demo follow, and how they want to hear of it."""

from __future__ import annotations

import datetime
from dataclasses import dataclass

from hanse_activity.choices import choose, keep_quiet
from hanse_activity.delivery import Delivery, Source
from hanse_activity.follows import follow
from hanse_activity.models import Follow
from hanse_members.models import OrganisationTopic, Topic
from hanse_members.topic_notifications import FOLLOWED, tell_followers

from ..models import User


@dataclass(frozen=True)
class Reader:
    """``topics`` by their codes, each with how its news come; "" is as for all topics. ``quiet`` are hours of the day."""

    name: str
    topics: tuple[tuple[str, str], ...]
    quiet: tuple[int, int] | None = None


READERS = (
    Reader("company.photonik", (("PHO-LAS", Delivery.WEEKLY), ("PHO-SEN", ""))),
    Reader("expert.biomed", (("PHO-OPT", Delivery.AT_ONCE), ("PHO-FAS", Delivery.OFF), ("PHO-SEN", "")), (20, 7)),
)
#: organisations of which followers are told, as if they had just taken the topic up
NEWLY = 4


def load_following(people: dict[str, User]) -> int:
    """All of it, once; returns how many topics are followed. What people chose since stays."""
    readers = [people[reader.name] for reader in READERS]
    if Follow.objects.filter(person__in=readers).exists():
        return 0
    topics = dict(Topic.objects.in_use().exclude(code="").values_list("code", "pk"))
    followed: set[int] = set()
    for reader in READERS:
        person = people[reader.name]
        chosen = {topics[code]: delivery for code, delivery in reader.topics if code in topics}
        follow(FOLLOWED, list(chosen), person=person)
        of_sources = {Source(FOLLOWED, pk): Delivery(each) for pk, each in chosen.items() if each}
        choose(person, of_sources=of_sources)
        if reader.quiet is not None:
            starts, ends = reader.quiet
            keep_quiet(person, (datetime.time(starts), datetime.time(ends)))
        followed |= set(chosen)
    for link in OrganisationTopic.objects.filter(topic__in=followed).order_by("pk")[:NEWLY]:
        tell_followers.call(link.organisation_id, [link.topic_id])
    return len(followed)
