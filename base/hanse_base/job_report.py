from datetime import timedelta

from django.db.models import Case, Value, When
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timesince import timesince
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column, DateColumn, StatusTagColumn
from wagtail.admin.views.reports import ReportView

from .jobs import jobs
from .models import JobState


def status(state: JobState) -> str:
    """What is to be said of the job now, in words."""
    if state.running:
        return gettext("Running")
    if state.is_late(timezone.now()):
        return gettext("Late: no worker has started it")
    if state.outcome == JobState.Outcome.FAILED:
        return gettext("Failed: %(error)s") % {"error": state.error_class}
    if state.outcome == JobState.Outcome.SUCCEEDED:
        return gettext("Succeeded")
    return gettext("Has not run yet")


def is_well(state: JobState) -> bool:
    return state.running or (state.outcome != JobState.Outcome.FAILED and not state.is_late(timezone.now()))


def duration(state: JobState) -> str:
    if state.started_at is None or state.ended_at is None:
        return ""
    taken = state.ended_at - state.started_at
    if taken < timedelta(minutes=1):
        return gettext("%(seconds).1f s") % {"seconds": taken.total_seconds()}
    return timesince(state.started_at, state.ended_at)


def period(state: JobState) -> str:
    start = timezone.now()
    return timesince(start, start + state.job.every)


def due(state: JobState) -> str:
    return date_format(timezone.localtime(state.next_due), "SHORT_DATETIME_FORMAT")


class JobReport(ReportView):
    """What the clock does: every timed job with its last run, its result and when it is due next."""

    model = JobState
    permission_required = "view"
    page_title = _("Timed jobs")
    header_icon = "history"
    index_url_name = "hanse_base_jobs:report"
    index_results_url_name = "hanse_base_jobs:results"
    is_searchable = False
    columns = [
        Column("name", label=_("Job"), accessor=str),
        Column("every", label=_("Every"), accessor=period),
        DateColumn("started_at", label=_("Last start")),
        Column("duration", label=_("Took"), accessor=duration),
        StatusTagColumn("outcome", label=_("Result"), accessor=status, primary=is_well),
        Column("next_due", label=_("Next due"), accessor=due),
    ]

    def get_queryset(self):
        order = Case(
            *(When(name=job.name, then=Value(place)) for place, job in enumerate(jobs)), default=Value(len(jobs))
        )
        return JobState.objects.registered().order_by(order)
