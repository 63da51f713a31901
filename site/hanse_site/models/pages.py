from typing import Any

from django.db import models
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import StreamField
from wagtail.models import Page
from wagtail_localize.fields import SynchronizedField

from hanse_members.directory import directory_entries
from hanse_news.feeds import feed_url
from hanse_news.lists import latest
from hanse_site.blocks import TextBlocks

NEWS_SHOWN = 4


class HomePage(Page):
    """The entry to the platform in one language. What plugins add comes below the text."""

    kicker = models.CharField(_("line above the heading"), max_length=120, blank=True)
    heading = models.CharField(_("heading"), max_length=160)
    lead = models.TextField(_("introduction"), max_length=500, blank=True)
    body = StreamField(TextBlocks(), verbose_name=_("text"), blank=True)

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(["kicker", "heading", "lead"], heading=_("Head of the page")),
        FieldPanel("body"),
    ]
    parent_page_types = ["wagtailcore.Page"]
    template = "hanse_site/home_page.html"

    def get_context(self, request: HttpRequest, *args: Any, **kwargs: Any) -> dict[str, Any]:
        """With the clusters and the newest news that the reader may see."""
        context = super().get_context(request, *args, **kwargs)
        return {
            **context,
            "clusters": directory_entries(self.locale),
            "feed_url": feed_url(self.locale.language_code),
            "news": latest(request, NEWS_SHOWN),
        }

    class Meta:
        verbose_name = _("home page")
        verbose_name_plural = _("home pages")


class StandardPage(Page):
    """A plain public page, such as the imprint."""

    lead = models.TextField(_("introduction"), max_length=500, blank=True)
    body = StreamField(TextBlocks(), verbose_name=_("text"))
    show_in_footer = models.BooleanField(
        _("show in the footer"),
        default=False,
        help_text=_("Imprint, privacy and accessibility belong there: every page then leads to them."),
    )

    content_panels = [*Page.content_panels, "lead", "body"]
    promote_panels = [*Page.promote_panels, "show_in_footer"]
    override_translatable_fields = [SynchronizedField("show_in_footer")]
    parent_page_types = ["hanse_site.HomePage", "hanse_site.StandardPage"]
    subpage_types = ["hanse_site.StandardPage"]
    template = "hanse_site/standard_page.html"

    class Meta:
        verbose_name = _("standard page")
        verbose_name_plural = _("standard pages")
