"""Reporting a thing, blocking its author, and the page of both."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from hanse_base.rate_limits import RateLimit

from . import blocks, moderation
from .models import Block, Report
from .models.reports import LONGEST_REASON
from .reportables import Reportable, reportables

#: reports of one person
MADE = RateLimit("reports", most=20, period=timedelta(hours=1))
#: rows of each part of the page
MOST_LISTED = 50


class ReportForm(forms.Form):
    category = forms.ChoiceField(
        label=gettext_lazy("What is wrong?"), choices=Report.Category.choices, widget=forms.RadioSelect
    )
    reason = forms.CharField(
        label=gettext_lazy("What exactly, and why"),
        max_length=LONGEST_REASON,
        required=False,
        widget=forms.Textarea({"rows": 4}),
        help_text=gettext_lazy("One sentence helps whoever decides."),
    )

    def clean(self):
        data = super().clean()
        if data.get("category") == Report.Category.OTHER and not data.get("reason"):
            self.add_error("reason", _("Please say in a sentence what is wrong."))
        return data


@login_required
def make_report(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Report something that one sees. What one does not see cannot be reported: 404 as if it were missing."""
    reportable, row = _find(request, kind, key)
    form = ReportForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        person = str(request.user.pk)
        try:
            if MADE.is_reached(person):
                raise moderation.NotPossible(_("You have sent many reports within an hour. Please go on later."))
            MADE.count(person)
            moderation.report(reportable, row, by=request.user, **form.cleaned_data)
        except moderation.NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Thank you. Your report is on its way; you are told what is decided."))
            return redirect("hanse_activity:reports")
    context = {"form": form, "row": row, "reportable": reportable}
    return render(request, "hanse_activity/report.html", context, status=400 if form.errors else 200)


@require_POST
@login_required
def block_author(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Block whose thing one sees."""
    reportable, row = _find(request, kind, key)
    author = reportable.author(row)
    named = reportable.personal and reportable.names_author(row)
    if not named or author is None or author.pk == request.user.pk:
        raise Http404
    blocks.block(request.user, author)
    messages.success(
        request,
        _(
            "%(person)s is blocked: no questions from there reach you any more, and the person is not suggested to "
            "you. Nobody is told."
        )
        % {"person": author.get_full_name()},
    )
    return redirect("hanse_activity:reports")


@require_POST
@login_required
def unblock(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Block.objects.by(request.user), pk=pk)
    blocks.unblock(request.user, found.blocked_id)
    messages.success(request, _("%(person)s is no longer blocked.") % {"person": found.name})
    return redirect("hanse_activity:reports")


@login_required
def reports(request: HttpRequest) -> HttpResponse:
    """What one reported, whom one blocked, and what one's scopes have decided."""
    decided = Report.objects.decided_by(request.viewer).exclude(state=Report.State.OPEN)
    context = {
        "made": _named(Report.objects.of(request.user).order_by("-made_at", "-pk")[:MOST_LISTED]),
        "blocks": Block.objects.by(request.user)[:MOST_LISTED],
        "decided": _named(decided.select_related("author", "decided_by").order_by("-decided_at", "-pk")[:MOST_LISTED]),
    }
    return render(request, "hanse_activity/reports.html", context)


@require_POST
@login_required
def show_again(request: HttpRequest, pk: int) -> HttpResponse:
    found = get_object_or_404(Report.objects.decided_by(request.viewer), pk=pk)
    try:
        moderation.show_again(found, by=request.user)
    except moderation.NotPossible as problem:
        messages.error(request, str(problem))
    except PermissionDenied as denied:
        raise Http404 from denied
    else:
        messages.success(request, _("It is shown again. Its author is told."))
    return redirect("hanse_activity:reports")


def _find(request: HttpRequest, kind: str, key: str) -> tuple[Reportable, Any]:
    row = reportables[kind].find(key, request.viewer) if kind in reportables else None
    if row is None:
        raise Http404
    return reportables[kind], row


def _named(found) -> list[Report]:
    rows = list(found)
    for row in rows:
        row.thing = reportables[row.kind].label
        row.can_be_shown_again = row.state == Report.State.WITHHELD and reportables[row.kind].show_again is not None
    return rows
