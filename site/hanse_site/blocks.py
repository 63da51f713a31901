"""What home and standard pages are written with."""

from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.images.blocks import ImageBlock

from hanse_members.blocks import ClusterFiguresBlock
from hanse_news.blocks import LatestNewsBlock

TEXT_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "document-link", "hr"]


class PointBlock(blocks.StructBlock):
    """A heading with one or two sentences."""

    title = blocks.CharBlock(label=_("Heading"), max_length=80)
    text = blocks.TextBlock(label=_("Text"), max_length=400)


class TextBlocks(blocks.StreamBlock):
    """Running text, with pictures that have an alternative text or are marked as decoration."""

    text = blocks.RichTextBlock(label=_("Text"), features=TEXT_FEATURES, template="hanse_site/blocks/text.html")
    image = ImageBlock(label=_("Picture"), template="hanse_site/blocks/image.html")
    points = blocks.ListBlock(PointBlock(), label=_("Points side by side"), template="hanse_site/blocks/points.html")
    figures = ClusterFiguresBlock()
    news = LatestNewsBlock()
