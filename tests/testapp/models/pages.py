from wagtail import blocks
from wagtail.admin.panels import FieldPanel
from wagtail.contrib.typed_table_block.blocks import TypedTableBlock
from wagtail.documents.blocks import DocumentChooserBlock
from wagtail.embeds.blocks import EmbedBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.images.blocks import ImageChooserBlock
from wagtail.models import Page

from hanse_access.blocks import PrivateFileBlock, PrivateImageBlock
from hanse_access.page_forms import audience_panel
from hanse_access.pages import ScopedPageMixin


class OpenTestPage(Page):
    """A page type that does not follow the rule: public while it is live."""

    template = "testapp/page.html"


class ScopedTestPage(ScopedPageMixin, Page):
    """A page type that follows the rule, with every kind of content that could leave it by another way."""

    intro = RichTextField(blank=True)
    body = StreamField(
        [
            ("text", blocks.RichTextBlock()),
            ("page", blocks.PageChooserBlock()),
            ("image", ImageChooserBlock()),
            ("document", DocumentChooserBlock()),
            ("private_image", PrivateImageBlock()),
            ("private_file", PrivateFileBlock()),
            ("embed", EmbedBlock()),
            ("list", blocks.ListBlock(blocks.StructBlock([("image", ImageChooserBlock(required=False))]))),
            ("table", TypedTableBlock([("text", blocks.RichTextBlock()), ("embed", EmbedBlock(required=False))])),
        ],
        blank=True,
    )
    template = "testapp/page.html"
    content_panels = [*Page.content_panels, audience_panel(), FieldPanel("intro"), FieldPanel("body")]
