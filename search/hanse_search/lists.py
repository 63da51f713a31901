"""The results of a search as a list: the pattern of all lists, asked of a search instead of a query set."""

from __future__ import annotations

from functools import cached_property
from typing import Any

from django.core import signing
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hanse_access.descriptions import describe_audiences
from hanse_base.lists import ItemList, Sort
from hanse_base.lists.facets import Option
from hanse_base.lists.item_list import DrawnFacet

from .backends import NEWEST, OLDEST, RELEVANCE, Counts, backend
from .queries import Query, parse
from .searching import Page, Result, Search
from .sources import FacetKind, facet_kinds

#: values of one facet that the address may ask for, and characters of each
MOST_VALUES, LONGEST_VALUE = 20, 60


class SearchList(ItemList):
    """What the asking person may find."""

    name = "search"
    item_template = "hanse_search/includes/result.html"
    layout = "rows"
    page_size = 20
    search_fields = ("text",)
    search_label = _("Search everything")
    shortcut = "/"
    sorts = (
        Sort(RELEVANCE, _("Best match first"), ()),
        Sort(NEWEST, _("Newest first"), ()),
        Sort(OLDEST, _("Oldest first"), ()),
    )
    empty = {
        "icon": "search",
        "title": _("Nothing to find yet"),
        "text": _("What clusters publish and what happens in your rooms is found here."),
    }

    def __init__(self, request: HttpRequest):
        self.viewer = request.viewer
        self.facets = tuple(facet_kinds)
        super().__init__(request, None)
        query, notices = parse(request.GET.get("q", ""))
        self.notices += [*notices, *filter(None, [backend().notice])]
        facets = {name: tuple(values) for name, values in self.chosen.items() if values}
        for name, values in query.facets.items():
            facets[name] = tuple(dict.fromkeys((*facets.get(name, ()), *values)))
        self.query = Query(query.text, query.wanted, query.unwanted, facets)
        # Before anything of the page is drawn: what is written now may have an audience that is new.
        self._search = Search(self.viewer, self.query)
        self.asks_nothing = not self.text and not any(self.chosen.values())

    # What templates ask for

    @cached_property
    def total(self) -> int:
        return self._counts.total

    @cached_property
    def rows(self) -> list[Result]:
        describe_audiences([r.found.audience_id for r in self._found.results if r.found.audience_id], self.viewer)
        return self._found.results

    @cached_property
    def more_url(self) -> str | None:
        if self._found.next is None:
            return None
        return self.url(after=signing.dumps([self.sort.name, self._found.next], salt=self._salt, compress=True))

    def draw_facet(self, facet: FacetKind) -> DrawnFacet | None:
        counts = dict(self._counts.facets.get(facet.name, {}))
        chosen = self.chosen[facet.name]
        labels = facet.labels({*counts, *(value for value in chosen if value in counts)}, self.viewer)
        options = [
            Option(value=value, label=labels[value], count=number, chosen=value in chosen)
            for value, number in sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
            if value in labels
        ]
        shown = [option for i, option in enumerate(options) if i < facet.limit or option.chosen]
        return DrawnFacet(facet.name, facet.label, shown, [o for o in options if o not in shown]) if options else None

    @property
    def is_narrowed(self) -> bool:
        return not self.asks_nothing

    # Reading the address

    @cached_property
    def _parsed(self) -> tuple[Query, list]:
        return parse(self.request.GET.get("q", ""))

    def _read_text(self) -> str:
        return self._parsed[0].text

    def _read_facets(self) -> dict[str, list[Any]]:
        chosen, left_out = {}, False
        for facet in self.facets:
            asked = [value for value in self.request.GET.getlist(facet.name) if value]
            kept = [value for value in asked[:MOST_VALUES] if len(value) <= LONGEST_VALUE and value.isprintable()]
            chosen[facet.name] = list(dict.fromkeys(kept))
            left_out = left_out or len(kept) < len(asked)
        if left_out:
            self.notices.append(_("A filter in the address is not known here and was left out."))
        return chosen

    def _read_start(self) -> list[Any] | None:
        text = self.request.GET.get("after", "")
        if not text:
            return None
        try:
            sort, place = signing.loads(text, salt=self._salt)
            if sort == self.sort.name:
                return place
        except (signing.BadSignature, ValueError, TypeError):
            pass
        self.notices.append(_("This place in the list is not known any more; you see its beginning."))
        return None

    # Asking

    @cached_property
    def _counts(self) -> Counts:
        return self._search.counts()

    @cached_property
    def _found(self) -> Page:
        return self._search.page(size=self.page_size, sort=self.sort.name, after=self._start)
