"""Wagtail's acts on a part of the tree, and what is left of them: they stop at pages for circles that one is not in.

Acts walk from page to page without asking who may know of each, and whoever copies a page owns the copy.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

from django.apps import apps
from django.db.models import QuerySet
from wagtail.actions.copy_page import CopyPageAction
from wagtail.actions.create_alias import CreatePageAliasAction
from wagtail.actions.delete_page import DeletePageAction
from wagtail.admin.views.pages.bulk_actions.page_bulk_action import PageBulkAction
from wagtail.log_actions import log
from wagtail.models import Page

from .page_closed import closed_ids, closed_people, is_closed_to, viewer_for
from .page_explorer import own_pages
from .page_titles import number_of
from .viewer import current_viewer


def stop_at_closed_pages() -> None:
    """Called once, from ``AppConfig.ready()``."""
    CopyPageAction._copy_page = _with_open_children(CopyPageAction._copy_page)
    CreatePageAliasAction._create_alias = _with_open_children(CreatePageAliasAction._create_alias)
    PageBulkAction.get_all_objects_in_listing_query = _of_own_pages(PageBulkAction.get_all_objects_in_listing_query)
    DeletePageAction.log_deletion = _without_title(DeletePageAction.log_deletion)
    if apps.is_installed("wagtail_localize"):
        from wagtail_localize.operations import TranslationCreator

        TranslationCreator.create_translations = _of_open_pages(TranslationCreator.create_translations)


def _with_open_children(copy: Callable) -> Callable:
    @functools.wraps(copy)
    def copy_open(self, page, *args, **kwargs):
        children = page.get_children
        if self.user is not None and not self.user.is_superuser:
            closed = viewer_for(self.user).kept(closed_ids)
            page.get_children = lambda: children().exclude(pk__in=closed)
        try:
            return copy(self, page, *args, **kwargs)
        finally:
            page.__dict__.pop("get_children", None)

    return copy_open


def _of_own_pages(all_in_listing: Callable) -> Callable:
    """Wagtail takes "all below a page" from the tree."""

    @functools.wraps(all_in_listing)
    def own_in_listing(self, parent_id):
        numbers = all_in_listing(self, parent_id)
        if not isinstance(numbers, QuerySet):
            numbers = list(numbers)  # found by a search
        return own_pages(current_viewer()).filter(pk__in=numbers).values_list("pk", flat=True)

    return own_in_listing


def _without_title(log_deletion: Callable) -> Callable:
    """What is left of a page for a closed circle is read by people who were in none."""

    @functools.wraps(log_deletion)
    def log_number(self, page):
        if closed_people(page) is None:
            log_deletion(self, page)
        else:
            log(instance=page, action="wagtail.delete", user=self.user, deleted=True, title=number_of(page))

    return log_number


def _of_open_pages(create: Callable) -> Callable:
    """wagtail-localize submits a page with all below it."""

    @functools.wraps(create)
    def create_for_open(self, instance, *args, **kwargs):
        if not (isinstance(instance, Page) and is_closed_to(self.user, instance)):
            create(self, instance, *args, **kwargs)

    return create_for_open
