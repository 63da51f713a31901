"""What the extraction adds to the shared surfaces: a timed job, and personal data."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.utils.translation import gettext_lazy as _

from hanse_base.jobs import TimedJob, jobs
from hanse_base.personal_data import ExportFile, PersonalData, personal_data

from .files import read_waiting, text_files
from .models import FileText


def export(person) -> Iterable[ExportFile]:
    """What was read out of the files that the person brought. The files come with the plugins that keep them."""
    for kind in text_files:
        brought = kind.model._default_manager.filter(uploaded_by=person).values("uuid")
        texts = FileText.objects.filter(uuid__in=brought).order_by("pk")
        yield ExportFile(f"{kind.name}.json", list(texts.values("uuid", "outcome", "text", "read_at")))


def erase(person) -> None:
    """A text goes with its file, and stays with one that stays."""


def register() -> None:
    personal_data.register(
        PersonalData(
            name="file_texts",
            label=_("Words of files, for the search"),
            models=("hanse_search.FileText",),
            export=export,
            erase=erase,
            order=45,
        )
    )
    jobs.register(
        TimedJob(
            name="search.read_files",
            label=_("Read the words of files that wait for it"),
            every=timedelta(minutes=10),
            run=read_waiting,
        )
    )
