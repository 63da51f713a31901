"""Recent searches: kept for the person alone, a few of them, for a while, unless they want none."""

from __future__ import annotations

import logging
from datetime import timedelta

from django.db import DatabaseError, transaction
from django.utils import timezone

from ..analysis import fold, words
from .models import NoRecentSearches, RecentSearch

logger = logging.getLogger(__name__)

#: that are kept of one person, and for how long
MOST_KEPT, KEPT = 10, timedelta(days=90)
#: characters of the shortest that is kept
SHORTEST = 3
#: what is typed on within this time is one search
TYPING = timedelta(minutes=1)


def keeps_recent(person) -> bool:
    return not NoRecentSearches.objects.filter(person=person.pk).exists()


def recent_searches(person, typed: str = "", most: int = MOST_KEPT) -> list[str]:
    """The newest first; with something typed those in which a word begins so."""
    texts = RecentSearch.objects.filter(person=person.pk).values_list("text", flat=True)[:MOST_KEPT]
    wanted = fold(typed)
    fitting = [text for text in texts if not wanted or any(word.folded.startswith(wanted) for word in words(text))]
    return [text for text in fitting if text != typed][:most]


def remember(person, text: str) -> None:
    """Keep what somebody searched for. A search never fails because of it."""
    text = text.strip()
    if len(text) < SHORTEST:
        return
    try:
        with transaction.atomic():
            if keeps_recent(person):
                _remember(person, text)
    except DatabaseError:
        logger.warning("a recent search was not kept", exc_info=True)


def _remember(person, text: str) -> None:
    now = timezone.now()
    own = RecentSearch.objects.filter(person=person.pk)
    last = own.first()
    # While somebody types the results go along: "gyr" and "gyrotr" were no searches.
    if last is not None and last.text != text and now - last.searched_at < TYPING and _goes_on(last.text, text):
        last.delete()
    RecentSearch.objects.update_or_create(person_id=person.pk, text=text, defaults={"searched_at": now})
    own.exclude(pk__in=list(own.values_list("pk", flat=True)[:MOST_KEPT])).delete()


def _goes_on(one: str, other: str) -> bool:
    return one.startswith(other) or other.startswith(one)


@transaction.atomic
def choose_recent(person, *, keep: bool) -> None:
    """Without them, those that were kept go at once."""
    if keep:
        NoRecentSearches.objects.filter(person=person.pk).delete()
    else:
        NoRecentSearches.objects.get_or_create(person_id=person.pk)
        forget_recent(person)


def forget_recent(person) -> None:
    RecentSearch.objects.filter(person=person.pk).delete()


def remove_old_recent() -> int:
    """Timed job. Returns how many went."""
    return RecentSearch.objects.filter(searched_at__lt=timezone.now() - KEPT).delete()[0]
