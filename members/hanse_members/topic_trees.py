"""The tree of topics as it is drawn: in one language, sorted by label."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from .models import Topic, TopicLabel
from .models.topics import readers_language


@dataclass
class TopicNode:
    """One topic with those below it. ``words`` are labels in other languages and synonyms, by which it is found too."""

    id: int
    label: str
    words: list[str] = field(default_factory=list)
    parent: TopicNode | None = field(default=None, repr=False)
    children: list[TopicNode] = field(default_factory=list)

    def branch(self) -> Iterator[TopicNode]:
        """This one and all below it, in the order of the tree."""
        yield self
        for child in self.children:
            yield from child.branch()

    @property
    def above(self) -> list[TopicNode]:
        """From the top of the tree down to its parent."""
        return [*self.parent.above, self.parent] if self.parent else []

    @property
    def level(self) -> int:
        return len(self.above) + 1


def topic_tree() -> list[TopicNode]:
    """All topics that can be chosen, the topmost ones with those below them: two queries whatever their number."""
    parents = dict(Topic.objects.in_use().values_list("pk", "parent_id"))
    nodes = {id: TopicNode(id, "") for id in parents}
    wanted = readers_language()
    labels = TopicLabel.objects.filter(Topic.objects.in_use_q("topic__")).order_by("language")
    for topic, language, text, synonyms in labels.values_list("topic", "language", "text", "synonyms"):
        node = nodes.get(topic)
        if node is None:
            continue
        if node.label and language != wanted:
            node.words.append(text)
        else:
            node.words += [node.label] if node.label else []
            node.label = text
        node.words += synonyms.splitlines()
    return linked(nodes, parents)


def linked(nodes: dict[int, TopicNode], parents: dict[int, int | None]) -> list[TopicNode]:
    """The topmost nodes, each with its children below it."""
    top: list[TopicNode] = []
    for id, parent in parents.items():
        nodes[id].parent = nodes.get(parent) if parent else None
    for node in sorted(nodes.values(), key=lambda node: (node.label.casefold(), node.id)):
        (node.parent.children if node.parent else top).append(node)
    return top


def all_nodes(tree: Iterable[TopicNode]) -> dict[int, TopicNode]:
    return {node.id: node for top in tree for node in top.branch()}
