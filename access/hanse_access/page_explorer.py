"""Which pages a person may know of in Wagtail's administration."""

from __future__ import annotations

import functools

from django.db.models import Q
from wagtail.models import Page, PagePermissionTester
from wagtail.permissions import policy_registry
from wagtail.query import PageQuerySet

from .page_stakes import page_work_q, works_on
from .pages import admitted_page_q
from .viewer import Viewer


def explorable_q(viewer: Viewer) -> Q:
    """Pages on which the person works, and those above them, whose titles are the way to them."""
    if viewer.user is None:
        return Q(pk__in=[])
    explorable = policy_registry.get_by_type(Page).explorable_instances(viewer.user)
    return page_work_q(viewer) | Q(pk__in=explorable.order_by().values("pk"))


def own_pages(viewer: Viewer, queryset: PageQuerySet | None = None):
    """Pages on which the person works."""
    return _among(queryset, Page.objects.filter(page_work_q(viewer)))


def explorable_pages(viewer: Viewer, queryset: PageQuerySet | None = None):
    """Pages that the person meets in the explorer: the own ones and the way to them."""
    return _among(queryset, Page.objects.filter(explorable_q(viewer)))


def known_pages(viewer: Viewer, queryset: PageQuerySet | None = None):
    """Pages the person may choose as the target of a link: those one sees as a reader, and the explorable ones."""
    return _among(queryset, Page.objects.filter(admitted_page_q(viewer) | explorable_q(viewer)))


def offer_own_histories() -> None:
    """Wagtail offers the history of whatever the explorer shows; on the way to one's own pages there is none to read.

    Called once, from ``AppConfig.ready()``.
    """
    can_view = PagePermissionTester.can_view_revisions

    @functools.wraps(can_view)
    def can_view_own(self):
        return can_view(self) and works_on(self.user, self.page)

    PagePermissionTester.can_view_revisions = can_view_own


def _among(queryset: PageQuerySet | None, wanted: PageQuerySet) -> PageQuerySet:
    """As a sub-query of ids: search refuses filters by fields that it has no index of."""
    return wanted if queryset is None else queryset.filter(pk__in=wanted.order_by().values("pk"))
