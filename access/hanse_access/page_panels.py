"""Wagtail's start page: its panels and counts tell only of pages in which the person has a stake."""

from __future__ import annotations

from wagtail.admin.site_summary import PagesSummaryItem
from wagtail.admin.views import home
from wagtail.models import Page

from .page_explorer import explorable_pages
from .viewer import Viewer


def _explorable(viewer: Viewer, pages) -> set[int]:
    ids = [page.pk for page in pages]
    return set(explorable_pages(viewer).filter(pk__in=ids).values_list("pk", flat=True)) if ids else set()


class RecentEditsPanel(home.RecentEditsPanel):
    def get_context_data(self, parent_context):
        context = super().get_context_data(parent_context)
        edits = context["last_edits"]
        seen = _explorable(parent_context["request"].viewer, [page for _at, page in edits])
        return context | {"last_edits": [edit for edit in edits if edit[1].pk in seen]}


class LockedPagesPanel(home.LockedPagesPanel):
    def get_context_data(self, parent_context):
        context = super().get_context_data(parent_context)
        return context | {"locked_pages": explorable_pages(parent_context["request"].viewer, context["locked_pages"])}


class UserObjectsInWorkflowModerationPanel(home.UserObjectsInWorkflowModerationPanel):
    def get_context_data(self, parent_context):
        context = super().get_context_data(parent_context)
        states = list(context["workflow_states"])
        pages = [state.content_object for state in states if isinstance(state.content_object, Page)]
        seen = _explorable(parent_context["request"].viewer, pages)
        hidden = {page.pk for page in pages} - seen
        kept = [s for s in states if not (isinstance(s.content_object, Page) and s.content_object.pk in hidden)]
        return context | {"workflow_states": kept}


class ExplorablePagesSummaryItem(PagesSummaryItem):
    def get_context_data(self, parent_context):
        context = super().get_context_data(parent_context)
        pages = explorable_pages(self.request.viewer, Page.objects.filter(depth__gt=1))
        return context | {"total_pages": pages.count()}


SCOPED_PANELS = {
    home.RecentEditsPanel: RecentEditsPanel,
    home.LockedPagesPanel: LockedPagesPanel,
    home.UserObjectsInWorkflowModerationPanel: UserObjectsInWorkflowModerationPanel,
}


def scope_panels(panels: list) -> None:
    """Put the scoped panels in the place of Wagtail's."""
    panels[:] = [SCOPED_PANELS[type(panel)]() if type(panel) in SCOPED_PANELS else panel for panel in panels]


def scope_summary(request, items: list) -> None:
    items[:] = [ExplorablePagesSummaryItem(request) if type(item) is PagesSummaryItem else item for item in items]
