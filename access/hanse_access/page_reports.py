"""Wagtail's reports and the filters of its lists: of own pages only, and with the names of those who work on them.

Wagtail limits the rows of most reports. What it offers for narrowing them – owners, editors, who locked or submitted
something, workflows – it takes from all pages of the installation.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.contrib.auth import get_user_model
from django.db.models import CharField, Q, QuerySet
from django.db.models.functions import Cast
from django.http import HttpRequest
from wagtail.admin.views.pages.listing import PageFilterSet
from wagtail.admin.views.reports.audit_logging import SiteHistoryReportFilterSet
from wagtail.admin.views.reports.locked_pages import LockedPagesReportFilterSet, LockedPagesView
from wagtail.admin.views.reports.page_types_usage import PageTypesUsageReportView
from wagtail.admin.views.reports.workflows import WorkflowReportFilterSet, WorkflowTasksReportFilterSet
from wagtail.log_actions import registry as log_registry
from wagtail.models import (
    Page,
    PageLogEntry,
    PageLogEntryManager,
    Task,
    TaskState,
    Workflow,
    WorkflowState,
    get_default_page_content_type,
)

from .page_closed import viewer_for
from .page_explorer import own_pages
from .pages import viewer_of


def _own_ids(request: HttpRequest) -> QuerySet:
    return own_pages(viewer_of(request)).order_by().values("pk")


def _people(**lookups) -> QuerySet:
    users: Any = get_user_model()  # any model that names people by one of its fields
    return users._default_manager.filter(**lookups).order_by(users.USERNAME_FIELD)


def owners(request: HttpRequest) -> QuerySet:
    pages = Page.objects.order_by().filter(pk__in=_own_ids(request))
    return _people(pk__in=pages.values("owner_id"))


def editors(request: HttpRequest) -> QuerySet:
    edits = PageLogEntry.objects.order_by().filter(action="wagtail.edit", page__in=_own_ids(request))
    return _people(pk__in=edits.values("user_id"))


def lockers(request: HttpRequest) -> QuerySet:
    pages = Page.objects.order_by().filter(pk__in=_own_ids(request), locked=True)
    return _people(pk__in=pages.values("locked_by_id"))


def _own_states(request: HttpRequest) -> QuerySet[WorkflowState]:
    ids = own_pages(viewer_of(request)).order_by().values_list(Cast("pk", CharField()))
    return WorkflowState.objects.order_by().filter(base_content_type=get_default_page_content_type(), object_id__in=ids)


def submitters(request: HttpRequest) -> QuerySet:
    return _people(pk__in=_own_states(request).values("requested_by_id"))


def workflows(request: HttpRequest) -> QuerySet:
    return Workflow.objects.filter(pk__in=_own_states(request).values("workflow_id"))


def tasks(request: HttpRequest) -> QuerySet:
    states = TaskState.objects.order_by().filter(workflow_state__in=_own_states(request).values("pk"))
    return Task.objects.filter(pk__in=states.values("task_id"))


#: filter set -> name of its filter -> the choices that the asking person gets
CHOICES: dict[type, dict[str, Callable[[HttpRequest], QuerySet]]] = {
    PageFilterSet: {"owner": owners, "edited_by": editors},
    LockedPagesReportFilterSet: {"locked_by": lockers},
    WorkflowReportFilterSet: {"requested_by": submitters, "workflow": workflows},
    WorkflowTasksReportFilterSet: {"workflow": workflows, "task": tasks},
}


def narrow_reports() -> None:
    """Called once, from ``AppConfig.ready()``."""
    for filter_set, choices in CHOICES.items():
        for name, queryset in choices.items():
            filter_set.base_filters[name].queryset = queryset
    viewable = PageLogEntryManager.viewable_by_user
    locked_pages = LockedPagesView.get_queryset
    last_edits = PageTypesUsageReportView.decorate_paginated_queryset

    @functools.wraps(viewable)
    def viewable_of_own_pages(self, user):
        """Not that of the pages above one's own; what is deleted, Wagtail tells only those who edit all pages."""
        own = own_pages(viewer_for(user)).order_by().values("pk")
        return viewable(self, user).filter(Q(page__in=own) | Q(deleted=True))

    @functools.wraps(locked_pages)
    def own_locked_pages(self):
        """Nor those that one locked while one still worked on them. Languages are lost where rows become specific."""
        return own_pages(viewer_of(self.request), locked_pages(self)).prefetch_related("locale")

    @functools.wraps(last_edits)
    def own_last_edits(self, page_types):
        """The number of pages of a type is told, not which one of foreign pages was edited last."""
        page_types = last_edits(self, page_types)
        numbers = [item.last_edited_page_id for item in page_types if item.last_edited_page_id]
        own = set(own_pages(viewer_of(self.request)).filter(pk__in=numbers).values_list("pk", flat=True))
        for item in page_types:
            if item.last_edited_page_id not in own:
                item.last_edited_page = None
        return page_types

    def users_of_told_entries(self):
        """Wagtail offers everybody who ever did anything."""
        ids = (
            model.objects.viewable_by_user(self.request.user).get_user_ids()
            for model in log_registry.get_log_entry_models()
        )
        return _people(pk__in=set().union(*ids))

    SiteHistoryReportFilterSet.get_users_queryset = users_of_told_entries
    PageLogEntryManager.viewable_by_user = viewable_of_own_pages
    LockedPagesView.get_queryset = own_locked_pages
    PageTypesUsageReportView.decorate_paginated_queryset = own_last_edits
