"""Once a year everybody is asked whether their profile is still right."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from hanse_activity.actions import notify

from .models import Membership, Profile
from .models.profiles import ASKED_BEFORE, FRESH_FOR

#: asked when a profile was not confirmed for so long: in time, and when it begins to count as old
STEPS = (FRESH_FOR - ASKED_BEFORE, FRESH_FOR)


def ask_to_confirm() -> int:
    """Timed job. Returns the number of people asked, each once a step; after a pause the last step alone."""
    now = timezone.now()
    return sum(_ask_all(step, now) for step in range(len(STEPS), 0, -1))


def _due(step: int, now: datetime):
    """Of members: nobody else is shown. What was not confirmed since and whose owner was not asked at this step."""
    members = Membership.objects.approved().order_by().values("person_id")
    return Profile.objects.filter(
        confirmed_at__lte=now - STEPS[step - 1], reminded__lt=step, person__in=members, person__is_active=True
    )


def _ask_all(step: int, now: datetime) -> int:
    return sum(_ask(pk, step, now) for pk in _due(step, now).order_by("confirmed_at").values_list("pk", flat=True))


@transaction.atomic
def _ask(pk: int, step: int, now: datetime) -> bool:
    """Once: the row says that it was done, in the transaction in which it is."""
    profile = _due(step, now).filter(pk=pk).select_for_update(of=("self",)).select_related("person").first()
    if profile is None:
        return False
    Profile.objects.filter(pk=pk).update(reminded=step)
    notify("profiles.confirm", about=profile, recipients=[profile.person])
    return True
