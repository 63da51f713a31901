from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hanse_access.descriptions import describe_audiences
from hanse_access.viewer import Viewer

from ..addresses import search_url
from ..lists import SearchList
from ..sources import facet_kinds
from ..suggesting.recent import keeps_recent, recent_searches
from ..views import is_too_often, too_often
from .actions import MOST_SAVED, CannotBeSaved, change_search, delete_search, save_search
from .forms import SavedSearchForm
from .models import LONGEST_NAME, SavedSearch
from .notifications import own_alerts, read


@login_required
@require_GET
def saved(request: HttpRequest) -> HttpResponse:
    """The searches that the person keeps."""
    searches = list(SavedSearch.objects.of(request.user).without_known())
    name_filters(searches, request.viewer)
    context = {
        "searches": searches,
        "most": MOST_SAVED,
        "recent": [(text, search_url(text, {})) for text in recent_searches(request.user)],
        "keeps_recent": keeps_recent(request.user),
    }
    return render(request, "hanse_search/saved/list.html", context)


@login_required
def save(request: HttpRequest) -> HttpResponse:
    """Keep the search that the address says."""
    if is_too_often(request):
        return too_often(request)
    asked = SearchList(request)
    chosen = {name: values for name, values in asked.chosen.items() if values}
    search = SavedSearch(text=asked.text, facets=chosen)
    name_filters([search], request.viewer)
    name = " · ".join([part for part in (asked.text, *search.filters) if part])[:LONGEST_NAME]
    form = SavedSearchForm(request.POST or None, initial={"name": name})
    if request.method == "POST" and form.is_valid():
        try:
            kept = save_search(request.user, text=asked.text, facets=chosen, **form.cleaned_data)
        except CannotBeSaved as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("The search is saved."))
            if kept.is_too_broad:
                messages.warning(request, _("It finds too much to tell what is new. Filters or more words help."))
            return redirect("hanse_search:saved")
    context = {"form": form, "search": search, "back": search.get_absolute_url()}
    return render(request, "hanse_search/saved/save.html", context, status=400 if form.errors else 200)


@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    search = own(request, pk)
    name_filters([search], request.viewer)
    initial: dict[str, Any] = {"name": search.name, "is_watched": search.is_watched}
    form = SavedSearchForm(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        change_search(search, **form.cleaned_data)
        messages.success(request, _("Saved."))
        return redirect("hanse_search:saved")
    context = {"form": form, "search": search}
    return render(request, "hanse_search/saved/change.html", context, status=400 if form.errors else 200)


@require_POST
@login_required
def pause(request: HttpRequest, pk: int) -> HttpResponse:
    """Tell nothing any more, or go on; what was on the page decides, so that pressing twice is pressing once."""
    search = own(request, pk)
    change_search(search, name=search.name, is_watched=request.POST.get("watch") == "yes")
    if search.is_watched:
        messages.success(request, _("You are told of what is new for “%(search)s” from now on.") % {"search": search})
    else:
        messages.success(request, _("You are told nothing of “%(search)s” until you go on.") % {"search": search})
    return redirect("hanse_search:saved")


@require_POST
@login_required
def delete(request: HttpRequest, pk: int) -> HttpResponse:
    search = own(request, pk)
    delete_search(search)
    messages.success(request, _("The search “%(search)s” is deleted.") % {"search": search})
    return redirect("hanse_search:saved")


@login_required
@require_GET
def alert(request: HttpRequest, pk: int, number: int) -> HttpResponse:
    """What was new once, as far as the person may see it now."""
    found = get_object_or_404(own_alerts(request.viewer), search=pk, pk=number)
    read([found], request.viewer)
    describe_audiences([r.found.audience_id for r in found.results if r.found.audience_id], request.viewer)
    return render(request, "hanse_search/saved/alert.html", {"alert": found, "search": found.search})


def own(request: HttpRequest, pk: int) -> SavedSearch:
    return get_object_or_404(SavedSearch.objects.of(request.user).without_known(), pk=pk)


def name_filters(searches: list[SavedSearch], viewer: Viewer) -> None:
    """Puts the filters in words onto each search, as ``filters``: for each facet one question for all of them."""
    labels = {}
    for facet in facet_kinds:
        if values := {value for search in searches for value in search.facets.get(facet.name, ())}:
            labels[facet.name] = facet.labels(values, viewer)
    for search in searches:
        told = []
        for facet in facet_kinds:
            for value in search.facets.get(facet.name, ()):
                word = labels[facet.name].get(value, _("no longer there"))
                told.append(_("%(filter)s: %(value)s") % {"filter": facet.label, "value": word})
        search.filters = told
