"""No enquiry is forgotten: who is in charge is reminded, then the whole management, and the asker is told."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from hanse_activity.actions import notify

from .enquiry_notifications import in_charge, managers_of
from .models import Enquiry

#: after so long without an answer: who is in charge; everybody, and the asker hears that it is still open
STEPS = (timedelta(days=3), timedelta(days=7))


def remind_of_enquiries() -> int:
    """Timed job. Returns the number of enquiries that somebody was reminded of."""
    now = timezone.now()
    return sum(_remind_all(step, now) for step in range(len(STEPS), 0, -1))


def _remind_all(step: int, now: datetime) -> int:
    due = Enquiry.objects.unanswered().filter(waiting_since__lte=now - STEPS[step - 1], reminded__lt=step)
    return sum(_remind(pk, step, now) for pk in due.order_by("waiting_since").values_list("pk", flat=True))


@transaction.atomic
def _remind(pk: int, step: int, now: datetime) -> bool:
    """One step of one enquiry, once: the row says that it was done, in the transaction in which it is."""
    due = Enquiry.objects.unanswered().filter(pk=pk, waiting_since__lte=now - STEPS[step - 1], reminded__lt=step)
    enquiry = due.select_for_update(of=("self",)).select_related("cluster", "asker").first()
    if enquiry is None:
        return False
    enquiry.reminded = step
    enquiry.save(update_fields=["reminded"])
    last = step == len(STEPS)
    recipients = managers_of(enquiry) if last else in_charge(enquiry)
    notify("enquiries.reminder", about=enquiry, recipients=recipients, days=enquiry.days_waiting(now))
    if last:
        notify("enquiries.still_open", about=enquiry, recipients=[enquiry.asker])
    return True
