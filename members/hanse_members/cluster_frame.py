"""What every page of a cluster has around it: its name, its accent, its own navigation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from wagtail.models import Page

from hanse_access.pages import viewer_of, visible_pages
from hanse_access.viewer import Viewer

from .models import Cluster, ClusterContentPage, ClusterLogo, ClusterPage


@dataclass(frozen=True)
class FrameLink:
    url: str
    label: str
    current: bool


def cluster_page_of(page: Page) -> ClusterPage | None:
    """The entry page that this page is or stands below."""
    return ClusterPage.objects.ancestor_of(page, inclusive=True).select_related("cluster", "locale").first()


def cluster_frame(page: Page, request: HttpRequest) -> dict[str, Any]:
    """Template context of ``hanse_members/cluster_frame.html`` for a page of a cluster: four queries."""
    entry = page if isinstance(page, ClusterPage) else cluster_page_of(page)
    if entry is None:
        return {}
    below = visible_pages(viewer_of(request), entry.get_children().live().in_menu())
    links = [FrameLink(child.get_url(request), child.title, page.path.startswith(child.path)) for child in below]
    return {
        "cluster": entry.cluster,
        "cluster_page": entry,
        "cluster_links": links,
        "cluster_logos": logos_of(entry.cluster, viewer_of(request)),
        "cluster_legal": legal_pages(entry, page, request),
    }


def logos_of(cluster: Cluster, viewer: Viewer) -> dict[str, ClusterLogo]:
    """By colour set, "light" and "dark". Without one for the dark set the other stands on a light plate there."""
    return {logo.shade: logo for logo in ClusterLogo.objects.visible_to(viewer).filter(cluster=cluster)}


def legal_pages(entry: ClusterPage, page: Page, request: HttpRequest) -> list[FrameLink]:
    """The cluster's own imprint and the like, in the language of the page."""
    own = ClusterContentPage.objects.descendant_of(entry).live().exclude(purpose=ClusterContentPage.Purpose.NONE)
    shown = visible_pages(viewer_of(request), own).order_by("path")
    return [FrameLink(each.get_url(request), each.title, each.pk == page.pk) for each in shown]
