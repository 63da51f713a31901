"""Once a year people are asked whether their profile, and the organisation they look after, are still right.

Where nobody looks after an organisation nobody is asked: a table can bring hundreds at once. The management reads of
them under "Data quality".
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from hanse_activity.actions import notify

from .models import Membership, Organisation, Profile
from .models.freshness import ASKED_BEFORE, FRESH_FOR

#: asked when something was not confirmed for so long: in time, and when it begins to count as old
STEPS = (FRESH_FOR - ASKED_BEFORE, FRESH_FOR)


def ask_to_confirm() -> int:
    """Timed job. Returns the number of profiles and organisations asked about, each once a step.

    After a pause only the last step is asked.
    """
    number = 0
    for asked in (profiles(), organisations()):
        for step in range(len(STEPS), 0, -1):
            due = _due(asked, step)
            ids = list(due.order_by("confirmed_at").values_list("pk", flat=True))
            number += sum(_ask(due, pk, step) for pk in ids)
    return number


def profiles() -> QuerySet[Profile]:
    """Of members: nobody else is shown."""
    members = Membership.objects.approved().order_by().values("person_id")
    return Profile.objects.filter(person__in=members, person__is_active=True)


def organisations() -> QuerySet[Organisation]:
    """That somebody looks after, who belongs to a cluster through them."""
    return Organisation.objects.kept()


def _due(asked: QuerySet, step: int) -> QuerySet:
    """What was not confirmed since and nobody was asked about at this step."""
    return asked.filter(confirmed_at__lte=timezone.now() - STEPS[step - 1], reminded__lt=step)


@transaction.atomic
def _ask(due: QuerySet, pk: int, step: int) -> bool:
    """Once: the row says that it was done, in the transaction in which it is."""
    row = due.filter(pk=pk).select_for_update(of=("self",)).first()
    if row is None:
        return False
    type(row).objects.filter(pk=pk).update(reminded=step)
    if isinstance(row, Profile):
        notify("profiles.confirm", about=row, recipients=[row.person])
    else:
        notify("organisations.confirm", about=row, recipients=row.answering())
    return True
