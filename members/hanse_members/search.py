"""What of clusters, their pages, organisations and experts can be found, and the facets cluster, topic and region."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.models import Page

from hanse_access.models import Audience
from hanse_access.pages import visible_pages
from hanse_access.scopes import PUBLIC
from hanse_access.viewer import Viewer
from hanse_search.sources import Entry, FacetKind, Found, Hop, Source, Watch, as_numbers, facet_kinds, sources

from .models import Cluster, ClusterContentPage, ClusterPage, TopicLabel
from .models.topics import topic_labels
from .regions import REGIONS, region_names
from .search_holders import ExpertSource, OrganisationSource

#: topics that are meant by what somebody types behind "topic:"
MOST_MEANT = 20


class ClusterSource(Source):
    """Public, as their entry pages are. One item with the pages of all languages."""

    name = "cluster"
    order = 40
    label = _("Cluster")
    plural = _("Clusters")
    icon = "clusters"
    model = Cluster
    to_cluster = (Hop(ClusterPage, "page_ptr_id", "cluster_id"),)
    watches = (
        Watch(Cluster, "id", only=("name", "short_name", "state")),
        Watch(ClusterPage, "cluster_id"),
        Watch(Page, "id", to_cluster, only=("live",)),
    )

    def rows(self):
        live = Prefetch("pages", ClusterPage.objects.live().order_by("locale__language_code"), to_attr="live_pages")
        return self._served().prefetch_related(live)

    def _served(self):
        return Cluster.objects.active().filter(pk__in=ClusterPage.objects.live().order_by().values("cluster_id"))

    def entries(self, rows):
        public = Audience.objects.of([PUBLIC]).pk
        return {row.pk: self._entry(row, public) for row in rows}

    def _entry(self, row: Cluster, public: int) -> Entry:
        return Entry(public, row.name, "\n".join(texts_of(row)), date=row.created_at, facets={"cluster": [row.pk]})

    def visible(self, viewer):
        return self.rows()

    def beyond(self, viewer):
        return ()

    def found(self, rows, viewer):
        public = Audience.objects.of([PUBLIC]).pk
        return {row.pk: Found(row.name, row.get_absolute_url(), texts_of(row), audience_id=public) for row in rows}


def texts_of(cluster: Cluster) -> list[str]:
    """What the entry pages say, language by language."""
    texts = [cluster.short_name] if cluster.short_name != cluster.name else []
    for page in cluster.live_pages:
        told = page.body.stream_block.get_searchable_content(page.body)
        texts.append(" ".join([page.tagline, page.lead, page.kicker, *told]))
    return [text for text in texts if text.strip()]


class ClusterContentSource(Source):
    """The pages that a cluster has below its entry page: public as these are, and each found in its own language."""

    name = "page"
    order = 45
    label = _("Page of a cluster")
    plural = _("Pages of clusters")
    icon = "file"
    model = ClusterContentPage
    is_content = (Hop(ClusterContentPage, "page_ptr_id", "page_ptr_id"),)
    watched = ("title", "live", "expired", "expire_at", "alias_of_id", "locale_id", "last_published_at")
    watches = (
        Watch(ClusterContentPage, "page_ptr_id"),
        Watch(Page, "id", is_content, only=watched),
        Watch(Cluster, "id", (Hop(ClusterContentPage, "cluster_id", "page_ptr_id"),), only=("state",)),
    )

    def rows(self):
        """Aliases are left out: what they show is found where it was written."""
        pages = ClusterContentPage.objects.live().filter(Cluster.objects.active_q("cluster__"), expired=False)
        return pages.filter(alias_of=None).select_related("cluster", "locale")

    def entries(self, rows):
        public = Audience.objects.of([PUBLIC]).pk
        return {row.pk: self._entry(row, public) for row in rows}

    def _entry(self, row: ClusterContentPage, public: int) -> Entry:
        return Entry(
            public,
            row.title,
            "\n".join(content_of(row)),
            language=row.locale.language_code,
            date=row.last_published_at,
            shown_until=row.expire_at,
            facets={"cluster": [row.cluster_id]},
        )

    def visible(self, viewer):
        return visible_pages(viewer, self.rows()).filter(ClusterContentPage.shown_q(timezone.now()))

    def beyond(self, viewer):
        return ()

    def found(self, rows, viewer):
        public = Audience.objects.of([PUBLIC]).pk
        return {row.pk: self._found(row, public) for row in rows}

    def _found(self, row: ClusterContentPage, public: int) -> Found:
        return Found(
            row.title,
            row.url,
            content_of(row),
            [row.cluster.label],
            public,
            language=row.locale.language_code,
            date=row.last_published_at,
        )


def content_of(page: ClusterContentPage) -> list[str]:
    return [page.lead, " ".join(page.body.stream_block.get_searchable_content(page.body))]


def cluster_labels(values: Collection[str], viewer: Viewer) -> dict[str, Any]:
    named = Cluster.objects.active().filter(pk__in=as_numbers(values))
    return {str(cluster.pk): cluster.label for cluster in named}


def find_clusters(text: str) -> list[str]:
    named = Q(name__iexact=text) | Q(short_name__iexact=text) | Q(slug__iexact=text)
    return [str(pk) for pk in Cluster.objects.active().filter(named).values_list("pk", flat=True)]


def labels_of_topics(values: Collection[str], viewer: Viewer) -> Mapping[str, Any]:
    return {str(pk): label for pk, label in topic_labels(as_numbers(values)).items()}


def find_topics(text: str) -> list[str]:
    found = TopicLabel.objects.filter(text__iexact=text).order_by("topic").values_list("topic", flat=True)
    return [str(pk) for pk in found.distinct()[:MOST_MEANT]]


def labels_of_regions(values: Collection[str], viewer: Viewer) -> Mapping[str, Any]:
    return region_names([value for value in values if value in REGIONS])


def find_regions(text: str) -> list[str]:
    said = text.casefold()
    return [code for code, name in REGIONS.items() if said in (code.casefold(), str(name).casefold())]


sources.register(ExpertSource())
sources.register(OrganisationSource())
sources.register(ClusterSource())
sources.register(ClusterContentSource())
facet_kinds.register(FacetKind("cluster", _("Cluster"), cluster_labels, find_clusters, order=20))
facet_kinds.register(FacetKind("topic", _("Topic"), labels_of_topics, find_topics, order=30, limit=6))
facet_kinds.register(FacetKind("region", _("Region"), labels_of_regions, find_regions, order=40, limit=6))
