"""What the content of a page refers to: other pages, private files, and media that would be readable by anybody."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model
from django.utils.translation import gettext_lazy as _
from wagtail.blocks import ListBlock, RichTextBlock, StreamBlock, StructBlock
from wagtail.blocks.base import Block
from wagtail.contrib.typed_table_block.blocks import BaseTypedTableBlock
from wagtail.documents import get_document_model
from wagtail.embeds.blocks import EmbedBlock
from wagtail.fields import RichTextField, StreamField
from wagtail.images import get_image_model
from wagtail.models import Page, ReferenceIndex

PUBLIC_MEDIA_ERROR = _(
    "Images, documents and embedded media of the public library can be opened by anybody who has their address. On a "
    "page that is not public, please use private images and files."
)
_EMBED_IN_RICH_TEXT = 'embedtype="media"'


class Reference(NamedTuple):
    """``field`` is the field of the page, where a form shows its errors."""

    field: str
    model: type[Model]
    pk: str


def references(page: Page) -> list[Reference]:
    """Everything that fields, blocks, rich text and inline children of this instance refer to, as it is in memory."""
    found = []
    for content_type_id, pk, _model_path, content_path in ReferenceIndex._extract_references_from_object(page):
        model = ContentType.objects.get_for_id(content_type_id).model_class()
        if model is not None:
            found.append(Reference(content_path.partition(".")[0], model, pk))
    return found


def fields_with_public_media(page: Page) -> set[str]:
    """Fields with Wagtail images, documents or embeds. Those are handed out by address, whoever sees the page."""
    media = (get_image_model(), get_document_model())
    fields = {reference.field for reference in references(page) if issubclass(reference.model, media)}
    return fields | {field.name for field in page._meta.get_fields() if _has_embed(page, field)}


def _has_embed(page: Page, field: Any) -> bool:
    if isinstance(field, RichTextField):
        return _EMBED_IN_RICH_TEXT in (getattr(page, field.name) or "")
    if isinstance(field, StreamField):
        return any(_is_embed(block, value) for block, value in _leaves(field.stream_block, getattr(page, field.name)))
    return False


def _is_embed(block: Block, value: Any) -> bool:
    if isinstance(block, EmbedBlock):
        return bool(value)
    return isinstance(block, RichTextBlock) and _EMBED_IN_RICH_TEXT in (value.source if value else "")


def _leaves(block: Block, value: Any) -> Iterator[tuple[Block, Any]]:
    if not value:
        return
    if isinstance(block, StructBlock):
        for name, child in block.child_blocks.items():
            yield from _leaves(child, value.get(name))
    elif isinstance(block, StreamBlock):
        for child in value:
            yield from _leaves(child.block, child.value)
    elif isinstance(block, ListBlock):
        for child in value:
            yield from _leaves(block.child_block, child)
    elif isinstance(block, BaseTypedTableBlock):
        for row in value.row_data:
            for column, cell in zip(value.columns, row["values"], strict=True):
                yield from _leaves(column["block"], cell)
    else:
        yield block, value
