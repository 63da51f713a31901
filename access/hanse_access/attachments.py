"""Storing and removing private attachments, so that neither a file without a row nor a row without a file stays."""

from __future__ import annotations

import logging
import weakref
from collections.abc import Iterable
from functools import partial
from typing import TypeVar

from django.core.files.base import File
from django.db import transaction

from .models import PrivateAttachment
from .models.attachments import private_storage, random_name
from .uploads import CleanUpload, accept_upload

logger = logging.getLogger(__name__)
Attachment = TypeVar("Attachment", bound=PrivateAttachment)


def store_attachment(attachment: Attachment, *, upload: File | CleanUpload, by) -> Attachment:
    """Save a new attachment with its file and, of an image, its smaller variants.

    ``attachment`` is unsaved and carries the fields of its own class. Raises ValidationError if the upload is refused.
    If anything fails later, the surrounding transaction included, the files are removed again.
    """
    clean = upload if isinstance(upload, CleanUpload) else accept_upload(upload)
    attachment.label = attachment.label or clean.label
    attachment.content_type = clean.content_type
    attachment.size, attachment.sha256 = clean.size, clean.sha256
    attachment.width, attachment.height = clean.width, clean.height
    attachment.uploaded_by = by
    with transaction.atomic():
        attachment.file.save(clean.label, clean.content, save=False)
        _discard_on_rollback(attachment.file.name)
        attachment.variants = [_store_variant(attachment, variant) for variant in clean.variants]
        attachment.save()
    return attachment


def _store_variant(attachment: PrivateAttachment, variant) -> dict:
    name = private_storage().save(random_name(attachment, ""), variant.content)
    _discard_on_rollback(name)
    return {"width": variant.width, "height": variant.height, "name": name, "size": variant.content.size}


class _UntilCommit:
    """Lives as long as the connection still intends to commit."""

    def __call__(self) -> None:
        self.finalizer.detach()


def _discard_on_rollback(name: str) -> None:
    """Remove the file if the transaction does not commit.

    Django has no hook for a rollback, but it drops the callbacks of ``on_commit`` then, savepoints included: a callback
    that goes away without having been called was rolled back. It comes before all others, as Django drops what stands
    behind a callback that raises, too, although the transaction is committed by then. What a crash leaves is swept up
    by ``attachment_jobs``.
    """
    until_commit = _UntilCommit()
    until_commit.finalizer = weakref.finalize(until_commit, discard_files, [name])
    until_commit.finalizer.atexit = False
    transaction.on_commit(until_commit)
    callbacks = transaction.get_connection().run_on_commit
    callbacks.insert(0, callbacks.pop())


def discard_files(names: Iterable[str]) -> None:
    """Remove files from the private storage. A file that cannot be removed now is left to the sweeping job."""
    for name in names:
        try:
            private_storage().delete(name)
        except Exception:  # storages raise what the services behind them raise
            logger.warning("A private file could not be removed and will be swept up later.")


def discard_files_of(sender, instance, **kwargs) -> None:
    """Receiver of post_delete: the files go once the row is gone for good."""
    if isinstance(instance, PrivateAttachment):
        transaction.on_commit(partial(discard_files, instance.file_names))
