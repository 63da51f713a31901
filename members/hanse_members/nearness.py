"""What is near something in topics, the nearest first, with the reason for each (ADR 20)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

from django.db.models import Case, IntegerField, Max, Value, When
from django.urls import reverse
from django.utils.translation import gettext as _

from hanse_access.proposals import address_of
from hanse_access.viewer import Viewer

from .models import TopicAncestor
from .models.topics import topic_labels
from .near_kinds import NearKind, near_kinds

#: things that are shown at most, and of each kind at least where there are so many
MOST, LEAST_OF_KIND = 20, 5
#: A topic that both have counts more than all that they are merely near in: at most 10 topics with 5 levels of 1 to 5.
SHARED, SHARED_LEVEL = 1000, 100
#: Things of one kind with a topic in common that are looked at more closely. Where there are more, those with the most
#: in common; of others that have as much, the oldest.
LOOKED_AT = 200
#: reasons named for one thing
MOST_REASONS = 3


@dataclass
class Near:
    """One thing near the middle. ``shared`` are topics that both have, ``close`` the nearest above others of them."""

    kind: NearKind
    row: Any
    score: int
    shared: list[int]
    close: list[int]
    note: Any = ""
    labels: dict[int, str] = field(default_factory=dict, repr=False)

    @property
    def title(self) -> str:
        return str(self.row)

    @property
    def url(self) -> str:
        return address_of(self.row)

    @property
    def centre_url(self) -> str:
        return near_url(self.kind, self.row)

    @property
    def line(self) -> Any:
        return self.kind.line(self.row)

    @property
    def shared_labels(self) -> list[str]:
        return [self.labels[id] for id in self.shared if id in self.labels]

    @property
    def close_labels(self) -> list[str]:
        return [self.labels[id] for id in self.close if id in self.labels][:MOST_REASONS]

    @property
    def why(self) -> str:
        """The reasons in one line."""
        said = []
        if self.shared:
            said.append(_("both: %(topics)s") % {"topics": ", ".join(self.shared_labels)})
        if self.close:
            said.append(_("near: %(topics)s") % {"topics": ", ".join(self.close_labels)})
        return "; ".join(said)

    @property
    def ring(self) -> int:
        """0 with several topics in common, 1 with one, 2 with only related ones."""
        return 2 - min(len(self.shared), 2)


@dataclass
class Nearness:
    """What is near ``row``. ``topics`` are its topics that the viewer may know; without any nothing is found."""

    kind: NearKind
    row: Any
    topics: list[int]
    found: list[Near]
    labels: dict[int, str]
    fields: dict[int, list[int]]

    @cached_property
    def topic_labels(self) -> list[str]:
        return sorted((self.labels[id] for id in self.topics if id in self.labels), key=str.casefold)

    def field_of(self, near: Near) -> int:
        """The topic that says in which direction a thing lies: that above its first reason."""
        reason = (near.shared or near.close)[0]
        above = self.fields[reason]
        return above[min(self._level, len(above) - 1)]

    @cached_property
    def _level(self) -> int:
        """The highest level of the tree on which the reasons part, so that one big field is divided further."""
        reasons = [self.fields[(near.shared or near.close)[0]] for near in self.found]
        for level in range(max(map(len, reasons), default=1)):
            if len({above[min(level, len(above) - 1)] for above in reasons}) > 1:
                return level
        return 0


def near_url(kind: NearKind, row: Any) -> str:
    return reverse("hanse_members:near", args=[kind.name, getattr(row, kind.key)])


def find_near(kind: NearKind, row: Any, viewer: Viewer, most: int | None = None) -> Nearness:
    """For a row that the viewer may see. The number of queries depends on the number of kinds alone."""
    most = MOST if most is None else most
    topics = sorted(set(kind.topics(row, viewer)))
    if not topics:
        return Nearness(kind, row, [], [], {}, {})
    lineages = _lineages(topics)
    scores = [
        (score, each, id)
        for each in near_kinds
        for id, score in _best(each, viewer, topics, lineages, most, without=row.pk if each is kind else None)
    ]
    chosen = _choose(scores, most)
    had = {each.name: _topics_of(each, viewer, [id for _score, of, id in chosen if of is each]) for each in near_kinds}
    lineages |= _lineages({topic for topics_of in had.values() for ids in topics_of.values() for topic in ids})
    found = []
    for each in near_kinds:
        rows = each.visible(viewer).in_bulk([id for _score, of, id in chosen if of is each])
        notes = each.notes(list(rows.values()), viewer)
        for score, of, id in chosen:
            if of is each and id in rows:
                shared, close = _reasons(topics, had[each.name].get(id, set()), lineages)
                if shared or close:  # else it was changed between two queries
                    found.append(Near(each, rows[id], score, shared, close, notes.get(id, "")))
    found.sort(key=lambda near: (near.ring, -near.score, near.kind.order, near.row.pk))
    labels = topic_labels(lineages.keys())
    for near in found:
        near.labels = labels
    return Nearness(kind, row, topics, found, labels, lineages)


def _lineages(topics: Iterable[int]) -> dict[int, list[int]]:
    """For each of the topics and of those above them: all above it, from the top down to itself."""
    wanted = TopicAncestor.objects.filter(topic__in=list(topics)).values("ancestor")
    above: dict[int, list[int]] = defaultdict(list)
    for topic, ancestor in TopicAncestor.objects.filter(topic__in=wanted).values_list("topic", "ancestor"):
        above[topic].append(ancestor)
    return {topic: sorted(ids, key=lambda id: len(above[id])) for topic, ids in above.items()}


def _best(
    kind: NearKind,
    viewer: Viewer,
    topics: Collection[int],
    lineages: dict[int, list[int]],
    most: int,
    without: int | None,
) -> list[tuple[int, int]]:
    """Things of one kind and their scores. Each topic counts once, whichever of the thing's topics lies within it."""
    ancestor = f"{kind.topic}__lineage__ancestor"
    near_terms = [_once({ancestor: id}, len(above)) for id, above in lineages.items()]
    same_terms = [_once({kind.topic: id}, SHARED + SHARED_LEVEL * len(lineages[id])) for id in topics]
    links = kind.links(viewer).order_by()
    if without is not None:
        links = links.exclude(**{kind.owner: without})
    sharing = links.filter(**{f"{kind.topic}__in": topics}).values_list(kind.owner).annotate(score=_sum(same_terms))
    best = [id for id, _score in sharing.order_by("-score", kind.owner)[:LOOKED_AT]]
    if len(best) >= most:  # what shares nothing would come behind all of them
        links = links.filter(**{f"{kind.owner}__in": best})
    scored = links.filter(**{f"{ancestor}__in": list(lineages)}).values_list(kind.owner)
    scored = scored.annotate(score=_sum([*near_terms, *same_terms]))
    return [(id, score) for id, score in scored.order_by("-score", kind.owner)[:most]]


def _once(condition: dict[str, int], weight: int) -> Max:
    return Max(Case(When(**condition, then=Value(weight)), default=Value(0), output_field=IntegerField()))


def _sum(terms: list) -> Any:
    """In halves: databases limit how deep an expression may be."""
    if len(terms) == 1:
        return terms[0]
    half = len(terms) // 2
    return _sum(terms[:half]) + _sum(terms[half:])


def _choose(scores: list[tuple[int, NearKind, int]], most: int) -> list[tuple[int, NearKind, int]]:
    """The best of all kinds, with some of each kind where there are any."""
    ranked = sorted(scores, key=lambda each: (-each[0], each[1].order, each[2]))
    least = min(LEAST_OF_KIND, most // max(len(near_kinds), 1))
    first = [each for kind in near_kinds for each in [one for one in ranked if one[1] is kind][:least]]
    return [*first, *(each for each in ranked if each not in first)][:most]


def _topics_of(kind: NearKind, viewer: Viewer, ids: Collection[int]) -> dict[int, set[int]]:
    links = kind.links(viewer).order_by().filter(**{f"{kind.owner}__in": ids})
    found: dict[int, set[int]] = defaultdict(set)
    for owner, topic in links.values_list(kind.owner, kind.topic) if ids else ():
        found[owner].add(topic)
    return found


def _reasons(
    topics: Collection[int], had: Collection[int], lineages: dict[int, list[int]]
) -> tuple[list[int], list[int]]:
    """Topics that both have, and the nearest common ones above the others; each list begins with the most special."""
    shared = sorted(set(topics) & set(had), key=lambda id: (-len(lineages[id]), id))
    said = {above for id in shared for above in lineages[id]}
    above_own = {above for id in topics for above in lineages[id]}
    close = set()
    for id in had:
        common = [above for above in lineages.get(id, ()) if above in above_own]
        if id not in shared and common and common[-1] not in said:
            close.add(common[-1])
    said_twice = {above for id in close for above in lineages[id][:-1]}
    return shared, sorted(close - said_twice, key=lambda id: (-len(lineages[id]), id))
