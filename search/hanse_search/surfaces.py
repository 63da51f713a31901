"""What the search adds to the shared surfaces: the field in the header, and the worker's jobs."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hanse_access.operators import list_operator_permissions
from hanse_base.jobs import TimedJob, jobs
from hanse_base.navigation import NavigationItem, navigation
from hanse_base.slots import SlotPart, slots

from .documents import EVERYTHING, compare_everything, trust_nothing, write_all_changes
from .models import SearchChange
from .spelling import forget_words
from .triggers import are_there, install


def field_context(request: HttpRequest) -> dict | None:
    """The page of the search has a field of its own."""
    match = request.resolver_match
    if match is not None and match.view_name == "hanse_search:search":
        return None
    return {}


def work_off_changes() -> None:
    """What no search came across; and everything, when something may have changed that no trigger saw."""
    if not are_there():
        install()
        trust_nothing()
    write_all_changes()
    unknown = list(SearchChange.objects.filter(source=EVERYTHING).values_list("pk", flat=True))
    if unknown:
        compare_everything()
        SearchChange.objects.filter(pk__in=unknown).delete()


def register() -> None:
    list_operator_permissions(
        *(
            f"hanse_search.{act}_{model}"
            for act in ("add", "change", "delete", "view")
            for model in ("synonymgroup", "searchweight")
        ),
        "hanse_search.view_searchfigure",
        "hanse_search.change_searchfigure",
    )
    navigation.register(
        NavigationItem(
            name="public-search",
            label=_("Search"),
            url=lambda request: reverse("hanse_search:search"),
            icon="search",
            order=90,
            area="public",
        )
    )
    slots.register(SlotPart("search", "search", "hanse_search/slots/field.html", field_context, order=50))
    slots.register(SlotPart("search-scripts", "scripts", "hanse_search/slots/scripts.html", field_context, order=50))
    jobs.register(TimedJob("search.changes", _("Bring the search up to date"), timedelta(minutes=1), work_off_changes))
    jobs.register(
        TimedJob("search.forget_words", _("Forget words that stand nowhere any more"), timedelta(days=1), forget_words)
    )
    jobs.register(
        TimedJob("search.compare", _("Compare the search with what it finds"), timedelta(days=7), compare_everything)
    )
