"""Which files are read, and when: plugins register their attachments here."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Left
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from hanse_access.models import PrivateAttachment
from hanse_base.registry import Registry

from .extract import Extract, ExtractionFailed, extract, extracts
from .models import FileText
from .readers import READERS

logger = logging.getLogger(__name__)

#: how many files a run of the timed job takes on
BATCH = 500


@dataclass(frozen=True)
class TextFiles:
    """A kind of attachment whose text is found. ``readable`` narrows it to those that a program may open now."""

    model: type[PrivateAttachment]
    readable: Callable[[], Q] = Q
    order: int = 100

    @property
    def name(self) -> str:
        return self.model.kind

    def rows(self) -> QuerySet:
        return self.model._default_manager.filter(self.readable(), content_type__in=READERS)


text_files: Registry[TextFiles] = Registry()


def register_text_files(kind: TextFiles) -> None:
    """For ``AppConfig.ready()``: from now on, files of this kind are read when they are stored."""
    text_files.register(kind)
    post_save.connect(_stored, sender=kind.model, dispatch_uid=f"hanse_search_{kind.name}_stored")
    post_delete.connect(_deleted, sender=kind.model, dispatch_uid=f"hanse_search_{kind.name}_deleted")


def _stored(sender, instance: PrivateAttachment, created: bool = False, raw: bool = False, **kwargs) -> None:
    if created and not raw and extracts(instance.content_type):
        FileText.objects.create(uuid=instance.uuid, kind=instance.kind)
        read_soon(instance)


def _deleted(sender, instance: PrivateAttachment, **kwargs) -> None:
    FileText.objects.filter(uuid=instance.uuid).delete()


def read_soon(attachment: PrivateAttachment) -> None:
    """Have this file read after the transaction, if it still waits for that."""
    from .tasks import read_file

    transaction.on_commit(partial(read_file.enqueue, str(attachment.uuid)))


def text_of(attachment: PrivateAttachment) -> FileText | None:
    """What was read, or None for a file that has no text or is not known yet."""
    return FileText.objects.filter(uuid=attachment.uuid).first()


def beginnings(uuids: Iterable[UUID], most: int) -> dict[UUID, str]:
    """What was read of these attachments, cut after ``most`` characters. Those without words are missing. One query."""
    rows = FileText.objects.filter(uuid__in=list(uuids)).exclude(text="").annotate(beginning=Left("text", most))
    return dict(rows.values_list("uuid", "beginning"))


def read(waiting: FileText) -> None:
    """Read one file now, if it is due and may be opened. What goes wrong counts as a try and is tried again later."""
    rows = text_files[waiting.kind].rows()
    attachment = rows.filter(uuid=waiting.uuid).first()
    if attachment is None or not waiting.claim():
        return
    try:
        with attachment.file.open("rb") as file:
            found = extract(file, attachment.content_type)
    except (ExtractionFailed, OSError) as problem:
        logger.warning("a file could not be read", extra={"file": waiting.pk, "problem": type(problem).__name__})
        return
    except Exception:  # storages raise what the services behind them raise
        logger.exception("a file could not be opened", extra={"file": waiting.pk})
        return
    _keep(waiting, attachment, found)


@transaction.atomic
def _keep(waiting: FileText, attachment: PrivateAttachment, found: Extract) -> None:
    """Under the lock of the attachment, so that no text stays of a file that is deleted meanwhile."""
    if not type(attachment)._default_manager.select_for_update().filter(pk=attachment.pk).exists():
        return
    FileText.objects.filter(pk=waiting.pk, outcome="").update(
        outcome=found.outcome, text=found.text, read_at=timezone.now()
    )


def read_waiting() -> int:
    """Timed job: take on files from before, and those whose reading failed. Returns their number."""
    return sum(_take_on(kind) for kind in text_files)


def _take_on(kind: TextFiles) -> int:
    from .tasks import read_file

    known = FileText.objects.filter(uuid=OuterRef("uuid"))
    missing = kind.rows().filter(~Exists(known)).order_by("pk").values_list("uuid", flat=True)[:BATCH]
    FileText.objects.bulk_create([FileText(uuid=uuid, kind=kind.name) for uuid in missing], ignore_conflicts=True)
    due = FileText.objects.due().filter(kind=kind.name, uuid__in=kind.rows().values("uuid"))
    uuids = list(due.order_by("due_at").values_list("uuid", flat=True)[:BATCH])
    for uuid in uuids:
        read_file.enqueue(str(uuid))
    return len(uuids)
