"""Bringing a list of people: upload, verdicts, one press, report."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from hanse_base.lists import Facet, ItemList, Sort
from hanse_base.rate_limits import RateLimit
from hanse_base.row_import import MOST_BYTES, MOST_ROWS
from hanse_base.table_fields import TableField

from . import actions
from .invitation_forms import InvitationDetailsForm
from .invitations import clusters_to_invite_to
from .models import PeopleImport, PeopleImportRow
from .people_files import report

#: lists that one person has brought
BROUGHT = RateLimit("people_imports", most=20, period=timedelta(hours=1))


class PeopleImportForm(InvitationDetailsForm):
    file = TableField()
    field_order = ("cluster", "file", "role", "language", "message")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["file"].help_text = _(
            "With a heading “email”; “first name” and “last name” if you like. At most %(rows)s rows and %(size)d MB."
        ) % {"rows": number_format(MOST_ROWS, force_grouping=True), "size": MOST_BYTES // 2**20}


class PeopleImportList(ItemList):
    name = "people"
    item_template = "hanse_members/includes/people_import_row.html"
    layout = "rows"
    page_size = 50
    search_fields = ("email", "name")
    search_label = gettext_lazy("Search by address or name")
    sorts = (
        Sort("row", gettext_lazy("As in the file"), ("number",)),
        Sort("address", gettext_lazy("Address"), ("email",)),
    )
    facets = (
        Facet("verdict", gettext_lazy("Verdict"), "verdict"),
        Facet("outcome", gettext_lazy("What became of it"), "outcome"),
    )


@login_required
def import_people(request: HttpRequest) -> HttpResponse:
    clusters = clusters_to_invite_to(request.user)
    if not clusters.exists():
        raise Http404
    sent = (request.POST, request.FILES) if request.method == "POST" else ()
    form = PeopleImportForm(*sent, clusters=clusters)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data.pop("file")
        try:
            _within_limit(request)
            brought = actions.bring_people(data=file.read(), file_name=file.name, by=request.user, **form.cleaned_data)
        except actions.NotPossible as problem:
            form.add_error(None, str(problem))
        except ValidationError as problem:
            form.add_error("file", problem)
        else:
            return redirect("hanse_members:people_import", brought.pk)
    context = {"form": form, "lists": _own(request)}
    return render(request, "hanse_members/import_people.html", context, status=400 if form.errors else 200)


@login_required
def people_import(request: HttpRequest, pk: int) -> HttpResponse:
    """The verdicts; by POST all new ones are invited."""
    found = get_object_or_404(_own(request), pk=pk)
    if request.method == "POST":
        try:
            actions.invite_people(found, by=request.user)
        except actions.NotPossible as problem:
            messages.error(request, str(problem))
        return redirect("hanse_members:people_import", pk)
    invited = found.rows.filter(outcome=PeopleImportRow.Outcome.INVITED).count()
    context = {"people_import": found, "counts": found.count_verdicts(), "invited": invited}
    if request.headers.get("HX-Target") == "people-import":
        response = render(request, "hanse_members/includes/people_import_state.html", context)
        if not found.is_under_way:
            response["HX-Refresh"] = "true"
        return response
    return PeopleImportList(request, found.rows.all()).render("hanse_members/people_import.html", context)


@require_safe
@login_required
def people_report(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_own(request), pk=pk)
    name = f"invitations-{found.cluster.slug}-{found.uploaded_at:%Y-%m-%d}.csv"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "private, no-store"}
    return HttpResponse(report(found), content_type="text/csv; charset=utf-8", headers=headers)


@require_POST
@login_required
def discard_people(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(_own(request), pk=pk)
    try:
        actions.discard_people(found, by=request.user)
    except actions.NotPossible as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("The list is removed. Who was invited stays invited."))
    return redirect("hanse_members:import_people")


def _own(request: HttpRequest):
    """Lists that this person brought, in clusters to which they may still invite."""
    clusters = clusters_to_invite_to(request.user).order_by().values("pk")
    return PeopleImport.objects.of(request.user).filter(cluster__in=clusters).select_related("cluster")


def _within_limit(request: HttpRequest) -> None:
    key = str(request.user.pk)
    if BROUGHT.is_reached(key):
        raise actions.NotPossible(_("You have brought many lists within an hour. Please go on later."))
    BROUGHT.count(key)
