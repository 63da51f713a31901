"""Removes what nobody needs: files without a row, and attachments that no page and no revision uses."""

from __future__ import annotations

import json
import logging
import re
from datetime import datetime, timedelta

from django.utils import timezone
from wagtail.models import Revision

from . import conf
from .attachments import discard_files
from .models import PageAttachment, PrivateAttachment, attachment_models
from .models.attachments import private_storage
from .page_content import references
from .pages import scoped_content_type_ids

logger = logging.getLogger(__name__)

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
    count = 0
    unused = PageAttachment.objects.filter(uses=None, created__lt=before)
    candidates = set(unused.values_list("pk", flat=True))
    for attachment in unused.filter(pk__in=candidates - _in_revisions(candidates)):
        try:
            attachment.delete()
        except Exception:
            logger.exception("an unused private file could not be removed", extra={"attachment": attachment.pk})
        else:
            count += 1
    return count


def _in_revisions(candidates: set[int]) -> set[int]:
    """Those of the candidates that a revision refers to.

    Only revisions in whose text their numbers stand are made into pages. One that can no longer be read, since its
    model has changed, keeps them all: it may refer to them, and must not end the job.
    """
    revisions = Revision.objects.filter(content_type__in=scoped_content_type_ids()).order_by("pk")
    used: set[int] = set()
    for revision in revisions.iterator(chunk_size=100) if candidates else ():
        numbers = set(re.findall(r"\d+", json.dumps(revision.content)))
        possible = {pk for pk in candidates - used if str(pk) in numbers}
        if not possible:
            continue
        try:
            page = revision.as_object()
            used |= possible & {int(found.pk) for found in references(page) if found.model is PageAttachment}
        except Exception:  # whatever the blocks of an older model raise
            logger.exception("a revision could not be read", extra={"revision": revision.pk})
            used |= possible
    return used
