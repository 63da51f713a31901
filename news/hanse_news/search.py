"""What of news can be found: each piece in each of its languages."""

from __future__ import annotations

from datetime import datetime, time

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from hanse_access.descriptions import describe_audiences
from hanse_access.models import PageAudience
from hanse_members.models import Cluster
from hanse_search.sources import Entry, Found, Hop, Source, Watch, sources

from .models import NewsPage


class NewsSource(Source):
    """Aliases are left out: a piece that other clusters show too is found under its sender."""

    name = "news"
    order = 30
    label = _("News")
    plural = _("News")
    icon = "news"
    model = NewsPage
    is_news = (Hop(NewsPage, "page_ptr_id", "page_ptr_id"),)
    watches = (
        Watch(NewsPage, "page_ptr_id"),
        Watch(Page, "id", is_news, only=("title", "live", "expired", "expire_at", "alias_of_id", "locale_id")),
        Watch(PageAudience, "page_id", is_news),
        Watch(Cluster, "id", (Hop(NewsPage, "cluster_id", "page_ptr_id"),), only=("state",)),
    )

    def rows(self):
        pieces = NewsPage.objects.live().filter(expired=False).originals().filter(Cluster.objects.active_q("cluster__"))
        return pieces.filter(page_audience__isnull=False).with_senders()

    def entries(self, rows):
        return {row.pk: self._entry(row) for row in rows}

    def _entry(self, row: NewsPage) -> Entry:
        return Entry(
            row.page_audience.audience_id,
            row.title,
            "\n".join(texts_of(row)),
            language=row.locale.language_code,
            date=at_start_of(row.date),
            shown_until=row.expire_at,
            facets={"cluster": [row.cluster_id]},
        )

    def visible(self, viewer):
        return NewsPage.objects.visible_to(viewer).shown().originals().with_senders()

    def found(self, rows, viewer):
        describe_audiences([row.audience_in_force_id for row in rows], viewer)
        return {row.pk: self._found(row) for row in rows}

    def _found(self, row: NewsPage) -> Found:
        return Found(
            row.title,
            row.url,
            texts_of(row),
            [row.cluster.label],
            row.audience_in_force_id,
            language=row.locale.language_code,
            date=at_start_of(row.date),
        )


def texts_of(page: NewsPage) -> list[str]:
    return [page.teaser, " ".join(page.body.stream_block.get_searchable_content(page.body))]


def at_start_of(day) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


sources.register(NewsSource())
