"""StreamField blocks whose files obey the rule of the page they stand on."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.blocks.struct_block import StructBlockValidationError

from .models import PageAttachment


class AttachmentChooserBlock(blocks.ChooserBlock):
    """A private file of pages."""

    target_model = PageAttachment

    def __init__(self, images_only: bool = False, **kwargs):
        self.images_only = images_only
        super().__init__(**kwargs)

    @cached_property
    def widget(self):
        from .attachment_viewsets import AttachmentChooser

        return AttachmentChooser(images_only=self.images_only)

    def clean(self, value):
        value = super().clean(value)
        if value is not None and self.images_only and not value.is_image:
            raise ValidationError(_("Please choose an image."))
        return value

    class Meta:
        icon = "doc-full"


class PrivateImageBlock(blocks.StructBlock):
    """An image with its alternative text, seen by whoever sees the page."""

    image = AttachmentChooserBlock(images_only=True, label=_("Image"))
    alt_text = blocks.CharBlock(
        required=False,
        max_length=250,
        label=_("Alternative text"),
        help_text=_("What the image shows, for people who cannot see it."),
    )
    decorative = blocks.BooleanBlock(
        required=False,
        label=_("Only decoration"),
        help_text=_("The image says nothing that the text does not say; screen readers skip it."),
    )
    caption = blocks.CharBlock(required=False, max_length=250, label=_("Caption"))

    def clean(self, value):
        cleaned = super().clean(value)
        if not cleaned["decorative"] and not cleaned["alt_text"].strip():
            message = _("Please describe the image, or mark it as decoration.")
            raise StructBlockValidationError(block_errors={"alt_text": ValidationError(message, code="required")})
        return cleaned

    class Meta:
        icon = "image"
        label = _("Image")
        template = "hanse_access/blocks/image.html"


class PrivateFileBlock(blocks.StructBlock):
    """A file to download, for whoever sees the page."""

    file = AttachmentChooserBlock(label=_("File"))
    title = blocks.CharBlock(
        required=False, max_length=150, label=_("Title"), help_text=_("Empty: the name of the file.")
    )

    class Meta:
        icon = "doc-full"
        label = _("File")
        template = "hanse_access/blocks/file.html"
