"""The picture of what is near in topics: where each thing is drawn, so that all names can be read.

Everything is in whole units of the view box: the template prints numbers and decides nothing.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

WIDTH, HEIGHT = 1120, 800
MIDDLE = (WIDTH // 2, HEIGHT // 2 + 4)
#: wider than high, as names are
STRETCH = 1.42
#: where rings begin and the outermost ends, as heights; how narrow one may be
INNER, OUTER, NARROWEST = 62, 346, 84
RING_LABELS = (_("Several topics in common"), _("One topic in common"), _("Related topics"))
#: half of a thing's shape; of a line of its name the height, and the width of its letters
HALF = 15
LINE, LETTER = 19, 8.2
LONGEST_LINE = 20
GAP = 5
NARROW, BROAD = set("ijl|!.,;:'()[] tfrI1-"), set("mwMWOQGDÄÖÜ@%&—")


@dataclass(frozen=True)
class Box:
    left: float
    top: float
    right: float
    bottom: float

    def meets(self, other: Box) -> bool:
        return (
            self.left < other.right + GAP
            and other.left < self.right + GAP
            and self.top < other.bottom + GAP
            and other.top < self.bottom + GAP
        )

    @property
    def is_inside(self) -> bool:
        return self.left >= 4 and self.top >= 4 and self.right <= WIDTH - 4 and self.bottom <= HEIGHT - 4


@dataclass(frozen=True)
class Item:
    """A thing to draw. ``ring`` counts from the middle, ``field`` names the direction, ``why`` is read out."""

    title: str
    url: str
    icon: str
    shape: str
    ring: int
    field: str
    why: str = ""


@dataclass(frozen=True)
class Node:
    """A thing with its place. ``box`` is the name with its shape: all of it can be pressed."""

    item: Item
    x: int
    y: int
    lines: list[tuple[int, str]]
    box: Box

    @property
    def rect(self) -> tuple[int, int, int, int]:
        box = self.box
        return round(box.left), round(box.top), round(box.right - box.left), round(box.bottom - box.top)


@dataclass(frozen=True)
class Sector:
    """A direction: its name, and the line where it begins (None with a single one)."""

    label: str
    x: int
    y: int
    line: tuple[int, int, int, int] | None


@dataclass(frozen=True)
class Ring:
    """``low`` and ``high`` are where the middles of things may lie in it."""

    label: Any
    rx: int
    ry: int
    label_y: int
    low: float
    high: float


@dataclass(frozen=True)
class Radar:
    """The whole picture. ``left_out`` could not be placed; the list beside it has them."""

    centre: Item
    centre_lines: list[tuple[int, str]]
    nodes: list[Node]
    sectors: list[Sector]
    rings: list[Ring]
    left_out: list[Item]
    kinds: list[tuple[str, str, Any]]
    width: int = WIDTH
    height: int = HEIGHT
    x: int = MIDDLE[0]
    y: int = MIDDLE[1]


def draw_radar(centre: Item, items: Sequence[Item], kinds: Sequence[tuple[str, str, Any]] = ()) -> Radar:
    """``items`` are in their order, the nearest first; ``kinds`` are shape, icon and label for the legend."""
    centre_lines = [(MIDDLE[1] + 44 + LINE * n, line) for n, line in enumerate(_lines(centre.title))]
    taken = [
        _around(MIDDLE[0], MIDDLE[1], 30, 30),
        *(_around(MIDDLE[0], y - 5, width_of(line) / 2, LINE / 2) for y, line in centre_lines),
    ]
    rings = _rings(items)
    taken += [_around(MIDDLE[0], ring.label_y - 5, width_of(str(ring.label)) / 2, LINE / 2) for ring in rings.values()]
    spans = _spans(items)
    sectors: list[Sector] = []
    for label, span in spans.items():
        sectors.append(_sector(label, span, [_sector_box(sector) for sector in sectors], divided=len(spans) > 1))
    taken += [_sector_box(sector) for sector in sectors]
    nodes, left_out = [], []
    for item in items:
        node = _place(item, items, rings[item.ring], spans[item.field], taken)
        if node is None:
            left_out.append(item)
        else:
            nodes.append(node)
            taken.append(node.box)
    return Radar(centre, centre_lines, nodes, sectors, list(rings.values()), left_out, list(kinds))


def width_of(text: str) -> float:
    """About as wide as it is drawn, rather too wide."""
    return sum(LETTER * (0.62 if char in NARROW else 1.45 if char in BROAD else 1.07) for char in text)


def _rings(items: Sequence[Item]) -> dict[int, Ring]:
    """Those that something lies in, each with room for what lies in it."""
    counts = [(ring, sum(item.ring == ring for item in items)) for ring in range(len(RING_LABELS))]
    present = [(ring, number) for ring, number in counts if number]
    spare = OUTER - INNER - NARROWEST * len(present)
    total = sum(number for _ring, number in present)
    rings, edge = {}, float(INNER)
    for ring, number in present:
        inner, edge = edge, edge + NARROWEST + spare * number / total
        rings[ring] = Ring(
            RING_LABELS[ring], round(edge * STRETCH), round(edge), MIDDLE[1] - round(edge) + 5, inner + 38, edge - 20
        )
    return rings


def _spans(items: Sequence[Item]) -> dict[str, tuple[float, float]]:
    """For each direction, by name, where it begins and ends, in degrees clockwise from the top.

    As wide as it has things, though none is so narrow that a name does not fit.
    """
    counts: dict[str, int] = {}
    for item in items:
        counts[item.field] = counts.get(item.field, 0) + 1
    weights = {label: counts[label] + 1.2 for label in sorted(counts, key=str.casefold)}
    total, start, spans = sum(weights.values()), 0.0, {}
    for label, weight in weights.items():
        spans[label] = (start, start + 360 * weight / total)
        start = spans[label][1]
    return spans


def _place(
    item: Item, items: Sequence[Item], ring: Ring, span: tuple[float, float], taken: Sequence[Box]
) -> Node | None:
    """The free place nearest to where the thing belongs."""
    beside = [one for one in items if one.field == item.field]
    same_ring = [one for one in items if one.ring == item.ring]
    # Steps of the golden ratio spread things in each direction, however many there are.
    wanted = span[0] + (span[1] - span[0]) * ((beside.index(item) * 0.618 + 0.5) % 1)
    exact = ring.low + (ring.high - ring.low) * same_ring.index(item) / max(len(same_ring) - 1, 1)
    lines = _lines(item.title)
    for angle, distance in _tries(wanted, span, exact, ring):
        x, y = _point(angle, distance)
        for node in (_node(item, x, y, lines, below=True), _node(item, x, y, lines, below=False)):
            if node.box.is_inside and not any(node.box.meets(box) for box in taken):
                return node
    return None


def _tries(wanted: float, span: tuple[float, float], exact: float, ring: Ring) -> Iterator[tuple[float, float]]:
    """Places in the ring and the direction, those nearest to what was wanted first."""
    steps = 6
    places = []
    for distance in {exact, *(ring.low + (ring.high - ring.low) * step / steps for step in range(steps + 1))}:
        # Names do not stand across the line between two directions, where there is room.
        margin = min(math.degrees(math.atan2(58, distance)), (span[1] - span[0]) / 3)
        for step in range(0, int(span[1] - span[0] - 2 * margin) + 1, 3):
            angle = span[0] + margin + step
            away = math.radians(abs(angle - wanted)) * distance + 2 * abs(distance - exact)
            places.append((away, angle, distance))
    for _away, angle, distance in sorted(places):
        yield angle, distance


def _node(item: Item, x: int, y: int, lines: list[str], *, below: bool) -> Node:
    """The name stands below the shape, or above it."""
    half = max(HALF, *(width_of(line) / 2 for line in lines))
    tall = LINE * len(lines)
    if below:
        first, box = y + HALF + LINE - 3, Box(x - half, y - HALF, x + half, y + HALF + tall + 3)
    else:
        first, box = y - HALF - tall + LINE - 6, Box(x - half, y - HALF - tall - 5, x + half, y + HALF)
    return Node(item, x, y, [(first + LINE * n, line) for n, line in enumerate(lines)], box)


def _sector(label: str, span: tuple[float, float], taken: Sequence[Box], *, divided: bool) -> Sector:
    """The name stands at the rim, in the middle of its direction or beside another one's name."""
    text = shortened(label, 36)
    line = (*_point(span[0], INNER), *_point(span[0], OUTER)) if divided else None
    middle, width = (span[0] + span[1]) / 2, width_of(text)
    for away in (0, 6, -6, 12, -12, 18, -18, 24, -24):
        x, y = _point(middle + away, OUTER + 22)
        across = math.sin(math.radians(middle + away))
        left = x - width / 2 if abs(across) < 0.25 else x if across > 0 else x - width
        sector = Sector(text, round(min(max(left, 8), WIDTH - 8 - width)), min(max(y, 20), HEIGHT - 10), line)
        if not any(_sector_box(sector).meets(box) for box in taken):
            break
    return sector


def _sector_box(sector: Sector) -> Box:
    return Box(sector.x, sector.y - 15, sector.x + width_of(sector.label), sector.y + 5)


def _point(angle: float, distance: float) -> tuple[int, int]:
    turned = math.radians(angle)
    return (
        round(MIDDLE[0] + distance * STRETCH * math.sin(turned)),
        round(MIDDLE[1] - distance * math.cos(turned)),
    )


def _around(x: float, y: float, half_width: float, half_height: float) -> Box:
    return Box(x - half_width, y - half_height, x + half_width, y + half_height)


def _lines(title: str) -> list[str]:
    """The name in at most two lines; what does not fit is cut."""
    lines = [""]
    for word in title.split():
        if lines[-1] and len(lines[-1]) + 1 + len(word) > LONGEST_LINE:
            lines.append(word)
        else:
            lines[-1] = f"{lines[-1]} {word}".strip()
    if len(lines) > 2:
        lines = [lines[0], f"{lines[1]} {' '.join(lines[2:])}"]
    return [shortened(line, LONGEST_LINE) for line in lines]


def shortened(text: str, longest: int) -> str:
    return text if len(text) <= longest else f"{text[: longest - 1].rstrip()}…"
