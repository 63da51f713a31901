"""What every page of a cluster has around it: its name, its accent, its own navigation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest
from wagtail.models import Page

from hanse_access.pages import viewer_of, visible_pages

from .models import ClusterPage


@dataclass(frozen=True)
class FrameLink:
    url: str
    label: str
    current: bool


def cluster_page_of(page: Page) -> ClusterPage | None:
    """The entry page that this page is or stands below."""
    return ClusterPage.objects.ancestor_of(page, inclusive=True).select_related("cluster", "locale").first()


def cluster_frame(page: Page, request: HttpRequest) -> dict[str, Any]:
    """Template context of ``hanse_members/cluster_frame.html`` for a page of a cluster: two queries."""
    entry = page if isinstance(page, ClusterPage) else cluster_page_of(page)
    if entry is None:
        return {}
    below = visible_pages(viewer_of(request), entry.get_children().live().in_menu())
    links = [FrameLink(child.get_url(request), child.title, page.path.startswith(child.path)) for child in below]
    return {"cluster": entry.cluster, "cluster_page": entry, "cluster_links": links}
