"""Keeps one audience row beside every scoped page, and Wagtail's own idea of private pages in step with the rule."""

from __future__ import annotations

import functools

from django.db import transaction
from django.db.models import Q
from django.db.models.signals import post_delete, post_save
from wagtail.actions.copy_page import CopyPageAction
from wagtail.models import AbstractPage
from wagtail.permissions import register_permission_policy
from wagtail.query import PageQuerySet

from . import (
    attachment_uses,
    attachments,
    page_acts,
    page_ends,
    page_explorer,
    page_links,
    page_mails,
    page_reports,
    page_submissions,
    page_titles,
    page_translations,
    page_usage,
)
from .attachment_policies import PageAttachmentPolicy
from .models import PageAttachment, PageAudience
from .page_births import copying, first_audience
from .page_closed import ScopedPagePolicy
from .pages import ScopedPageMixin, can_be_closed, closed_page_ids


def give_audience(sender, instance, created: bool, raw: bool = False, **kwargs) -> None:
    """A new scoped page gets its row in the transaction that saves it. Loaded fixtures bring their own."""
    if not created or raw or not isinstance(instance, ScopedPageMixin):
        return
    with transaction.atomic():
        PageAudience.objects.create(page_id=instance.pk, audience=first_audience(instance, lock=True))


def copy_audiences() -> None:
    """Let a copy be seen by whom the original is seen, wherever Wagtail copies a page."""
    copy_page = CopyPageAction._copy_page

    @functools.wraps(copy_page)
    def copy_with_audience(self, page, *args, **kwargs):
        with copying(page):
            return copy_page(self, page, *args, **kwargs)

    CopyPageAction._copy_page = copy_with_audience


def close_private_pages() -> None:
    """Make Wagtail's ``private_q`` answer for the rule too: sitemap, ``public()`` and search close by it."""
    private_q = PageQuerySet.private_q

    @functools.wraps(private_q)
    def private_or_closed_q(self):
        # Queries of a type that nothing closes are on every page, such as the links of the footer.
        return private_q(self) | Q(pk__in=closed_page_ids()) if can_be_closed(self.model) else private_q(self)

    PageQuerySet.private_q = private_or_closed_q


def connect() -> None:
    """Called once, from ``AppConfig.ready()``."""
    register_permission_policy(AbstractPage, ScopedPagePolicy())
    register_permission_policy(PageAttachment, PageAttachmentPolicy(PageAttachment))
    post_save.connect(give_audience, dispatch_uid="hanse_access.give_audience")
    post_save.connect(attachment_uses.follow_content, dispatch_uid="hanse_access.follow_content")
    post_delete.connect(attachments.discard_files_of, dispatch_uid="hanse_access.discard_files_of")
    page_ends.connect()
    page_translations.connect()
    copy_audiences()
    page_links.hide_chosen_pages()
    page_mails.tell_those_with_a_stake()
    page_titles.tell_known_titles()
    page_explorer.offer_own_histories()
    page_acts.stop_at_closed_pages()
    page_reports.narrow_reports()
    page_submissions.narrow_translations()
    page_usage.tell_own_usage()
    close_private_pages()
