from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import TemplateView
from wagtail.admin.views.generic.base import WagtailAdminTemplateMixin

from ..backends import backend
from ..documents import pending
from ..elastic import conf
from ..elastic.backend import MOST_PENDING, pending_documents
from ..elastic.health import is_healthy
from ..figures import COMPARED, DROPPED, FAILED, REBUILT, REPAIRING, note
from ..models import SearchDocument, SearchFigure
from ..sources import sources
from .tasks import repair_search

#: after which what went wrong is history
OVER = timedelta(days=7)
#: after which a repair that nobody has done is asked for again
LOST = timedelta(hours=1)


@dataclass(frozen=True)
class Line:
    label: Any
    value: Any
    is_well: bool = True


class HealthView(WagtailAdminTemplateMixin, TemplateView):
    """What waits, what failed, what was dropped, when all was compared and built anew."""

    template_name = "hanse_search/admin/health.html"
    page_title = gettext_lazy("Search")
    header_icon = "search"

    def dispatch(self, request, *args, **kwargs):
        if not request.user.has_perm("hanse_search.view_searchfigure"):
            raise PermissionDenied
        return super().dispatch(request, *args, **kwargs)

    def get_breadcrumbs_items(self):
        return [*super().get_breadcrumbs_items(), {"url": "", "label": self.page_title}]

    def get_context_data(self, **kwargs):
        figures = {figure.name: figure for figure in SearchFigure.objects.all()}
        compared = figures.get(COMPARED)
        return super().get_context_data(
            **kwargs,
            lines=lines(figures),
            compared=compared,
            report=report(compared) if compared else [],
            is_repairing=is_repairing(figures.get(REPAIRING)),
            may_repair=self.request.user.has_perm("hanse_search.change_searchfigure"),
        )


def lines(figures: dict[str, SearchFigure]) -> list[Line]:
    waiting = pending()
    found = [Line(_("Changes that wait to be written"), waiting, waiting < MOST_PENDING)]
    if conf.url():
        behind = pending_documents()[: MOST_PENDING + 1].count()
        answers = is_healthy()
        found += [
            Line(_("Elasticsearch"), _("answers") if answers else _("does not answer"), answers),
            Line(
                _("Documents that it does not know yet"),
                f"> {MOST_PENDING}" if behind > MOST_PENDING else behind,
                behind <= MOST_PENDING,
            ),
        ]
    else:
        found.append(Line(_("Answers come from"), _("the database")))
    if backend().notice:
        found.append(Line(_("What people are told"), backend().notice, is_well=False))
    for name, label in ((FAILED, _("Items that could not be written")), (DROPPED, _("Hits dropped by the rule"))):
        figure = figures.get(name)
        found.append(Line(label, _told(figure), figure is None or figure.at < timezone.now() - OVER))
    found.append(Line(_("Built anew"), figures[REBUILT].at if REBUILT in figures else _("never")))
    return found


def _told(figure: SearchFigure | None) -> Any:
    if figure is None:
        return _("none")
    when = date_format(timezone.localtime(figure.at), "SHORT_DATETIME_FORMAT")
    return _("%(number)d, the last at %(when)s") % {"number": figure.number, "when": when}


def report(compared: SearchFigure) -> list[tuple[Any, int | str, list[int]]]:
    """For each kind of items: how many documents there are, and how many were missing, stale, orphaned."""
    numbers = SearchDocument.objects.filter(gone=False).order_by().values_list("source").annotate(n=Count("pk"))
    known, told = dict(numbers), compared.told.get("documents", {})
    rows: list[tuple[Any, int | str, list[int]]] = [
        (source.plural, known.get(source.name, 0), told.get(source.name, [0, 0, 0])) for source in sources
    ]
    if "index" in compared.told:
        rows.append((_("Elasticsearch"), "", compared.told["index"]))
    return rows


def is_repairing(asked: SearchFigure | None) -> bool:
    return asked is not None and asked.at > timezone.now() - LOST


@require_POST
def repair(request: HttpRequest) -> HttpResponse:
    if not request.user.has_perm("hanse_search.change_searchfigure"):
        raise PermissionDenied
    if is_repairing(SearchFigure.objects.filter(name=REPAIRING).first()):
        messages.info(request, _("It is being repaired already."))
    else:
        with transaction.atomic():
            note(REPAIRING)
            transaction.on_commit(repair_search.enqueue)
        messages.success(request, _("The worker compares everything now, and mends what differs."))
    return redirect("hanse_search_health:health")
