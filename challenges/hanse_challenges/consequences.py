"""What becomes of questions when the cluster through which they were asked is suspended, reinstated or closed."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hanse_members.consequences import Change, Consequence, consequences

from .models import Question


def says(change: Change, number: int) -> str:
    if change == Change.REINSTATE:
        text = ngettext("%(number)d question is shown again.", "%(number)d questions are shown again.", number)
    else:
        text = ngettext("%(number)d question is no longer shown.", "%(number)d questions are no longer shown.", number)
    return text % {"number": number}


def register() -> None:
    consequences.register(
        Consequence(
            name="questions",
            label=_("Questions"),
            says=says,
            counts=lambda cluster: Question.objects.shown().filter(cluster=cluster).count(),
            order=45,
        )
    )
