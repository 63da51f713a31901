"""The picture of what is near: everything in its ring and direction, and every name to be read."""

import itertools
import random

import pytest

from hanse_members.radar import MIDDLE, OUTER, STRETCH, Box, Item, draw_radar, shortened, width_of

CENTRE = Item("Institut für Angewandte Strahlführung Wedel", "", "building", "square", 0, "")
NAMES = (
    "Nele Brandt",
    "Fraunhofer-Institut für Lasertechnik",
    "Klinikum an der Schwentine, Augenheilkunde",
    "Donaudampfschifffahrtsgesellschaftskapitän",
    "Ada Lovelace",
    "Petersen Schiffselektronik GmbH & Co. KG",
    "MMMMMMMMMMMMMMMMMMMMMMMM WWWWWWWWWWWW",
)


def items(number: int, *, fields: int, rings: int, seed: int) -> list[Item]:
    dice = random.Random(seed)
    found = [
        Item(dice.choice(NAMES), f"/{n}/", "person", "circle", dice.randrange(rings), f"Field {dice.randrange(fields)}")
        for n in range(number)
    ]
    return sorted(found, key=lambda item: item.ring)


@pytest.mark.parametrize(("number", "fields", "rings"), [*itertools.product((1, 5, 20), (1, 3, 8), (1, 2, 3))])
def test_names_never_overlap_and_nothing_leaves_the_picture(number, fields, rings):
    for seed in range(3):
        radar = draw_radar(CENTRE, items(number, fields=fields, rings=rings, seed=seed))
        boxes = [node.box for node in radar.nodes]
        assert not [pair for pair in itertools.combinations(boxes, 2) if pair[0].meets(pair[1])]
        assert all(box.is_inside for box in boxes)
        middle = Box(MIDDLE[0] - 25, MIDDLE[1] - 25, MIDDLE[0] + 25, MIDDLE[1] + 25)
        assert not [box for box in boxes if box.meets(middle)]
        assert len(radar.nodes) + len(radar.left_out) == number
        # what is left out stands in the list; that is the exception
        assert len(radar.left_out) <= number * 0.4


def test_usual_names_are_all_in_the_picture():
    names = [f"{first} {last}" for first in ("Anke", "Birger", "Carolin", "Dirk") for last in ("Thomsen", "Claasen")]
    usual = [
        Item(names[n % len(names)], "/", "person", "circle", 0 if n < 3 else 1, f"Field {n % 3}") for n in range(20)
    ]
    assert draw_radar(CENTRE, usual).left_out == []


def test_what_has_more_in_common_lies_nearer_and_each_lies_in_its_ring():
    radar = draw_radar(CENTRE, items(18, fields=3, rings=3, seed=1))

    def distance(node) -> float:
        return (((node.x - radar.x) / STRETCH) ** 2 + (node.y - radar.y) ** 2) ** 0.5

    edges = [0, *(ring.ry for ring in radar.rings)]
    assert edges == sorted(edges)
    assert edges[-1] == OUTER
    for node in radar.nodes:
        assert edges[node.item.ring] < distance(node) <= edges[node.item.ring + 1]


def test_only_rings_that_something_lies_in_are_drawn():
    radar = draw_radar(CENTRE, [Item("Only", "/", "person", "circle", 1, "Field")])
    assert [str(ring.label) for ring in radar.rings] == ["One topic in common"]


def test_the_same_is_drawn_each_time():
    assert draw_radar(CENTRE, items(20, fields=4, rings=3, seed=5)) == draw_radar(
        CENTRE, items(20, fields=4, rings=3, seed=5)
    )


def test_names_of_directions_are_apart():
    radar = draw_radar(CENTRE, [Item("A", "/", "person", "circle", 1, f"A long name of a field {n}") for n in range(7)])
    boxes = [Box(one.x, one.y - 12, one.x + width_of(one.label), one.y + 4) for one in radar.sectors]
    assert not [pair for pair in itertools.combinations(boxes, 2) if pair[0].meets(pair[1])]


def test_long_names_are_cut_where_they_end():
    assert shortened("Short", 20) == "Short"
    assert shortened("Donaudampfschifffahrt", 12) == "Donaudampfs…"
