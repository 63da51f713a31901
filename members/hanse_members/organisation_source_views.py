"""Sources of organisations: saved addresses of tables, fetched by the clock or now."""

from __future__ import annotations

from datetime import timedelta

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from hanse_base.rate_limits import RateLimit

from . import actions
from .models import OrganisationSource
from .organisation_import_views import ClusterForm, own_clusters

#: fetched by one person by hand: the worker's way out is nobody's scanner
FETCHED = RateLimit("organisation_sources", most=20, period=timedelta(hours=1))


class SourceForm(ClusterForm):
    name = forms.CharField(label=gettext_lazy("Name"), max_length=100)
    url = forms.CharField(
        label=gettext_lazy("Web address of the table"),
        max_length=500,
        help_text=gettext_lazy("Beginning with https://, without a password. Anybody who knows it can be its reader."),
        widget=forms.URLInput,
    )
    every = forms.ChoiceField(
        label=gettext_lazy("Fetch it"),
        choices=OrganisationSource.Every.choices,
        initial=OrganisationSource.Every.DAY,
        widget=forms.RadioSelect,
    )
    field_order = ("cluster", "name", "url", "every", "readers")


@login_required
def source(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """A new one, or changing one."""
    clusters = own_clusters(request)
    found = get_object_or_404(_own(request), pk=pk) if pk else None
    initial = {name: getattr(found, name) for name in ("name", "url", "every", "readers")} if found else None
    if found:
        clusters = clusters.filter(pk=found.cluster_id)
    form = SourceForm(request.POST if request.method == "POST" else None, initial=initial, clusters=clusters)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_source(found, by=request.user, **form.cleaned_data)
        except actions.NotPossible as problem:
            form.add_error(None, str(problem))
        except ValidationError as problem:
            form.add_error("url", problem)
        else:
            messages.success(request, _("“%(name)s” is saved.") % {"name": saved.name})
            return redirect("hanse_members:import_organisations")
    context = {"form": form, "source": found}
    return render(request, "hanse_members/organisation_source.html", context, status=400 if form.errors else 200)


@require_POST
@login_required
def fetch(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_own(request), pk=pk)
    key = str(request.user.pk)
    if FETCHED.is_reached(key):
        messages.error(request, _("You have brought many lists within an hour. Please go on later."))
        return redirect("hanse_members:import_organisations")
    FETCHED.count(key)
    try:
        actions.fetch_source(found, by=request.user)
    except actions.NotPossible as problem:
        messages.error(request, str(problem))
    else:
        text = _("“%(name)s” is being fetched. In a moment its table stands here, or beside the source what was wrong.")
        messages.success(request, text % {"name": found.name})
    return redirect("hanse_members:import_organisations")


@require_POST
@login_required
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    try:
        actions.remove_source(get_object_or_404(_own(request), pk=pk), by=request.user)
    except actions.NotPossible as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("The source is removed. What it brought stays."))
    return redirect("hanse_members:import_organisations")


def _own(request: HttpRequest):
    clusters = actions.clusters_to_import_to(request.user).order_by().values("pk")
    return OrganisationSource.objects.filter(cluster__in=clusters).select_related("cluster")
