"""The facts of clusters: what their managers say, and the directory as a table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.db.models.functions import Lower
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from hanse_base.exports import csv_response

from . import actions
from .actions.entries import may_edit_facts
from .fact_forms import FactsForm
from .facts import WORDS, entry_of, field_lines, region_lines
from .models import Cluster, ClusterEntry


@login_required
def edit_facts(request: HttpRequest, slug: str) -> HttpResponse:
    """What the managers of a cluster say of it in the directory."""
    cluster = get_object_or_404(Cluster.objects.active(), slug=slug)
    if not may_edit_facts(request.user, cluster):
        raise Http404
    entry = entry_of(cluster) or ClusterEntry(cluster=cluster, name=cluster.name)
    form = FactsForm(request.POST or None, instance=entry)
    if request.method == "POST" and form.is_valid():
        try:
            actions.save_facts(cluster, by=request.user, **form.facts())
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("Saved."))
            return redirect(cluster)
    context = {"cluster": cluster, "form": form}
    return render(request, "hanse_members/facts_edit.html", context, status=400 if form.errors else 200)


def export(request: HttpRequest) -> HttpResponse:
    """The whole directory as a table: clusters that take part first, with what everybody may read of all."""
    head = [
        _("Name"),
        _("Takes part here"),
        _("Other names"),
        _("Regions"),
        _("Fields of work"),
        _("Topics"),
        _("Founded"),
        _("Members"),
        _("How exact"),
        _("Note on the members"),
        _("Small and medium-sized"),
        _("As of"),
        _("Source"),
        *(str(ClusterEntry._meta.get_field(name).verbose_name) for name in WORDS),
        _("Web address"),
    ]
    return csv_response("clusters", head, export_rows())


def export_rows() -> Iterator[list[Any]]:
    for entry in ClusterEntry.objects.listed().with_facts().order_by("elsewhere", Lower("name")):
        yield row_of(entry)


def row_of(entry: ClusterEntry) -> list[Any]:
    exactness = entry.get_members_exactness_display() if entry.members is not None else ""
    return [
        entry.name,
        _("No") if entry.elsewhere else _("Yes"),
        ", ".join(entry.other_names),
        ", ".join(region_lines(entry)),
        ", ".join(field_lines(entry)),
        ", ".join(sorted(map(str, entry.topics.all()), key=str.casefold)),
        entry.founded,
        entry.members,
        exactness,
        entry.members_note,
        entry.smes,
        entry.as_of,
        entry.source or (_("the cluster itself") if entry.as_of else ""),
        *("; ".join(getattr(entry, word).splitlines()) for word in WORDS),
        entry.website_url if entry.website else "",
    ]
