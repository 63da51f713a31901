"""Maps by region: how many there are in each state of Germany, and in the regions around it.

The shapes are those of ``data/regions.json``, which names its source and licence (ADR 21).
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanse_access.pages import viewer_of
from hanse_base.lists import ListView

from .regions import REGIONS, region_names

if TYPE_CHECKING:
    from hanse_base.lists.facets import Option

#: shades of the map
SHADES = 4
AS_LIST = ListView("list", gettext_lazy("List"), "menu")
AS_MAP = ListView("map", gettext_lazy("Map"), "map", "hanse_members/includes/list_map.html")


@cache
def _data() -> dict[str, Any]:
    return json.loads((Path(__file__).parent / "data" / "regions.json").read_text(encoding="utf-8"))


@dataclass(frozen=True)
class MapMark:
    """Something that is shown in regions beside their numbers, such as a cluster that takes part."""

    label: str
    url: str
    codes: Collection[str]

    @property
    def places(self) -> str:
        return ", ".join(str(label) for label in region_names(self.codes).values())


@dataclass(frozen=True)
class MapRegion:
    """One region. ``shade`` is 0 for nothing and grows with the number; ``x`` and ``y`` are where the number stands.

    ``marks`` are the labels of what is marked there.
    """

    code: str
    label: Any
    number: int
    shade: int
    url: str
    chosen: bool
    marks: Sequence[str] = ()
    shape: str = ""
    x: int = 0
    y: int = 0

    @property
    def name(self) -> str:
        """What it is called when it is read out."""
        here = _("taking part: %(names)s") % {"names": ", ".join(self.marks)} if self.marks else ""
        return f"{self.label}: {self.number}" + (f" – {here}" if here else "")

    @property
    def mark(self) -> tuple[int, int]:
        """Where a mark stands: at the edge of the number, or in its place."""
        return (self.x + 46, self.y - 46) if self.number or self.chosen else (self.x, self.y)

    @property
    def is_german(self) -> bool:
        return self.code.startswith("DE")


@dataclass(frozen=True)
class RegionMap:
    """``regions`` have a shape, ``elsewhere`` have none; ``rows`` are all of them with something in, most first."""

    name: str
    regions: list[MapRegion]
    elsewhere: list[MapRegion]
    land: str
    width: int
    height: int
    marks: Sequence[MapMark] = ()

    @property
    def marked(self) -> list[MapRegion]:
        return [region for region in self.regions if region.marks]

    @property
    def rows(self) -> list[MapRegion]:
        return sorted((row for row in (*self.regions, *self.elsewhere) if row.number), key=lambda row: -row.number)

    @property
    def painted(self) -> list[MapRegion]:
        """In the order to paint them: nothing covers the line around a chosen one."""
        return sorted(self.regions, key=lambda row: (row.chosen, row.number > 0))

    @property
    def pressed(self) -> list[MapRegion]:
        """Those that lead somewhere, small ones on top of those around them."""
        return sorted((row for row in self.regions if row.url), key=lambda row: -len(row.shape))


def draw_map(
    name: str, options: Iterable[Option], url_of: Callable[[Option], str], marks: Sequence[MapMark] = ()
) -> RegionMap:
    """``options`` are those of a list's facet of regions; ``url_of(option)`` is where each leads."""
    data, by_code = _data(), {option.value: option for option in options}
    most = max((option.count for option in by_code.values()), default=0)

    def region(code: str) -> MapRegion:
        option = by_code.get(code)
        number = option.count if option else 0
        return MapRegion(
            code,
            REGIONS[code],
            number,
            ceil(SHADES * number / most) if most else 0,
            url_of(option) if option else "",
            bool(option and option.chosen),
            [mark.label for mark in marks if code in mark.codes],
            data["shapes"].get(code, ""),
            *data["labels"].get(code, (0, 0)),
        )

    shaped = [region(code) for code in data["shapes"]]
    elsewhere = [region(code) for code in REGIONS if code in by_code and code not in data["shapes"]]
    return RegionMap(name, shaped, elsewhere, data["land"], data["width"], data["height"], marks)


class WithMap:
    """For an ``ItemList`` with a facet "region": another way of looking at it, with the same numbers."""

    views = (AS_LIST, AS_MAP)

    @cached_property
    def region_map(self) -> RegionMap:
        drawn = self.draw_facet(next(facet for facet in self.facets if facet.name == "region"))
        options = [*drawn.first, *drawn.others] if drawn else []
        return draw_map(f"{self.name}-map", options, self._url_of, self.map_marks())

    def map_marks(self) -> list[MapMark]:
        """What else the map shows, whatever the list is narrowed to."""
        return []

    def _url_of(self, option: Option) -> str:
        """To this region alone, and from it to all."""
        pair = ("region", option.value)
        return self.url(without=pair) if option.chosen else self.url(only=pair)


def asked_with(request: HttpRequest, path: str, query: Mapping[str, list[str]]) -> HttpRequest:
    """The same request, as if another address had been asked for: to draw a list's map elsewhere."""
    other = copy.copy(request)
    other.path, other.viewer = path, viewer_of(request)
    other.GET = QueryDict(mutable=True)
    for name, values in query.items():
        other.GET.setlist(name, values)
    return other
