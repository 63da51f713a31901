"""StreamField blocks of news pages, and of pages that show news."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from hanse_access.blocks import PrivateFileBlock, PrivateImageBlock

#: no images, documents or embeds of Wagtail, whose files are readable by anybody
TEXT_FEATURES = ["bold", "italic", "link", "ol", "ul"]


class QuoteBlock(blocks.StructBlock):
    text = blocks.TextBlock(label=_("Quotation"), max_length=500, rows=3)
    source = blocks.CharBlock(label=_("Who said it"), max_length=120, required=False)

    class Meta:
        icon = "openquote"
        label = _("Quotation")
        template = "hanse_news/blocks/quote.html"


class LinkBlock(blocks.StructBlock):
    label = blocks.CharBlock(label=_("Words of the link"), max_length=120)
    url = blocks.URLBlock(label=_("Address"))

    class Meta:
        icon = "link"
        label = _("Link")


class LinkListBlock(blocks.StructBlock):
    heading = blocks.CharBlock(label=_("Heading"), max_length=120, required=False)
    links = blocks.ListBlock(LinkBlock(), min_num=1, max_num=12, label=_("Links"))

    class Meta:
        icon = "link"
        label = _("List of links")
        template = "hanse_news/blocks/links.html"


class NewsBodyBlock(blocks.StreamBlock):
    paragraph = blocks.RichTextBlock(features=TEXT_FEATURES, icon="pilcrow", label=_("Text"))
    heading = blocks.CharBlock(
        max_length=120, icon="title", label=_("Heading"), template="hanse_news/blocks/heading.html"
    )
    image = PrivateImageBlock()
    file = PrivateFileBlock()
    quote = QuoteBlock()
    links = LinkListBlock()


class LatestNewsBlock(blocks.StructBlock):
    """The newest pieces that the viewer may see, for home and standard pages."""

    heading = blocks.CharBlock(label=_("Heading"), max_length=120, required=False)
    number = blocks.IntegerBlock(label=_("How many"), min_value=1, max_value=12, default=5)

    class Meta:
        icon = "list-ul"
        label = _("Latest news")
        template = "hanse_news/blocks/latest.html"

    def get_context(self, value, parent_context=None):
        from .lists import latest

        context = super().get_context(value, parent_context)
        request = context.get("request")
        context["news"] = latest(request, value["number"]) if request is not None else []
        return context
