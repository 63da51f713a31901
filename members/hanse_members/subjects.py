"""What an enquiry can be about: each plugin registers its kinds in ``AppConfig.ready()``."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils.translation import gettext as _

from hanse_access.proposals import address_of
from hanse_base.registry import Registry

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

    from hanse_access.viewer import Viewer

    from .models import Cluster, Enquiry


@dataclass(frozen=True)
class Subject:
    """One kind of thing that people ask the management about.

    ``name`` (at most 20 characters) stands in addresses and rows. ``visible(viewer)`` are the rows that the viewer may
    see now: of a scoped model ``visible_to(viewer)``. ``key`` is the field that names a row in an address and tells
    nothing. ``clusters(row)`` are the active clusters whose management answers, the nearest first. ``hidden`` is said
    to a reader who may not see the row.
    """

    name: str
    label: Any
    model: type[Model]
    key: str
    visible: Callable[[Viewer], QuerySet]
    clusters: Callable[[Any], Iterable[Cluster]]
    hidden: Any
    order: int = 100

    def find(self, key: str, viewer: Viewer) -> Any:
        """The row with this key as the viewer sees it, or None: hidden and missing are the same."""
        if "\x00" in key:  # PostgreSQL refuses to look for it
            return None
        try:
            return self.visible(viewer).filter(**{self.key: key}).first()
        except (ValidationError, ValueError, OverflowError):
            return None


subjects: Registry[Subject] = Registry()


def ask_url(row: Any) -> str:
    """Where one asks about this row; "" for what nobody registered."""
    subject = next((each for each in subjects if isinstance(row, each.model)), None)
    if subject is None:
        return ""
    return reverse("hanse_members:ask", args=[subject.name, getattr(row, subject.key)])


def name_subjects(enquiries: Collection[Enquiry], viewer: Viewer) -> None:
    """Give each enquiry ``subject_title`` and ``subject_url`` as this viewer may read them: one query a kind."""
    for enquiry in enquiries:
        enquiry.subject_title, enquiry.subject_url = _("Something that is not known here any more"), ""
    for subject in subjects:
        own = [enquiry for enquiry in enquiries if enquiry.subject_kind == subject.name]
        seen = subject.visible(viewer).in_bulk({enquiry.subject_id for enquiry in own}) if own else {}
        for enquiry in own:
            enquiry.subject_title = str(subject.hidden)
            if row := seen.get(enquiry.subject_id):
                enquiry.subject_title = str(row)
                enquiry.subject_url = address_of(row)
