"""What counts how much in the order of results."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

#: what a term counts for that occurs in a title, and in a text: as it was typed, and in another form. Nothing is
#: weighed by how often a word occurs elsewhere, so the order tells nothing of what is hidden.
POINTS = {"title": 8, "title_stems": 6, "text": 3, "text_stems": 2}
#: what counts besides for an item that is not lowered (``Entry.lower_after``): it comes before one that fits as well,
#: and a lowered one whose title says the word still before one that says it somewhere
CURRENT = 4


@dataclass(frozen=True)
class Weights:
    """Points by place, and points that all items of a source have more than others. None is below zero."""

    places: Mapping[str, int] = field(default_factory=lambda: dict(POINTS))
    kinds: Mapping[str, int] = field(default_factory=dict)

    def best_first(self, places) -> list[str]:
        return sorted(places, key=lambda place: -self.places[place])
