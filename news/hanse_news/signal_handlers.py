from __future__ import annotations

import uuid

from django.utils import translation
from django.utils.translation import gettext as _
from wagtail.signals import post_page_move

from hanse_members.cluster_frame import cluster_page_of
from hanse_members.entry_pages import add_published
from hanse_members.signals import cluster_pages_created

from .models import NewsIndexPage, NewsPage

INDEX_SLUG = "news"


def make_index_pages(sender, cluster, pages, **kwargs) -> None:
    """Every new cluster gets a place for its news, in each language."""
    key = uuid.uuid4()
    for page in pages:
        with translation.override(page.locale.language_code):
            title = _("News")
        index = NewsIndexPage(
            title=title,
            slug=INDEX_SLUG,
            cluster=cluster,
            locale=page.locale,
            translation_key=key,
            show_in_menus=True,
        )
        add_published(page, index)


def follow_move(sender, instance, **kwargs) -> None:
    """A piece that is moved to another cluster has that one as its sender."""
    entry = cluster_page_of(instance)
    if entry is not None:
        NewsPage.objects.descendant_of(instance, inclusive=True).update(cluster=entry.cluster_id)


def connect() -> None:
    cluster_pages_created.connect(make_index_pages, dispatch_uid="hanse_news_index_pages")
    post_page_move.connect(follow_move, dispatch_uid="hanse_news_follow_move")
