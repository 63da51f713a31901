"""Who sees the pages of a list in the administration, in the words of the site."""

from __future__ import annotations

from collections.abc import Iterable

from wagtail.models import Page

from .descriptions import AudienceDescription, describe, describe_audiences
from .models import PageAudience
from .pages import scoped_content_type_ids
from .scopes import PUBLIC
from .viewer import Viewer


def _known(viewer: Viewer) -> dict[int, AudienceDescription | None]:
    return {}


def page_audiences(viewer: Viewer, pages: Iterable[Page]) -> dict[int, AudienceDescription | None]:
    """Descriptions by the pages' numbers, kept on the viewer: constant queries for a whole list.

    Types that do not follow the rule are public. None for a hidden page, which a list may hold as a step on the way.
    """
    from .page_titles import hidden_on_the_way

    known = viewer.kept(_known)
    missing = {page.pk: page for page in pages if page.pk not in known}
    if missing:
        hidden = viewer.kept(hidden_on_the_way) if viewer.user is not None else frozenset()
        rows = dict(PageAudience.objects.filter(page__in=missing).values_list("page_id", "audience_id"))
        descriptions = describe_audiences(set(rows.values()), viewer)
        scoped = set(scoped_content_type_ids())
        for pk, page in missing.items():
            known[pk] = None
            if pk in rows and pk not in hidden:
                known[pk] = descriptions[rows[pk]]
            elif page.content_type_id not in scoped and not page.is_root():
                known[pk] = describe({PUBLIC}, viewer)
    return known
