"""What the lists of the administration share."""

from __future__ import annotations

from django.db.models import Model, Q, QuerySet

from hanse_access.viewsets import reachable

from .models import Cluster

#: words of a search that count
MOST_WORDS = 8


class WordSearch:
    """A list in which every word of a search stands in one of the fields: first and last name find a person."""

    def search_queryset(self, queryset):
        for word in (self.search_query or "").split()[:MOST_WORDS]:
            condition = Q()
            for field in self.search_fields or ():
                condition |= Q((f"{field}__icontains", word))
            queryset = queryset.filter(condition)
        return queryset


def clusters_of(model: type[Model], request) -> QuerySet[Cluster]:
    """The clusters of the rows that this person may reach: what a filter offers."""
    return Cluster.objects.filter(pk__in=reachable(model, request.user).order_by().values("cluster_id"))
