"""Which pages use which attachments: exactly those whose live content refers to them."""

from __future__ import annotations

from wagtail.fields import StreamField
from wagtail.models import Page

from .models import PageAttachment
from .page_content import Reference, references
from .pages import ScopedPageMixin

Use = PageAttachment.uses.through


def follow_content(sender, instance, raw: bool = False, update_fields=None, **kwargs) -> None:
    """Receiver of post_save: the row of a page is its live content.

    A save of some fields only is done by Wagtail on instances that hold a draft in memory; the row is read again then,
    so that a draft never opens a file.
    """
    # A page as the tree knows it has none of the content of its type.
    if raw or not isinstance(instance, Page) or type(instance) is Page:
        return
    if update_fields is None:
        record_uses(instance)
    elif set(update_fields) & _content_fields(type(instance)):
        record_uses(type(instance)._base_manager.get(pk=instance.pk))


def record_uses(page: Page) -> None:
    """Open the attachments in the content of this instance by the page, and close those that are no longer in it."""
    found = references(page) if isinstance(page, ScopedPageMixin) else streamed(page)
    wanted = {int(reference.pk) for reference in found if reference.model is PageAttachment}
    present = set(Use.objects.filter(page=page.pk).values_list("pageattachment_id", flat=True))
    if gone := present - wanted:
        Use.objects.filter(page=page.pk, pageattachment__in=gone).delete()
    if new := wanted - present:
        existing = PageAttachment.objects.filter(pk__in=new).values_list("pk", flat=True)
        Use.objects.bulk_create([Use(page_id=page.pk, pageattachment_id=pk) for pk in existing], ignore_conflicts=True)


def streamed(page: Page) -> list[Reference]:
    """What the blocks of an open page refer to. It takes private files nowhere else, so no children are asked for."""
    fields = [field for field in page._meta.local_fields if isinstance(field, StreamField)]
    return [
        Reference(field.name, model, pk)
        for field in fields
        for model, pk, _model_path, _content_path in field.extract_references(getattr(page, field.name))
    ]


def _content_fields(model: type[Page]) -> set[str]:
    return {field.name for field in model._meta.local_fields} - {"page_ptr"}
