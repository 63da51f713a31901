"""What is told about reports. No text and no mail names the thing, its author or the reporter."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanse_access.operators import may
from hanse_access.viewer import Viewer
from hanse_base.waiting import waiting_url

from .delivery import Delivery
from .kinds import NotificationKind, everybody, notification_kinds
from .models import Notification, Report
from .models.reports import DECIDES_ANYWHERE
from .reportables import reportables

State = Report.State


def for_reporter(viewer: Viewer) -> QuerySet[Report]:
    return Report.objects.of(viewer.user).exclude(state=State.OPEN)


def for_author(viewer: Viewer) -> QuerySet[Report]:
    return Report.objects.filter(author=viewer.user_id, state__in=[State.WITHHELD, State.SHOWN_AGAIN])


def decides_reports(viewer: Viewer) -> bool:
    return bool(viewer.decides) or (viewer.user is not None and may(viewer.user, DECIDES_ANYWHERE))


def thing(report: Report) -> str:
    return str(reportables[report.kind].label)


def made_text(notification: Notification, report: Report) -> str:
    return _("Somebody reports %(thing)s. Please decide.") % {"thing": thing(report)}


def decided_text(notification: Notification, report: Report) -> str:
    if report.state == State.DISMISSED:
        return _("You reported %(thing)s. It stays as it is.") % {"thing": thing(report)}
    return _("You reported %(thing)s. It is not shown any more.") % {"thing": thing(report)}


def withheld_text(notification: Notification, report: Report) -> str:
    return _("The management has taken something of yours out of sight: %(thing)s. You can object.") % {
        "thing": thing(report)
    }


def shown_again_text(notification: Notification, report: Report) -> str:
    return _("What the management had taken out of sight is shown again: %(thing)s.") % {"thing": thing(report)}


def statement(notification: Notification, report: Report) -> str:
    return report.statement


def to_thing(notification: Notification, report: Report) -> str:
    row = reportables[report.kind].model._default_manager.filter(pk=report.object_id).first()
    return row.get_absolute_url() if row is not None else reverse("hanse_activity:reports")


def register() -> None:
    for name, label, targets, text, details, url in (
        (
            "made",
            gettext_lazy("Something is reported"),
            Report.objects.decided_by,
            made_text,
            None,
            lambda notification, report: waiting_url("reports"),
        ),
        (
            "decided",
            gettext_lazy("What you reported was decided"),
            for_reporter,
            decided_text,
            statement,
            lambda notification, report: reverse("hanse_activity:reports"),
        ),
        (
            "withheld",
            gettext_lazy("Something of yours was taken out of sight"),
            for_author,
            withheld_text,
            statement,
            to_thing,
        ),
        (
            "shown_again",
            gettext_lazy("Something of yours is shown again"),
            for_author,
            shown_again_text,
            None,
            to_thing,
        ),
    ):
        notification_kinds.register(
            NotificationKind(
                name=f"reports.{name}",
                label=label,
                targets=targets,
                text=text,
                details=details,
                url=url,
                delivery=Delivery.AT_ONCE if name in ("made", "withheld") else Delivery.DAILY,
                # The statement of reasons is due to whoever is withheld.
                required=name == "withheld",
                concerns=decides_reports if name == "made" else everybody,
                icon="flag",
                order=15,
            )
        )
