"""What saved searches add to the shared surfaces."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hanse_base.jobs import TimedJob, jobs
from hanse_base.navigation import NavigationItem, navigation
from hanse_base.personal_data import ExportFile, PersonalData, personal_data

from ..suggesting.models import NoRecentSearches, RecentSearch
from ..suggesting.recent import forget_recent, keeps_recent, remove_old_recent
from . import notifications
from .models import SavedSearch
from .tasks import look_for_news, remove_old_alerts


def export(person) -> Iterator[ExportFile]:
    fields = ("name", "text", "facets", "is_watched", "created_at")
    yield ExportFile("saved_searches.json", list(SavedSearch.objects.of(person).values(*fields)))
    recent = RecentSearch.objects.filter(person=person).values("text", "searched_at")
    yield ExportFile("recent_searches.json", {"are_kept": keeps_recent(person), "searches": list(recent)})


def erase(person) -> None:
    SavedSearch.objects.of(person).delete()
    forget_recent(person)
    NoRecentSearches.objects.filter(person=person).delete()


def register() -> None:
    notifications.register()
    navigation.register(
        NavigationItem(
            name="saved-searches",
            label=_("Saved searches"),
            url=lambda request: reverse("hanse_search:saved"),
            icon="search",
            order=19,
            area="person",
            shown=lambda request: request.user.is_authenticated,
        )
    )
    personal_data.register(
        PersonalData(
            name="searches",
            label=_("Searches that you keep, and recent ones"),
            models=("hanse_search.NoRecentSearches", "hanse_search.RecentSearch", "hanse_search.SavedSearch"),
            export=export,
            erase=erase,
        )
    )
    jobs.register(
        TimedJob("search.alerts", _("Look for what is new in saved searches"), timedelta(minutes=5), look_for_news)
    )
    jobs.register(
        TimedJob(
            "search.remove_old_alerts",
            _("Remove what saved searches found long ago"),
            timedelta(days=1),
            remove_old_alerts,
        )
    )
    jobs.register(
        TimedJob("search.remove_old_recent", _("Remove old recent searches"), timedelta(days=1), remove_old_recent)
    )
