"""The audience that a new page begins with."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db.models import Q
from wagtail.models import Page

from .models import Audience, PageAudience
from .scopes import EDITORS

_copied: ContextVar[int | None] = ContextVar("hanse_access_copied_page", default=None)


@contextmanager
def copying(page: Page) -> Generator[None]:
    """New pages made meanwhile are copies of this one."""
    token = _copied.set(page.pk)
    try:
        yield
    finally:
        _copied.reset(token)


def first_audience(page: Page, *, lock: bool = False) -> Audience:
    """Of a page without a row: that of its source or of its translations, else only the editors.

    ``lock`` for whoever creates the row: an audience that is just being changed is waited for, and one that is changed
    later finds the new page (``actions._locked_holders``).
    """
    rows = PageAudience.objects.select_for_update() if lock else PageAudience.objects.all()
    siblings = Q(page__translation_key=page.translation_key)
    for relatives in (Q(page=page.alias_of_id), Q(page=_copied.get()), siblings):
        row = rows.filter(relatives).order_by("page_id").first()
        if row is not None:
            return row.audience
    return Audience.objects.of([EDITORS])
