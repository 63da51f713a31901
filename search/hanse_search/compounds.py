"""Words of which German compounds are made, as far as the networks of this platform speak of them."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from .analysis import fold

#: what may stand between two parts: "Forschung-s-förderung", "Werkstoff-e-", "Daten-bank"
JOINTS = ("", "s", "es", "n", "en", "e")
SHORTEST_COMPOUND = 8
#: what may stand behind the last part: "Beschichtung-en", "Förderung-s-"
ENDINGS = ("s", "es", "n", "en", "e", "er", "ern", "nen")


def _listed() -> frozenset[str]:
    lines = Path(__file__).with_name("compounds.txt").read_text(encoding="utf-8").split()
    return frozenset(fold(word) for word in lines)


PARTS = _listed()


@lru_cache(maxsize=10_000)
def parts_of(folded: str) -> tuple[str, ...]:
    """The parts of a compound that is made of known ones, else nothing: "laserschweissen" -> "laser", "schweissen"."""
    if len(folded) < SHORTEST_COMPOUND or folded in PARTS:
        return ()
    parts = _split(folded, set()) or ()
    return parts if len(parts) > 1 else ()  # a known word with an ending is none


def _split(rest: str, dead: set[int]) -> tuple[str, ...] | None:
    """The split with the longest words first; None when something would be left.

    ``dead`` are lengths of ends of the word that cannot be split: each is tried once, however it is come to.
    """
    if len(rest) in dead:
        return None
    if rest in PARTS:
        return (rest,)
    for ending in ENDINGS:
        if rest.endswith(ending) and rest.removesuffix(ending) in PARTS:
            return (rest.removesuffix(ending),)
    for end in range(len(rest) - 1, 2, -1):
        if rest[:end] not in PARTS:
            continue
        for joint in JOINTS:
            if rest.startswith(joint, end) and (more := _split(rest[end + len(joint) :], dead)):
                return (rest[:end], *more)
    dead.add(len(rest))
    return None
