"""The list of clusters that do not take part in the platform, as everybody sees it."""

from __future__ import annotations

from django.db.models.functions import Lower
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hanse_base.lists import Facet, ItemList, Sort

from .models import ClusterEntry
from .models.clusters import ClusterQuerySet
from .region_maps import MapMark, WithMap
from .regions import region_names


class EntryList(WithMap, ItemList):
    name = "entries"
    item_template = "hanse_members/includes/entry.html"
    layout = "rows"
    page_size = 20
    search_fields = ("name", "other_names", "region_text", "fields__name")
    search_label = _("Search further clusters")
    sorts = (
        Sort("name", _("Name"), ("name",)),
        Sort("members", _("Most members first"), ("-members", "name")),
        Sort("founded", _("Oldest first"), ("founded", "name")),
    )
    facets = (
        Facet("region", _("Region"), "regions__code", labels=region_names),
        Facet("field", _("Field"), "fields__name"),
    )

    def __init__(self, request: HttpRequest):
        super().__init__(request, ClusterEntry.objects.elsewhere().prefetch_related("fields", "regions"))

    def search(self, queryset, text):
        """A cluster with several matching fields is found once."""
        return self.base.filter(pk__in=super().search(queryset.order_by(), text).values("pk"))

    def map_marks(self):
        """The clusters that take part, which are not in the list."""
        found = ClusterEntry.objects.filter(ClusterQuerySet.active_q("cluster__")).select_related("cluster")
        return [
            MapMark(entry.cluster.label, entry.cluster.get_absolute_url(), codes)
            for entry in found.prefetch_related("regions").order_by(Lower("cluster__name"))
            if (codes := sorted(region.code for region in entry.regions.all()))
        ]
