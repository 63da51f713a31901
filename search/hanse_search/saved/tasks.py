from __future__ import annotations

import logging
from datetime import timedelta

from django.conf import settings
from django.utils import timezone
from django_tasks import task

from hanse_activity.tasks import DEFAULT_DAYS

from .actions import due_searches, look_through
from .models import SavedSearch, SearchAlert

logger = logging.getLogger(__name__)

#: searches that one task looks through
BATCH = 20


def look_for_news() -> None:
    """Timed job: have the searches looked through that are due."""
    due = due_searches(timezone.now())
    for start in range(0, len(due), BATCH):
        look_through_searches.enqueue(due[start : start + BATCH])


@task(priority=-10)
def look_through_searches(ids: list[int]) -> None:
    """Can run twice. One that goes wrong keeps no other waiting, and is tried again by the next job."""
    due = set(due_searches(timezone.now())) & set(ids)
    for saved in SavedSearch.objects.filter(pk__in=due).select_related("person").without_known():
        try:
            look_through(saved)
        except Exception:
            logger.exception("a saved search could not be looked through", extra={"search": saved.pk})


def remove_old_alerts() -> int:
    """Timed job: with the notifications that led to them. Returns their number."""
    before = timezone.now() - timedelta(days=getattr(settings, "HANSE_NOTIFICATION_DAYS", DEFAULT_DAYS))
    return SearchAlert.objects.filter(made_at__lt=before).delete()[0]
