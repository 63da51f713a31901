"""The directory of clusters, as everybody sees it: those that take part, and those known from elsewhere."""

from __future__ import annotations

from django.db.models.functions import Lower
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.models import Locale

from hanse_base.lists import Facet, ItemList, Sort

from .directory import entry_pages, member_counts
from .models import ClusterEntry
from .models.clusters import ClusterQuerySet
from .models.entries import Part
from .models.topics import topic_labels
from .region_maps import MapMark, WithMap
from .regions import region_names


class EntryList(WithMap, ItemList):
    name = "entries"
    item_template = "hanse_members/includes/entry.html"
    layout = "rows"
    page_size = 20
    search_fields = ("name", "other_names", "region_text", "fields__name", "cluster__name", "cluster__short_name")
    search_label = _("Search clusters")
    sorts = (
        Sort("name", _("Name"), ("elsewhere", "name"), in_halves=True),
        Sort("members", _("Most members first"), ("-members", "name")),
        Sort("founded", _("Oldest first"), ("founded", "name")),
    )
    facets = (
        Facet("part", _("Here or elsewhere"), "part", labels=lambda values: dict(Part.choices)),
        Facet("topic", _("Topic"), "topics__within", labels=topic_labels),
        Facet("region", _("Region"), "regions__code", labels=region_names),
        Facet("field", _("Field"), "fields__name"),
    )
    empty = {
        "icon": "clusters",
        "title": _("No cluster yet"),
        "text": _("The first cluster will appear here as soon as it is founded."),
    }

    def __init__(self, request: HttpRequest, locale: Locale):
        self.locale = locale
        super().__init__(request, ClusterEntry.objects.listed().with_facts().select_related("cluster"))

    def search(self, queryset, text):
        """A cluster with several matching fields is found once."""
        return self.base.filter(pk__in=super().search(queryset.order_by(), text).values("pk"))

    def prepare(self, rows):
        """Of those that take part the entry page and the number of people: two queries."""
        clusters = [row.cluster for row in rows if not row.elsewhere]
        pages, counts = entry_pages(self.locale, clusters), member_counts(clusters)
        for row in rows:
            row.page = pages.get(row.cluster_id) if not row.elsewhere else None
            row.people = counts.get(row.cluster_id, 0) if not row.elsewhere else 0
            row.topic_names = sorted(map(str, row.topics.all()), key=str.casefold)
        return rows

    def map_marks(self):
        """The clusters that take part."""
        found = ClusterEntry.objects.filter(ClusterQuerySet.active_q("cluster__")).select_related("cluster")
        return [
            MapMark(entry.cluster.label, entry.cluster.get_absolute_url(), codes)
            for entry in found.prefetch_related("regions").order_by(Lower("cluster__name"))
            if (codes := sorted(region.code for region in entry.regions.all()))
        ]
