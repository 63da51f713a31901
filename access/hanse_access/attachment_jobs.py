"""Removes what nobody needs: files without a row, and attachments that no page and no revision uses."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.utils import timezone
from wagtail.models import Revision

from . import conf
from .attachments import discard_files
from .models import PageAttachment, PrivateAttachment, attachment_models
from .models.attachments import private_storage
from .page_content import references
from .pages import scoped_content_type_ids

#: An upload in progress has a file before it has a row.
GRACE = timedelta(days=1)


def sweep_files() -> int:
    """Delete private files that belong to no row, as crashes leave them. Returns how many."""
    before = timezone.now() - GRACE
    return sum(_sweep(model, before) for model in attachment_models().values())


def _sweep(model: type[PrivateAttachment], before: datetime) -> int:
    folders = [f"{model.kind}/{folder}" for folder in _listed(model.kind)[0]]
    found = {f"{folder}/{name}" for folder in folders for name in _listed(folder)[1]}
    rows = model._default_manager.values_list("file", "variants").iterator()
    known = {name for file, variants in rows for name in (file, *(variant["name"] for variant in variants))}
    stray = [name for name in found - known if private_storage().get_modified_time(name) < before]
    discard_files(stray)
    return len(stray)


def _listed(path: str) -> tuple[list[str], list[str]]:
    try:
        return private_storage().listdir(path)
    except FileNotFoundError:
        return [], []


def remove_unused_attachments() -> int:
    """Delete attachments of pages that have been in no live page and in no revision for long. Returns how many."""
    before = timezone.now() - timedelta(days=conf.unused_attachment_days())
    unused = PageAttachment.objects.filter(uses=None, created__lt=before)
    candidates = set(unused.values_list("pk", flat=True))
    if candidates:
        candidates -= _in_revisions()
    for attachment in unused.filter(pk__in=candidates):
        attachment.delete()
    return len(candidates)


def _in_revisions() -> set[int]:
    revisions = Revision.objects.filter(content_type__in=scoped_content_type_ids()).order_by("pk")
    return {
        int(reference.pk)
        for revision in revisions.iterator(chunk_size=100)
        for reference in references(revision.as_object())
        if reference.model is PageAttachment
    }
