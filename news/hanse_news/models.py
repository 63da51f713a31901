from __future__ import annotations

import datetime

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail.search import index

from hanse_access.blocks import PrivateImageBlock
from hanse_access.page_forms import audience_panel
from hanse_access.pages import ScopedPageMixin, shown_page_q, viewer_of
from hanse_access.scopes import EDITORS, Scope
from hanse_access.viewer import Viewer
from hanse_members.cluster_frame import cluster_frame, cluster_page_of
from hanse_members.first_contact import first_contact_of
from hanse_members.models import Cluster
from hanse_members.models.pages import TITLE_PANEL, FixedPageMixin

from .blocks import NewsBodyBlock
from .querysets import NewsPageManager
from .slugs import random_slug, says_nothing

SEARCH_ENGINES = MultiFieldPanel([FieldPanel("seo_title"), FieldPanel("search_description")], _("Search engines"))


def today():
    return timezone.localdate()


class NewsIndexPage(FixedPageMixin, Page):
    """The news of one cluster, at /<language>/c/<slug>/news/. Made with the cluster's entry pages."""

    cluster = models.ForeignKey(
        Cluster, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("cluster")
    )

    is_creatable = False
    content_panels = [TITLE_PANEL]
    promote_panels = [SEARCH_ENGINES]
    parent_page_types = ["hanse_members.ClusterPage"]
    subpage_types = ["hanse_news.NewsPage"]
    template = "hanse_news/news_index_page.html"

    class Meta:
        verbose_name = _("news of a cluster")
        verbose_name_plural = _("news of clusters")

    @classmethod
    def shown_q(cls, now, prefix=""):
        return shown_page_q(now, prefix) & Cluster.objects.active_q(f"{prefix}cluster__")

    def serve(self, request, *args, **kwargs):
        from .lists import ClusterNewsList, news_of

        context = self.get_context(request, *args, **kwargs)
        pieces = news_of(self.cluster, viewer_of(request))
        return ClusterNewsList(request, pieces).render(self.get_template(request), context)

    def get_context(self, request, *args, **kwargs):
        from .editing import add_url
        from .feeds import feed_url

        return {
            **super().get_context(request, *args, **kwargs),
            **cluster_frame(self, request),
            "add_url": add_url(self, request.user),
            "feed_url": feed_url(self.locale.language_code, self.cluster),
        }


class NewsPage(ScopedPageMixin, Page):
    """A piece of news. Its sender is the cluster in whose tree it stands; its address says nothing about it."""

    cluster = models.ForeignKey(
        Cluster, on_delete=models.PROTECT, related_name="+", editable=False, verbose_name=_("sender")
    )
    date = models.DateField(
        _("date"),
        default=today,
        db_index=True,
        validators=[MinValueValidator(datetime.date(1900, 1, 1)), MaxValueValidator(datetime.date(2999, 12, 31))],
    )
    teaser = models.TextField(
        _("summary"), max_length=300, help_text=_("One or two sentences. Lists and feeds show them.")
    )
    lead_image = StreamField(
        [("image", PrivateImageBlock())],
        max_num=1,
        blank=True,
        verbose_name=_("lead image"),
        help_text=_("Seen by whoever sees the piece, and by nobody else."),
    )
    body = StreamField(NewsBodyBlock(required=False), blank=True, verbose_name=_("content"))

    objects = NewsPageManager()

    content_panels = [
        TITLE_PANEL,
        FieldPanel("teaser"),
        FieldPanel("body"),
        audience_panel(),
        FieldPanel("lead_image"),
        FieldPanel("date"),
    ]
    promote_panels = [SEARCH_ENGINES]
    parent_page_types = ["hanse_news.NewsIndexPage"]
    subpage_types: list[str] = []
    search_fields = [*Page.search_fields, index.SearchField("teaser"), index.SearchField("body")]
    template = "hanse_news/news_page.html"

    class Meta:
        verbose_name = _("piece of news")
        verbose_name_plural = _("news")

    def save(self, *args, **kwargs):
        self._derive()
        super().save(*args, **kwargs)

    def full_clean(self, *args, **kwargs):
        self._derive()
        super().full_clean(*args, **kwargs)

    @classmethod
    def shown_q(cls, now, prefix=""):
        """As any page; besides, the sender takes part in the platform."""
        return super().shown_q(now, prefix) & Cluster.objects.active_q(f"{prefix}cluster__")

    @classmethod
    def default_scopes(cls, user, parent):
        """The own cluster, for its members; others begin with the editors only."""
        own = Scope("cluster", parent.specific.cluster_id)
        return {own} if Viewer.of(user).holds(*own) else {EDITORS}

    def home_scope(self):
        return Scope("cluster", self.cluster_id)

    def get_context(self, request, *args, **kwargs):
        from .feeds import feed_url
        from .lists import related

        return {
            **super().get_context(request, *args, **kwargs),
            **cluster_frame(self, request),
            "feed_url": feed_url(self.locale.language_code, self.cluster),
            "related": related(self, viewer_of(request)),
            "first_contact": first_contact_of([self.cluster], about=self, viewer=viewer_of(request)),
            "may_edit": self.permissions_for_user(request.user).can_edit(),
        }

    def _derive(self) -> None:
        """The sender from the tree, and an address that was made here. Waits until the parent is known."""
        if not says_nothing(self.slug):
            self.slug = random_slug()
        entry = cluster_page_of(self) if self.path else None
        if entry is not None:
            self.cluster = entry.cluster
