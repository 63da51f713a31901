"""What other plugins add to a cluster's entry page: sections of the text, and figures of the head."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hanse_base.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest

    from .models import Cluster, ClusterPage


@dataclass(frozen=True)
class Section:
    """A part of the entry page that fills itself, such as the latest news. Editors place it among their text.

    ``context`` gets request and page and returns the template's context, or None when there is nothing to show; it must
    ask for everything through ``visible_to``. ``initial`` puts the section on the entry pages of new clusters.
    """

    name: str
    label: Any
    template: str
    context: Callable[[HttpRequest, ClusterPage], dict | None]
    order: int = 100
    initial: bool = True


@dataclass(frozen=True)
class Figure:
    """One number about a cluster, told to everybody: it must count nothing that a visitor may not know of.

    ``counts`` gets clusters and returns the number of each that has one, by cluster id, in one query. ``label`` gets
    the number and returns the words below it.
    """

    name: str
    label: Callable[[int], str]
    counts: Callable[[list[Cluster]], dict[int, int]]
    order: int = 100


sections: Registry[Section] = Registry()
figures: Registry[Figure] = Registry()


@dataclass(frozen=True)
class ShownFigure:
    value: int
    label: str


def figures_of(cluster: Cluster) -> list[ShownFigure]:
    """The figures of one cluster; those that are zero are left out."""
    numbers = ((figure, figure.counts([cluster]).get(cluster.pk, 0)) for figure in figures)
    return [ShownFigure(number, figure.label(number)) for figure, number in numbers if number]
