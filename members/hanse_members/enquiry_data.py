"""Enquiries as personal data."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from hanse_access.viewer import Viewer
from hanse_base.personal_data import ExportFile, PersonalData

from .models import Deputy, Enquiry, EnquiryMessage
from .subjects import name_subjects


def export(person) -> Iterator[ExportFile]:
    """The own questions with their whole thread; of those of others what the person wrote, without naming them."""
    own = list(Enquiry.objects.asked_by(person).select_related("cluster").prefetch_related("messages").order_by("pk"))
    name_subjects(own, Viewer.of(person))
    yield ExportFile(
        "enquiries.json",
        [
            {
                "cluster": enquiry.cluster.name,
                "about": enquiry.subject_title,
                "question": enquiry.text,
                "state": enquiry.state,
                "asked_at": enquiry.asked_at.isoformat(),
                "messages": [
                    {
                        "kind": message.kind,
                        "own": message.author_id == person.pk,
                        "text": message.text,
                        "at": message.at.isoformat(),
                    }
                    for message in enquiry.messages.all()
                ],
            }
            for enquiry in own
        ],
    )
    written = EnquiryMessage.objects.filter(author=person).exclude(enquiry__asker=person).order_by("pk")
    yield ExportFile("answers.json", list(written.values("kind", "text", "at")))
    stood_in = Deputy.objects.filter(Q(person=person) | Q(deputy=person)).select_related("cluster").order_by("pk")
    yield ExportFile(
        "deputies.json",
        [
            {
                "cluster": row.cluster.name,
                "role": "away" if row.person_id == person.pk else "deputy",
                "from": row.starts_on.isoformat(),
                "until": row.ends_on.isoformat(),
            }
            for row in stood_in
        ],
    )


def erase(person) -> None:
    """The own questions go with their threads: nobody is left to answer. Answers to others stay, without the name."""
    Enquiry.objects.asked_by(person).delete()
    Deputy.objects.filter(Q(person=person) | Q(deputy=person)).delete()


enquiries = PersonalData(
    name="enquiries",
    label=_("Enquiries to the management"),
    models=("hanse_members.Enquiry", "hanse_members.EnquiryMessage", "hanse_members.Deputy"),
    export=export,
    erase=erase,
    order=22,
)
