"""Where topics stand in the tree, while it is being changed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection

from django.contrib.contenttypes.models import ContentType

from .models import Topic, TopicAncestor
from .models.topics import MOST_LEVELS

BATCH = 1000


class Places:
    """The parents of all topics that can be chosen. Changed here first, then written with ``save``."""

    def __init__(self, parents: dict[int, int | None]) -> None:
        self.parents = parents

    @classmethod
    def present(cls) -> Places:
        return cls(dict(Topic.objects.in_use().values_list("pk", "parent_id")))

    @classmethod
    def locked(cls) -> Places:
        """Those of the database; nobody else changes the tree before this transaction ends.

        The lock is on one row that is always there: rows that others just add could not be locked.
        """
        number = ContentType.objects.get_for_model(Topic).pk
        list(ContentType.objects.select_for_update(no_key=True).filter(pk=number))
        return cls.present()

    def above(self, id: int | None) -> list[int]:
        """The topic itself and all above it, from below; ends where it would go round in a circle, or much too far."""
        found: list[int] = []
        while id is not None and id in self.parents and id not in found and len(found) <= 4 * MOST_LEVELS:
            found.append(id)
            id = self.parents[id]
        return found

    def level(self, id: int | None) -> int:
        """1 for the topmost ones, 0 for None."""
        return len(self.above(id))

    def branch(self, id: int) -> list[int]:
        """The topic and all below it."""
        children = defaultdict(list)
        for child, parent in self.parents.items():
            children[parent].append(child)
        found = [id]
        for topic in found:
            found += children[topic]
        return found

    def height(self, id: int) -> int:
        """Levels of the branch: 1 for a topic with nothing below it."""
        return max(self.level(topic) for topic in self.branch(id)) - self.level(id) + 1

    def save(self, ids: Collection[int]) -> None:
        """Write the places of these topics and what is above each of them."""
        topics = [Topic(pk=id, parent_id=self.parents[id]) for id in ids]
        Topic.objects.bulk_update(topics, ["parent"], batch_size=BATCH)
        for start in range(0, len(topics), BATCH):
            TopicAncestor.objects.filter(topic__in=[topic.pk for topic in topics[start : start + BATCH]]).delete()
        rows = [TopicAncestor(topic_id=id, ancestor_id=above) for id in ids for above in self.above(id)]
        TopicAncestor.objects.bulk_create(rows, batch_size=BATCH)
