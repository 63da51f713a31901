"""Keeps one audience row beside every scoped page, and Wagtail's own idea of private pages in step with the rule."""

from __future__ import annotations

import functools
from contextvars import ContextVar

from django.db.models import Q
from django.db.models.signals import post_delete, post_save
from wagtail.actions.copy_page import CopyPageAction
from wagtail.permissions import register_permission_policy
from wagtail.query import PageQuerySet

from . import attachment_uses, attachments
from .attachment_policies import PageAttachmentPolicy
from .models import Audience, PageAttachment, PageAudience
from .pages import ScopedPageMixin, closed_page_ids
from .scopes import EDITORS

_copied: ContextVar[int | None] = ContextVar("hanse_access_copied_page", default=None)


def give_audience(sender, instance, created: bool, raw: bool = False, **kwargs) -> None:
    """A new scoped page gets its row in the transaction that saves it. Loaded fixtures bring their own."""
    if not created or raw or not isinstance(instance, ScopedPageMixin):
        return
    PageAudience.objects.create(page_id=instance.pk, audience=first_audience(instance))


def first_audience(page: ScopedPageMixin) -> Audience:
    """Of a page without a row: that of its source or of its translations, else only the editors."""
    siblings = Q(page__translation_key=page.translation_key)
    for relatives in (Q(page=page.alias_of_id), Q(page=_copied.get()), siblings):
        row = PageAudience.objects.filter(relatives).select_related("audience").order_by("page_id").first()
        if row is not None:
            return row.audience
    return Audience.objects.of([EDITORS])


def copy_audiences() -> None:
    """Let a copy be seen by whom the original is seen, wherever Wagtail copies a page."""
    copy_page = CopyPageAction._copy_page

    @functools.wraps(copy_page)
    def copy_with_audience(self, page, *args, **kwargs):
        token = _copied.set(page.pk)
        try:
            return copy_page(self, page, *args, **kwargs)
        finally:
            _copied.reset(token)

    CopyPageAction._copy_page = copy_with_audience


def close_private_pages() -> None:
    """Make Wagtail's ``private_q`` answer for the rule too: sitemap, ``public()`` and search close by it."""
    private_q = PageQuerySet.private_q

    @functools.wraps(private_q)
    def private_or_closed_q(self):
        return private_q(self) | Q(pk__in=closed_page_ids())

    PageQuerySet.private_q = private_or_closed_q


def connect() -> None:
    """Called once, from ``AppConfig.ready()``."""
    register_permission_policy(PageAttachment, PageAttachmentPolicy(PageAttachment))
    post_save.connect(give_audience, dispatch_uid="hanse_access.give_audience")
    post_save.connect(attachment_uses.follow_content, dispatch_uid="hanse_access.follow_content")
    post_delete.connect(attachments.discard_files_of, dispatch_uid="hanse_access.discard_files_of")
    copy_audiences()
    close_private_pages()
