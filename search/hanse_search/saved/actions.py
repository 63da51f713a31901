"""Keeping a search, and looking at what is new in it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from hanse_access.viewer import Viewer
from hanse_activity.actions import notify
from hanse_activity.delivery import Source
from hanse_activity.models import DeliveryChoice, Notification
from hanse_activity.writing import language_of

from .. import conf
from ..models import SearchDocument
from ..queries import Query, narrowed, parse
from ..searching import Search
from .models import SavedSearch, SearchAlert

#: searches that one person keeps
MOST_SAVED = 30
#: things that a search may find, for what is new among them to be told
MOST_FOUND = 5000
#: of what was known and is found no more, so much is remembered: it may come back
MOST_GONE = 5000
#: things that one alert names
MOST_NAMED = 50
KIND, SOURCE = "searches.alert", "searches"

Item = tuple[str, int]


class CannotBeSaved(Exception):
    """The message is for the person, in their language."""


def save_search(
    person, *, name: str, text: str, facets: Mapping[str, Collection[str]], is_watched: bool = True
) -> SavedSearch:
    """Raises CannotBeSaved for a search for nothing, and for one too many."""
    kept = {name: list(values) for name, values in facets.items() if values}
    if not text and not kept:
        raise CannotBeSaved(_("Search for something first, then save the search."))
    with transaction.atomic():
        # One after the other, so that two of them at once are not one too many.
        get_user_model()._default_manager.select_for_update().filter(pk=person.pk).first()
        if SavedSearch.objects.of(person).count() >= MOST_SAVED:
            text = _("You keep %(number)d searches, and no more can be kept. Please delete one first.")
            raise CannotBeSaved(text % {"number": MOST_SAVED})
        saved = SavedSearch.objects.create(person=person, name=name, text=text, facets=kept, is_watched=is_watched)
    if is_watched:
        look_through(saved)
    return saved


def change_search(saved: SavedSearch, *, name: str, is_watched: bool) -> None:
    """Watched again, it begins with what is there: of the time between nothing is told."""
    begins = is_watched and not saved.is_watched
    saved.name, saved.is_watched = name, is_watched
    saved.save(update_fields=["name", "is_watched"])
    if begins:
        SavedSearch.objects.filter(pk=saved.pk).update(known=None, checked_at=None)
        saved.refresh_from_db()
        look_through(saved)


@transaction.atomic
def delete_search(saved: SavedSearch) -> None:
    Notification.objects.filter(kind=KIND, object_id__in=saved.alerts.values("pk")).delete()
    DeliveryChoice.objects.filter(source=SOURCE, source_id=saved.pk).delete()
    saved.delete()


def due_searches(now: datetime) -> list[int]:
    """Numbers of the searches that are to be looked through, the longest waiting first."""
    over = Q(checked_at=None) | Q(checked_at__lte=now - timedelta(minutes=conf.alert_minutes()))
    due = SavedSearch.objects.watched().filter(over).order_by(F("checked_at").asc(nulls_first=True), "pk")
    return list(due.values_list("pk", flat=True))


def look_through(saved: SavedSearch) -> SearchAlert | None:
    """Tell the person of what the search finds now and never found before. Can run twice, also at the same time.

    What it finds is what the person may see at this moment, so what becomes visible later is new then. While the
    answers are less thorough than usual nothing is compared: what is found again afterwards is not new.
    """
    found = _found(saved)
    if found is None:
        saved.checked_at = timezone.now()
        saved.save(update_fields=["checked_at"])
        return None
    with transaction.atomic():
        row = SavedSearch.objects.select_for_update().select_related("person").filter(pk=saved.pk).first()
        if row is None or not row.is_watched or row.checked_at != saved.checked_at:
            return None
        known = None if row.known is None else {(source, pk) for source, ids in row.known.items() for pk in ids}
        row.is_too_broad = len(found) > MOST_FOUND
        row.known = None if row.is_too_broad else _by_source(found, (known or set()) - set(found))
        row.checked_at = timezone.now()
        row.save(update_fields=["is_too_broad", "known", "checked_at"])
        new = [] if known is None or row.is_too_broad else [item for item in found if item not in known]
        alert = _tell(row, _by_others(new, row.person)) if new else None
    saved.refresh_from_db()
    return alert


def _found(saved: SavedSearch) -> list[Item] | None:
    """What the person finds now, newest first and one more than is kept; None where answers are not thorough."""
    with translation.override(language_of(saved.person)):
        search = Search(Viewer.of(saved.person), query_of(saved))
        found = search.items(most=MOST_FOUND + 1)
    return None if search.notice else found


def query_of(saved: SavedSearch) -> Query:
    """In the active language, in which facets may be named."""
    return narrowed(parse(saved.text)[0], saved.narrows_by)


def _by_source(found: Iterable[Item], gone: Iterable[Item]) -> dict[str, list[int]]:
    kept: dict[str, list[int]] = {}
    newest_gone = sorted(gone, key=lambda item: -item[1])[:MOST_GONE]
    for source, pk in [*found, *newest_gone]:
        kept.setdefault(source, []).append(pk)
    return kept


def _by_others(items: list[Item], person) -> list[Item]:
    """Nobody is told of what they wrote themselves."""
    own = Q(pk__in=[])
    for source, pks in _by_source(items, ()).items():
        own |= Q(source=source, object_id__in=pks)
    mine = set(SearchDocument.objects.filter(own, author_id=person.pk).values_list("source", "object_id"))
    return [item for item in items if item not in mine]


def _tell(saved: SavedSearch, items: list[Item]) -> SearchAlert | None:
    """What has not been told by mail yet comes with it: one mail to each search and time."""
    if not items:
        return None
    last = saved.alerts.first()
    told = Notification.objects.of(saved.person).unread().filter(kind=KIND)
    # Locked: a digest that takes it meanwhile waits until it says this too.
    if last is not None and told.held().filter(object_id=last.pk).select_for_update().first():
        last.items = [list(item) for item in items][:MOST_NAMED] + last.items
        last.items, last.number, last.made_at = last.items[:MOST_NAMED], last.number + len(items), timezone.now()
        last.save()
        return last
    alert = saved.alerts.create(items=[list(item) for item in items[:MOST_NAMED]], number=len(items))
    notify(KIND, about=alert, recipients=[saved.person], of=Source(SOURCE, saved.pk))
    return alert
