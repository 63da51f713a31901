"""Handing over while on leave."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from . import actions
from .deputy_forms import AbsenceForm, other_managers
from .models import Cluster, Deputy


@login_required
def absence(request: HttpRequest) -> HttpResponse:
    """Who stands in while this manager is away. POST names them, or with ``end`` ends it. 404 for all others."""
    deciding = request.viewer.decides.get("cluster")
    if not deciding:
        raise Http404
    if request.method == "POST" and "end" in request.POST:
        if actions.end_deputies(by=request.user):
            messages.success(request, _("Nobody stands in for you any more."))
        return redirect("hanse_members:absence")
    managed = list(Cluster.objects.filter(pk__in=deciding))
    shared = [cluster for cluster in managed if other_managers(cluster, request.user).exists()]
    own = list(own_deputies(request))
    data = request.POST if request.method == "POST" else None
    form = AbsenceForm(data, clusters=shared, person=request.user, initial=typed(own))
    if request.method == "POST" and shared and form.is_valid():
        days = {name: form.cleaned_data[name] for name in ("starts_on", "ends_on")}
        try:
            actions.name_deputies(by=request.user, deputies=form.deputies, **days)
        except actions.NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Saved. Who stands in for you is told."))
            return redirect("hanse_base:waiting")
    context = {"form": form, "own": own, "shared": shared, "alone": [each for each in managed if each not in shared]}
    return render(request, "hanse_members/absence.html", context, status=400 if form.errors else 200)


def typed(own: list[Deputy]) -> dict:
    """What was named before, as the form's values."""
    values: dict = {f"deputy-{row.cluster_id}": row.deputy_id for row in own}
    if own:
        values |= {"starts_on": own[0].starts_on, "ends_on": own[0].ends_on}
    return values


def own_deputies(request: HttpRequest):
    """Who stands in for the reader, now or later."""
    return Deputy.objects.valid().of(request.user).select_related("deputy", "cluster").order_by("cluster__name")


def deputies_part(request: HttpRequest) -> dict | None:
    """For the head of the page of what waits: who stands in for whom. One query."""
    if not request.viewer.decides.get("cluster"):
        return None
    concerning = Q(person_id=request.user.pk) | Q(deputy_id=request.user.pk, starts_on__lte=timezone.localdate())
    rows = Deputy.objects.valid().filter(concerning).select_related("person", "deputy", "cluster").order_by("pk")
    return {"deputies": [(row, row.person_id == request.user.pk) for row in rows]}
