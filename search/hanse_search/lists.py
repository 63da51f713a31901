"""The results of a search as a list: the pattern of all lists, asked of a search instead of a query set."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from django.core import signing
from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from hanse_access.descriptions import describe_audiences
from hanse_base.lists import ItemList, Sort
from hanse_base.lists.facets import Option
from hanse_base.lists.item_list import Chosen, DrawnFacet, ListView

from .addresses import search_url
from .backends import NEWEST, OLDEST, RELEVANCE, Counts
from .queries import Query, narrowed, parse
from .searching import Page, Result, Search
from .sources import FacetKind, Source, facet_kinds, sources

#: values of one facet that the address may ask for, and characters of each
MOST_VALUES, LONGEST_VALUE = 20, 60
#: results of each kind where they are grouped; words that are tried alone where all together find nothing
OF_EACH_KIND, MOST_WORDS_ALONE = 3, 4


@dataclass
class KindOfResults:
    """The best results of one kind; ``url`` leads to all ``number`` of them."""

    source: Source
    number: int
    results: list[Result]
    url: str


@dataclass
class WayOn:
    """Another question that finds something."""

    label: Any
    url: str
    query: Query
    number: int = 0


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
    suggest_url = reverse_lazy("hanse_search:suggestions")
    suggest_template = "hanse_search/suggesting/list.html"
    views = (
        ListView("mixed", _("All together"), "sort"),
        ListView("kinds", _("By kind"), "layout", "hanse_search/includes/kinds.html", replaces_rows=True),
    )
    nothing_template = "hanse_search/includes/nothing.html"
    results_head_template = "hanse_search/includes/corrected.html"
    status_template = "hanse_search/includes/status.html"
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
        self.notices += notices
        self.query = self._typed = narrowed(query, self.chosen)
        # Before anything of the page is drawn: what is written now may have an audience that is new.
        self._search = Search(self.viewer, self.query)
        self.notices += filter(None, [self._search.notice])
        if self._search.leaves_out:
            self.notices.append(_("Much has just changed; some of it is found only in a minute."))
        #: what the results are for instead, when nothing has what was typed
        self.corrected = ""
        self._correct()
        self.asks_nothing = not self.text and not any(self.chosen.values())

    def _correct(self) -> None:
        if not self.query.wanted or self._counts.total:
            return
        correction = self._search.correction()
        if correction is None:
            return
        search = self._search.other(correction.query)
        if (counts := search.counts()).total:
            self.query, self._search, self._counts = correction.query, search, counts
            self.corrected = correction.text

    # What templates ask for

    @property
    def corrected_url(self) -> str:
        return search_url(self.corrected, self.chosen)

    @cached_property
    def total(self) -> int:
        return self._counts.total

    @cached_property
    def kinds(self) -> list[KindOfResults]:
        """The best of each kind, in the order of the kinds, with the way to all of it. Counted under the rule."""
        counts = self._counts.facets.get("kind", {})
        wanted = [s for s in sources if counts.get(s.name) and s.name in (self.query.facets.get("kind") or counts)]
        best = self._search.best_of_each_kind(most=OF_EACH_KIND, sort=self.sort.name)
        found = []
        for source in wanted:
            url = self.url(only=("kind", source.name), view=self.views[0])
            found.append(KindOfResults(source, counts[source.name], best.get(source.name, []), url))
        shown = [r.found.audience_id for kind in found for r in kind.results if r.found.audience_id]
        describe_audiences(shown, self.viewer)
        return found

    @cached_property
    def ways_on(self) -> list[WayOn]:
        """Where nothing was found: the same with fewer words or without filters, as far as that finds something."""
        ways = []
        if self.choices:
            ways.append(WayOn(_("Without filters"), search_url(self.text, {}), replace(self._typed, facets={})))
        if len(self._typed.wanted) > 1:
            for term in self._typed.wanted[:MOST_WORDS_ALONE]:
                said = " ".join(term.tokens)
                # As the page that it leads to reads it: there the word may go on.
                ways.append(WayOn(_("Only “%(word)s”") % {"word": said}, search_url(said, {}), parse(said)[0]))
        for way in ways:
            way.number = self._search.other(way.query).total()
        return [way for way in ways if way.number]

    @property
    def choices(self) -> bool:
        return any(self.query.facets.values())

    @property
    def remaining_choices(self) -> list[Chosen]:
        """Each filter in force with the way without it, also one whose value nothing found has."""
        found = []
        for facet in facet_kinds:
            labels = facet.labels(self.chosen[facet.name], self.viewer) if self.chosen[facet.name] else {}
            for value in self.chosen[facet.name]:
                found.append(Chosen(labels.get(value, value), facet.label, self.url(without=(facet.name, value))))
        return found

    @cached_property
    def rows(self) -> list[Result]:
        if self.view and self.view.replaces_rows:
            return []
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
    def save_url(self) -> str:
        """Where this search is kept."""
        return search_url(self.text, self.chosen, page="hanse_search:save")

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
