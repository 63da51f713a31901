"""Bringing a table of organisations: upload, verdicts, decisions about doubtful rows, one press, report."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from hanse_base.exports import table
from hanse_base.lists import Facet, ItemList, Sort
from hanse_base.rate_limits import RateLimit
from hanse_base.row_import import MOST_BYTES, MOST_ROWS
from hanse_base.table_fields import TableField

from . import actions
from .models import Cluster, OrganisationImport, OrganisationImportRow, OrganisationSource
from .models.organisation_imports import Readers

Outcome = OrganisationImportRow.Outcome
#: tables that one person has brought
BROUGHT = RateLimit("organisation_imports", most=20, period=timedelta(hours=1))


class ClusterForm(forms.Form):
    """Which cluster, where there is a choice, and who sees what is new."""

    cluster = forms.ModelChoiceField(label=gettext_lazy("Cluster"), queryset=Cluster.objects.none(), empty_label=None)
    readers = forms.ChoiceField(
        label=gettext_lazy("Who sees new organisations"),
        choices=Readers.choices,
        initial=Readers.PLATFORM,
        widget=forms.RadioSelect,
        help_text=gettext_lazy("Those that are there already keep what was chosen for them."),
    )

    def __init__(self, *args, clusters, **kwargs):
        super().__init__(*args, **kwargs)
        offered = list(clusters[:2])
        self.only_cluster = offered[0] if len(offered) == 1 else None
        if self.only_cluster:
            del self.fields["cluster"]
        else:
            self.fields["cluster"].queryset = clusters

    def clean(self):
        super().clean()
        self.cleaned_data.setdefault("cluster", self.only_cluster)
        return self.cleaned_data


class OrganisationTableForm(ClusterForm):
    file = TableField()
    field_order = ("cluster", "file", "readers")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "With a heading “name”; if you like external_key, kind, size, place, region, website, email, phone, about "
            "and topics (codes or names, separated by bars). At most %(rows)s rows and %(size)d MB."
        ) % {"rows": number_format(MOST_ROWS, force_grouping=True), "size": MOST_BYTES // 2**20}


class OrganisationRowList(ItemList):
    name = "rows"
    item_template = "hanse_members/includes/organisation_import_row.html"
    layout = "rows"
    page_size = 50
    search_fields = ("name", "key")
    search_label = gettext_lazy("Search by name or key")
    sorts = (
        Sort("row", gettext_lazy("As in the file"), ("pk",)),
        Sort("name", gettext_lazy("Name"), ("name",)),
    )
    facets = (
        Facet("verdict", gettext_lazy("Verdict"), "verdict"),
        Facet("outcome", gettext_lazy("What became of it"), "outcome"),
    )


@login_required
def import_organisations(request: HttpRequest) -> HttpResponse:
    clusters = own_clusters(request)
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = OrganisationTableForm(*sent, clusters=clusters)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data.pop("file")
        try:
            _within_limit(request)
            brought = actions.bring_organisations(
                data=file.read(), file_name=file.name, by=request.user, **form.cleaned_data
            )
        except actions.NotPossible as problem:
            form.add_error(None, str(problem))
        except ValidationError as problem:
            form.add_error("file", problem)
        else:
            return redirect("hanse_members:organisation_import", brought.pk)
    sources = OrganisationSource.objects.filter(cluster__in=clusters.order_by().values("pk")).select_related("cluster")
    sources = list(sources[:50])
    context = {"form": form, "tables": own_imports(request)[:20], "sources": sources}
    context["fetching"] = sum(source.is_being_fetched for source in sources)
    if request.headers.get("HX-Target") == "organisation-sources":
        return render(request, "hanse_members/includes/organisation_sources.html", context)
    return render(request, "hanse_members/import_organisations.html", context, status=400 if form.errors else 200)


@login_required
def organisation_import(request: HttpRequest, pk: int) -> HttpResponse:
    """The verdicts; by POST they are carried out."""
    found = get_object_or_404(own_imports(request), pk=pk)
    if request.method == "POST":
        try:
            actions.run_organisations(found, by=request.user)
        except actions.NotPossible as problem:
            messages.error(request, str(problem))
        return redirect("hanse_members:organisation_import", pk)
    rows = found.rows
    done = rows.exclude(outcome="").count()
    waiting = rows.to_do().count()
    context = {"brought": found, "counts": found.count_verdicts(), "done": done, "waiting": waiting}
    context |= {
        "total": done + waiting,
        "progress": _("%(done)d of %(total)d") % {"done": done, "total": done + waiting},
    }
    context |= {name: rows.filter(outcome=name).count() for name in (Outcome.ADDED, Outcome.UPDATED, Outcome.REFUSED)}
    if request.headers.get("HX-Target") == "organisation-import":
        response = render(request, "hanse_members/includes/organisation_import_state.html", context)
        if not found.is_under_way:
            response["HX-Refresh"] = "true"
        return response
    return OrganisationRowList(request, rows.select_related("organisation_import")).render(
        "hanse_members/organisation_import.html", context
    )


@require_POST
@login_required
def decide_row(request: HttpRequest, pk: int, row: int) -> HttpResponse:
    found = get_object_or_404(own_imports(request), pk=pk)
    asked = get_object_or_404(found.rows, pk=row)
    decision = request.POST.get("decision", "")
    if decision not in ("", *OrganisationImportRow.Decision.values):
        raise Http404
    try:
        actions.decide_row(asked, decision, by=request.user)
    except actions.NotPossible as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Your decision about row %(number)d is kept.") % {"number": asked.number})
    return redirect("hanse_members:organisation_import", pk)


@require_safe
@login_required
def organisation_report(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(own_imports(request), pk=pk)
    name = f"organisations-{found.cluster.slug}-{found.uploaded_at:%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(table(_lines(found)), content_type="text/csv; charset=utf-8", headers=headers)


def _lines(brought: OrganisationImport) -> Iterator[list]:
    yield [_("Row"), "external_key", "name", _("Verdict"), _("Note"), _("Decision"), _("What became of it")]
    for row in brought.rows.order_by("pk").iterator():
        verdict, notes = str(row.get_verdict_display()), "; ".join(row.explanations)
        decision, outcome = str(row.get_decision_display()), str(row.get_outcome_display())
        yield [row.number or "", row.key, row.name, verdict, notes, decision, outcome]


@require_POST
@login_required
def discard_organisations(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(own_imports(request), pk=pk)
    try:
        actions.discard_organisations(found, by=request.user)
    except actions.NotPossible as problem:
        messages.error(request, str(problem))
        return redirect("hanse_members:organisation_import", pk)
    messages.success(request, _("The table is removed. What it brought stays."))
    return redirect("hanse_members:import_organisations")


def own_clusters(request: HttpRequest):
    """Clusters whose organisations the asking person may bring. Raises Http404 where there are none."""
    clusters = actions.clusters_to_import_to(request.user)
    if not clusters.exists():
        raise Http404
    return clusters


def own_imports(request: HttpRequest):
    """Tables of those clusters, whoever brought them."""
    clusters = actions.clusters_to_import_to(request.user).order_by().values("pk")
    return OrganisationImport.objects.in_clusters(clusters).select_related("cluster", "source")


def _within_limit(request: HttpRequest) -> None:
    key = str(request.user.pk)
    if BROUGHT.is_reached(key):
        raise actions.NotPossible(_("You have brought many lists within an hour. Please go on later."))
    BROUGHT.count(key)
