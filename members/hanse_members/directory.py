"""The directory of clusters, as everybody sees it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Count
from django.db.models.functions import Lower
from django.utils.translation import gettext as _
from wagtail.models import Locale

from .facts import figures_of_entry
from .models import Cluster, ClusterEntry, ClusterPage, Membership


@dataclass(frozen=True)
class DirectoryEntry:
    cluster: Cluster
    page: ClusterPage
    member_count: int
    #: short facts, such as "120 members"
    told: list[str]


def with_member_counts(clusters):
    """Clusters with ``member_count``: the number of approved people."""
    counted = Count("memberships", filter=Membership.objects.approved_q("memberships__"))
    # Grouping drops the ordering of the model.
    return clusters.annotate(member_count=counted).order_by(Lower("name"))


def member_counts(clusters: list[Cluster]) -> dict[int, int]:
    rows = (
        Membership.objects.approved()
        .filter(cluster__in=clusters)
        .order_by()
        .values_list("cluster_id")
        .annotate(number=Count("pk"))
    )
    return dict(rows)


def entry_pages(locale: Locale, clusters: Iterable[Cluster]) -> dict[int, ClusterPage]:
    """Live entry pages by cluster id, in this language where there is one, else in another."""
    found: dict[int, ClusterPage] = {}
    for page in ClusterPage.objects.live().filter(cluster__in=clusters).select_related("locale").order_by("pk"):
        if page.cluster_id not in found or page.locale_id == locale.pk:
            found[page.cluster_id] = page
    return found


def directory_entries(locale: Locale, limit: int | None = None) -> list[DirectoryEntry]:
    """Active clusters with their entry pages, by name, at most ``limit``; three queries."""
    clusters = list(with_member_counts(Cluster.objects.active())[:limit])
    pages = entry_pages(locale, clusters)
    facts = {entry.cluster_id: entry for entry in ClusterEntry.objects.filter(cluster__in=clusters)}
    return [
        DirectoryEntry(cluster, pages[cluster.pk], cluster.member_count, short_facts(facts.get(cluster.pk)))
        for cluster in clusters
        if cluster.pk in pages
    ]


def short_facts(entry: ClusterEntry | None) -> list[str]:
    """The figures of an entry in words, with the time that they are of."""
    if entry is None:
        return []
    told = [f"{figure.value} {figure.label}" for figure in figures_of_entry(entry) if figure.value != entry.founded]
    if told and entry.as_of:
        told.append(_("as of %(time)s") % {"time": entry.as_of})
    if entry.founded is not None:
        told.append(_("founded %(year)s") % {"year": entry.founded})
    return told


def open_clusters(person) -> list[Cluster]:
    """Active clusters that this person could apply to, with their member counts."""
    bound = Membership.objects.of(person).exclude(state__in=[Membership.State.LEFT, Membership.State.DECLINED])
    return list(with_member_counts(Cluster.objects.active().exclude(pk__in=bound.values("cluster_id"))))
