"""What is linked to topics: each plugin registers its rows, so that they follow when a topic is merged."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from hanse_base.registry import Registry

from .models import EntryTopic, OrganisationTopic, ProfileField

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from django.db.models import QuerySet


@dataclass(frozen=True)
class TopicLinks:
    """Rows that link things to topics, such as organisations. A thing has each topic once.

    ``rows`` gives all of them; ``topic`` and ``owner`` are the columns with the topic and with the thing. ``label`` is
    the plural of the things, for the administration. Where ``counted`` is off, their number is told to nobody: of what
    people keep to themselves it would say that there is something.
    """

    name: str
    label: Any
    rows: Callable[[], QuerySet]
    owner: str
    topic: str = "topic_id"
    counted: bool = True
    order: int = 100

    def move(self, source: int, target: int) -> int:
        """Hang everything on another topic. Returns how many rows there were; doubles are dropped."""
        rows = self.rows().order_by().filter(**{self.topic: source})
        number = rows.count()
        there = self.rows().order_by().filter(**{self.topic: target}).values(self.owner)
        rows.filter(**{f"{self.owner}__in": there}).delete()
        rows.update(**{self.topic: target})
        return number if self.counted else 0

    def counts(self, topics: Iterable[int]) -> dict[int, int]:
        """How many things each of these topics has, those below it not counted: one query."""
        if not self.counted:
            return {}
        rows = self.rows().order_by().filter(**{f"{self.topic}__in": list(topics)})
        return dict(rows.values_list(self.topic).annotate(number=Count("pk")))


topic_links: Registry[TopicLinks] = Registry()

organisation_topics = TopicLinks(
    name="organisations",
    label=_("Organisations"),
    rows=OrganisationTopic.objects.all,
    owner="organisation_id",
    order=10,
)

profile_topics = TopicLinks(
    name="profiles",
    label=_("Profiles"),
    rows=ProfileField.topics.through.objects.all,
    owner="profilefield_id",
    counted=False,
    order=20,
)

entry_topics = TopicLinks(
    name="clusters",
    label=_("Clusters"),
    rows=EntryTopic.objects.all,
    owner="entry_id",
    order=5,
)
