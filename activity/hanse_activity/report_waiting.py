"""Reports among what waits for a person."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hanse_access.operators import may
from hanse_base.waiting import CannotBeDone, WaitingAction, WaitingKind

from . import moderation
from .models import Report
from .models.reports import DECIDES_ANYWHERE, LONGEST_REASON
from .reportables import reportables


def concerns(request: HttpRequest) -> bool:
    return bool(request.viewer.decides) or may(request.user, DECIDES_ANYWHERE)


def waiting_reports(request: HttpRequest):
    if not concerns(request):
        return Report.objects.none()
    return Report.objects.decided_by(request.viewer).open().select_related("author", "reporter")


def prepare(rows: Sequence[Report], request: HttpRequest) -> None:
    for row in rows:
        row.thing = reportables[row.kind].label


def title(row: Report) -> str:
    who = row.author_name or (_("a former member") if row.author_named else _("somebody unnamed"))
    return _("%(what)s: %(thing)s of %(person)s") % {
        "what": row.get_category_display(),
        "thing": row.thing,
        "person": who,
    }


def doing(action: Callable) -> Callable[[HttpRequest, Report, str], None]:
    def perform(request: HttpRequest, row: Report, reason: str) -> None:
        try:
            action(row, by=request.user, statement=reason)
        except moderation.NotPossible as problem:
            raise CannotBeDone(str(problem)) from problem

    return perform


def said_withheld(number: int) -> str:
    text = ngettext(
        "Taken out of sight. Author and reporter read your reasons.",
        "%(count)d taken out of sight. Authors and reporters read your reasons.",
        number,
    )
    return text % {"count": number}


def said_dismissed(number: int) -> str:
    text = ngettext(
        "It stays as it is. The reporter reads your reasons.",
        "%(count)d stay as they are. The reporters read your reasons.",
        number,
    )
    return text % {"count": number}


reports = WaitingKind(
    name="reports",
    label=gettext_lazy("Reports"),
    template="hanse_activity/waiting_report.html",
    items=waiting_reports,
    concerns=concerns,
    prepare=prepare,
    title=title,
    actions=(
        WaitingAction(
            "dismiss",
            gettext_lazy("Leave it as it is"),
            doing(moderation.dismiss),
            said_dismissed,
            reason_label=gettext_lazy("Reasons for the reporter"),
            longest_reason=LONGEST_REASON,
        ),
        WaitingAction(
            "withhold",
            gettext_lazy("Take it out of sight"),
            doing(moderation.withhold),
            said_withheld,
            reason_label=gettext_lazy("Reasons for author and reporter"),
            longest_reason=LONGEST_REASON,
            kind="danger",
        ),
    ),
    order=15,
)
