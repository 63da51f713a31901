"""What happened in the search, in numbers for those who run the platform: nothing of any item or person."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import F
from django.utils import timezone

from .models import SearchFigure

logger = logging.getLogger(__name__)

#: hits that the rule did not give when they were loaded; items that could not be written; documents written anew;
#: the last comparison, with what it found; a repair that somebody asked for and is not done
DROPPED, FAILED, REBUILT, COMPARED, REPAIRING = "dropped", "failed", "rebuilt", "compared", "repairing"


def count(name: str, number: int) -> None:
    """Add to a number. What is counted never fails because of it."""
    try:
        with transaction.atomic():
            SearchFigure.objects.get_or_create(name=name)
            SearchFigure.objects.filter(name=name).update(number=F("number") + number, at=timezone.now())
    except DatabaseError:
        logger.warning("a figure of the search was not counted", exc_info=True)


def note(name: str, number: int = 0, told: Mapping[str, Any] | None = None) -> None:
    """Put down the last time of something, in place of the one before."""
    SearchFigure.objects.update_or_create(
        name=name, defaults={"number": number, "told": dict(told or {}), "at": timezone.now()}
    )


def forget(name: str) -> None:
    SearchFigure.objects.filter(name=name).delete()
