"""Lists of news: all that a person may see, those of one cluster, the newest, the related.

Each piece is listed once: in the reader's language where it is there, else in the other, with its language said.
"""

from __future__ import annotations

import datetime
from collections.abc import Collection
from typing import Any

from django.db.models import CharField
from django.db.models.functions import Cast, Substr
from django.http import HttpRequest
from django.utils.dateformat import format as format_date
from django.utils.translation import get_language, get_language_info
from django.utils.translation import gettext_lazy as _

from hanse_access.descriptions import describe_audiences
from hanse_access.models import PageAttachment
from hanse_access.pages import viewer_of
from hanse_access.scopes import scope_kinds
from hanse_access.viewer import Viewer
from hanse_base.lists import Facet, ItemList, Sort
from hanse_members.models import Cluster

from .models import NewsPage
from .querysets import NewsPageQuerySet


def language() -> str:
    return get_language() or ""


def language_names(codes: Collection[str]) -> dict[str, str]:
    return {code: get_language_info(code)["name_translated"] for code in codes}


def level_names(kinds: Collection[str]) -> dict[str, Any]:
    return {kind.name: kind.label for kind in scope_kinds if kind.name in kinds}


def month_names(months: Collection[str]) -> dict[str, str]:
    return {month: format_date(datetime.date.fromisoformat(f"{month}-01"), "F Y") for month in months}


class NewsList(ItemList):
    """All news that a person may see, with sender, level, language and month to narrow by."""

    name = "news"
    item_template = "hanse_news/includes/item.html"
    layout = "rows"
    page_size = 12
    search_fields = ("title", "teaser")
    search_label = _("Search the news")
    sorts = (
        Sort("newest", _("Newest first"), ("-date",)),
        Sort("oldest", _("Oldest first"), ("date",)),
        Sort("title", _("Title"), ("title",)),
    )
    facets: tuple[Facet, ...] = (
        Facet("cluster", _("Sender"), "cluster"),
        Facet("level", _("Who can see it"), "page_audience__audience__scopes__kind", labels=level_names),
        Facet("language", _("Language"), "locale__language_code", labels=language_names),
        Facet("month", _("Month"), "month", labels=month_names, limit=6),
    )
    empty = {
        "icon": "news",
        "title": _("No news yet"),
        "text": _("What the clusters publish for you appears here."),
    }

    def __init__(self, request: HttpRequest, queryset: NewsPageQuerySet):
        # As text: the two databases write a truncated date differently.
        month = Substr(Cast("date", CharField()), 1, 7)
        super().__init__(request, queryset.with_senders().annotate(month=month))

    def prepare(self, rows: list[NewsPage]) -> list[NewsPage]:
        return prepare(rows, viewer_of(self.request))


class ClusterNewsList(NewsList):
    """The news of one cluster; visitors, who see the public level only, get no choice of levels."""

    page_size = 10

    def __init__(self, request: HttpRequest, queryset: NewsPageQuerySet):
        useful = {"month"} if viewer_of(request).user is None else {"level", "month"}
        self.facets = tuple(facet for facet in NewsList.facets if facet.name in useful)
        super().__init__(request, queryset)


def visible_news(viewer: Viewer) -> NewsPageQuerySet:
    """Everything that the viewer may see, each piece once."""
    return NewsPage.objects.visible_to(viewer).shown().originals().each_once(viewer, language())


def news_of(cluster: Cluster, viewer: Viewer) -> NewsPageQuerySet:
    """What stands in the tree of one cluster, pieces of others that it shows too included."""
    pieces = NewsPage.objects.visible_to(viewer).shown().filter(cluster=cluster)
    return pieces.without_mirrors().each_once(viewer, language())


def latest(request: HttpRequest, number: int, cluster: Cluster | None = None) -> list[NewsPage]:
    """The newest published pieces that the asking person may see."""
    viewer = viewer_of(request)
    pieces = news_of(cluster, viewer) if cluster is not None else visible_news(viewer)
    return prepare(list(pieces.live().with_senders().newest_first()[:number]), viewer)


def related(page: NewsPage, viewer: Viewer) -> list[NewsPage]:
    """Three other published pieces of the same sender, newest first."""
    others = news_of(page.cluster, viewer).live().exclude(translation_key=page.translation_key)
    return prepare(list(others.with_senders().newest_first()[:3]), viewer)


def prepare(rows: list[NewsPage], viewer: Viewer) -> list[NewsPage]:
    """Load what all rows show in one go: their lead images and the words of their chips."""
    chosen = {page.pk: image for page in rows if (image := _lead_image_id(page)) is not None}
    images = PageAttachment.objects.in_bulk(set(chosen.values())) if chosen else {}
    for page in rows:
        page.thumbnail = images.get(chosen.get(page.pk))
    describe_audiences([page.audience_in_force_id for page in rows], viewer)
    return rows


def _lead_image_id(page: NewsPage) -> int | None:
    """Read from the raw data, as the block would ask the database for each page."""
    for block in page.lead_image.raw_data:
        return block["value"].get("image")
    return None
