"""One list: reads the address, asks the database, draws itself whole or in parts."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.db.models import Q
from django.shortcuts import render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _

from ..searching import LONGEST, search_text
from .facets import Tally
from .sorts import BadCursor, Sort, read_cursor, write_cursor

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from django.db.models import QuerySet
    from django.http import HttpRequest, HttpResponse

    from .facets import Facet, Option

MOST_TERMS = 8


@dataclass(frozen=True)
class ListView:
    """One way of looking at a list, such as a map: ``template`` is drawn above the rows; the first has none.

    With ``replaces_rows`` it is drawn in their place.
    """

    name: str
    label: Any
    icon: str
    template: str = ""
    replaces_rows: bool = False


@dataclass(frozen=True)
class DrawnFacet:
    """A facet with its options for this request."""

    name: str
    label: Any
    first: list[Option]
    others: list[Option]


@dataclass(frozen=True)
class Chosen:
    """One choice in force, with the address of the list without it."""

    label: Any
    group: Any
    url: str


class ItemList:
    """A list view's search, facets, sort and paging. Subclasses say what the list is; see the package's docstring.

    ``queryset`` must hold only what the reader may see (``visible_to``), with ``select_related`` for what the item
    template shows. The number of queries does not depend on the number of rows: the page, the total together with the
    facets, one more for each facet that counts apart, has labels of related objects, or is chosen.

    No parameter is an error: what is unknown is left out, and ``notices`` says so above the results.
    """

    name: str
    item_template: str
    #: "cards" (one below the other), "grid" (side by side) or "rows" (a plain list with lines).
    layout = "cards"
    page_size = 20
    search_fields: tuple[str, ...] = ()
    search_label: Any = _("Search this list")
    #: Where the field's suggestions come from, and what holds them; the page loads the script that shows them.
    suggest_url = ""
    suggest_template = ""
    #: The key that moves to the search field, where the page has no other one in its frame.
    shortcut = ""
    sorts: tuple[Sort, ...] = (Sort("newest", _("Newest first"), ("-pk",)),)
    facets: tuple[Facet, ...] = ()
    #: Ways of looking at the list, the usual one first; with fewer than two there is nothing to choose.
    views: tuple[ListView, ...] = ()
    #: Templates drawn above the results, behind the number of what was found, and in place of the usual words where
    #: nothing matches.
    results_head_template = ""
    status_template = ""
    nothing_template = ""
    #: The context of ``components/empty.html`` when there is nothing at all; say what to do next.
    empty: dict[str, Any] = {"icon": "inbox", "title": _("Nothing here yet")}

    def __init__(self, request: HttpRequest, queryset: QuerySet[Any]):
        self.request = request
        self.base = queryset
        self.path = request.path
        self.notices: list[Any] = []
        self.text = self._read_text()
        self.view = self._read_view()
        self.sort = self._read_sort()
        self.chosen = self._read_facets()
        self._start = self._read_start()

    # What subclasses may replace

    def search(self, queryset: QuerySet[Any], text: str) -> QuerySet[Any]:
        """The items in which every word occurs in one of the search fields."""
        for term in text.split()[:MOST_TERMS]:
            condition = Q()
            for field in self.search_fields:
                condition |= Q((f"{field}__icontains", term))
            queryset = queryset.filter(condition)
        return queryset

    def prepare(self, rows: list[Any]) -> list[Any]:
        """The rows of this page before they are drawn: the place to load in one go what each of them shows."""
        return rows

    def everything(self, batch: int = 500) -> Iterator[Any]:
        """All rows as narrowed and sorted now, prepared batch by batch: for exports."""
        start = None
        while True:
            queryset = self.sort.apply(self._narrowed())
            if start is not None:
                queryset = self.sort.after(queryset, start)
            rows = list(queryset[:batch])
            if not rows:
                return
            yield from self.prepare(rows)
            start = self.sort.values_of(rows[-1])

    # What templates ask for

    @cached_property
    def total(self) -> int:
        return self._tally.total()

    @cached_property
    def rows(self) -> list[Any]:
        return self.prepare(self._page[: self.page_size])

    @cached_property
    def more_url(self) -> str | None:
        """The address of the page that follows, or None on the last."""
        if len(self._page) <= self.page_size:
            return None
        last = self._page[self.page_size - 1]
        return self.url(after=write_cursor(self.sort, last, salt=self._salt))

    @cached_property
    def drawn_facets(self) -> list[DrawnFacet]:
        drawn = (self.draw_facet(facet) for facet in self.facets)
        return [facet for facet in drawn if facet is not None]

    def draw_facet(self, facet: Facet) -> DrawnFacet | None:
        """A facet with its options, counted once; None without any."""
        known = self.__dict__.setdefault("_drawn", {})
        if facet.name not in known:
            options = facet.options(self.base.model, self._count(facet), self.chosen[facet.name])
            shown = [option for i, option in enumerate(options) if i < facet.limit or option.chosen]
            others = [option for option in options if option not in shown]
            known[facet.name] = DrawnFacet(facet.name, facet.label, shown, others) if options else None
        return known[facet.name]

    @cached_property
    def choices_in_force(self) -> list[Chosen]:
        """Each chosen facet value with its label and the address without it."""
        return [
            Chosen(option.label, facet.label, self.url(without=(facet.name, option.value)))
            for facet in self.drawn_facets
            for option in (*facet.first, *facet.others)
            if option.chosen
        ]

    @property
    def is_narrowed(self) -> bool:
        return bool(self.text or any(self.chosen.values()))

    @property
    def field_id(self) -> str:
        return f"{self.name}-q"

    @property
    def whole_url(self) -> str:
        """The address with nothing chosen, looked at in the same way."""
        if self.view and self.view != self.views[0]:
            return f"{self.path}?{urlencode({'view': self.view.name})}"
        return self.path

    @property
    def view_tabs(self) -> list[dict[str, Any]]:
        """The ways of looking at this list, for ``components/tabs.html``."""
        if len(self.views) < 2:
            return []
        return [
            {"label": view.label, "icon": view.icon, "url": self.url(view=view), "current": view == self.view}
            for view in self.views
        ]

    @property
    def continues(self) -> bool:
        """Whether this page begins further down."""
        return self._start is not None

    def url(
        self,
        *,
        after: str = "",
        without: tuple[str, str] | None = None,
        only: tuple[str, str] | None = None,
        view: ListView | None = None,
    ) -> str:
        """The address of this list as it is narrowed and sorted now.

        ``without`` leaves out one choice of a facet, ``only`` puts one in the place of all of its facet.
        """
        pairs = [("q", self.text)] if self.text else []
        for name, values in self.chosen.items():
            if only and name == only[0]:
                continue
            pairs += [(name, str(value)) for value in values if (name, str(value)) != without]
        pairs += [only] if only else []
        view = view or self.view
        if view and view != self.views[0]:
            pairs.append(("view", view.name))
        if self.sort != self.sorts[0]:
            pairs.append(("sort", self.sort.name))
        if after:
            pairs.append(("after", after))
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    def render(self, template: str, context: dict[str, Any] | None = None) -> HttpResponse:
        """The whole page, or for htmx only the part that changes. The template finds the list as ``item_list``."""
        headers = self.request.headers
        target = headers.get("HX-Target", "") if headers.get("HX-Request") == "true" else ""
        part = {
            f"{self.name}-results": "hanse_base/lists/swap.html",
            f"{self.name}-more": "hanse_base/lists/more.html",
        }.get("" if headers.get("HX-History-Restore-Request") == "true" else target)
        response = render(self.request, part or template, {**(context or {}), "item_list": self})
        if part == "hanse_base/lists/swap.html":
            response.headers["HX-Push-Url"] = self.url()
        patch_vary_headers(response, ("HX-Request", "HX-Target"))
        return response

    # Reading the address

    def _read_text(self) -> str:
        text = search_text(self.request.GET, most=None)
        if len(text) > LONGEST:
            self.notices.append(_("The search text is too long; only its beginning is used."))
        return text[:LONGEST] if self.search_fields else ""

    def _read_view(self) -> ListView | None:
        name = self.request.GET.get("view", "")
        return next((view for view in self.views if view.name == name), self.views[0] if self.views else None)

    def _read_sort(self) -> Sort:
        name = self.request.GET.get("sort", "")
        for sort in self.sorts:
            if sort.name == name:
                return sort
        if name:
            self.notices.append(_("This order is not known; the usual one is used."))
        return self.sorts[0]

    def _read_facets(self) -> dict[str, list[Any]]:
        chosen = {}
        unknown = False
        for facet in self.facets:
            chosen[facet.name], left_out = facet.read(self.request.GET.getlist(facet.name), self.base)
            unknown = unknown or left_out
        if unknown:
            self.notices.append(_("A filter in the address is not known here and was left out."))
        return chosen

    def _read_start(self) -> list[Any] | None:
        text = self.request.GET.get("after", "")
        if not text:
            return None
        try:
            return read_cursor(text, self.sort, self.base.model, salt=self._salt)
        except BadCursor:
            self.notices.append(_("This place in the list is not known any more; you see its beginning."))
            return None

    # Asking the database

    @property
    def _salt(self) -> str:
        return f"hanse_base.lists.{self.name}"

    def _count(self, facet: Facet) -> dict[Any, int]:
        """Values of a facet with their number under the choices of the others."""
        if facet in self._counted_together:
            return self._tally.count(facet.name)
        return facet.count(self._narrowed(but=[facet]))

    def _narrowed(self, but: Collection[Facet] = ()) -> QuerySet[Any]:
        """The items that search and facets leave, some facets ignored."""
        queryset = self.search(self.base, self.text) if self.text else self.base
        for facet in self.facets:
            if facet not in but:
                queryset = facet.narrow(queryset, self.chosen[facet.name])
        return queryset

    @cached_property
    def _counted_together(self) -> list[Facet]:
        return [facet for facet in self.facets if not facet.counts_apart(self.base.model)]

    @cached_property
    def _tally(self) -> Tally:
        return Tally(self._counted_together, self.chosen, self._narrowed(but=self._counted_together))

    @cached_property
    def _page(self) -> list[Any]:
        return self.sort.rows(self._narrowed(), self._start, self.page_size + 1)
