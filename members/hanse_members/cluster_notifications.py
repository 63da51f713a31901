"""What is told about clusters that join."""

from __future__ import annotations

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanse_access.operators import may, people_who_may
from hanse_access.viewer import Viewer
from hanse_activity.actions import notify
from hanse_activity.kinds import NotificationKind, notification_kinds
from hanse_activity.models import Notification
from hanse_base.waiting import waiting_url

from .models import ClusterApplication

State = ClusterApplication.State
DECIDES = "hanse_members.add_cluster"
ANSWERS = {
    State.ADMITTED: gettext_lazy("%(cluster)s takes part now, and you are its manager."),
    State.DECLINED: gettext_lazy("The application of %(cluster)s was declined."),
    State.ASKED: gettext_lazy("The operator has a question about the application of %(cluster)s."),
}


def for_operators(viewer: Viewer) -> QuerySet[ClusterApplication]:
    if viewer.user is None or not may(viewer.user, DECIDES):
        return ClusterApplication.objects.none()
    return ClusterApplication.objects.exclude(state=State.DRAFT).select_related("applicant")


def for_applicants(viewer: Viewer) -> QuerySet[ClusterApplication]:
    if viewer.user is None:
        return ClusterApplication.objects.none()
    return ClusterApplication.objects.of(viewer.user)


def sent_text(notification: Notification, application: ClusterApplication) -> str:
    names = {"person": application.applicant.get_full_name(), "cluster": application.name}
    return _("%(person)s asks that %(cluster)s takes part.") % names


def answer_text(notification: Notification, application: ClusterApplication) -> str:
    """What was decided then, whatever became of it since."""
    return str(ANSWERS[State(notification.data["state"])]) % {"cluster": application.name}


def answer_details(notification: Notification, application: ClusterApplication) -> str:
    return application.answer if notification.data["state"] == application.state else ""


def tell_operators(application: ClusterApplication, *, by) -> None:
    notify("clusters.applied", about=application, recipients=people_who_may(DECIDES), by=by)


def tell_answer(application: ClusterApplication, *, by) -> None:
    recipients = [application.applicant]
    notify("clusters.answered", about=application, recipients=recipients, by=by, state=str(application.state))


def register() -> None:
    notification_kinds.register(
        NotificationKind(
            name="clusters.applied",
            label=gettext_lazy("A cluster asks to take part"),
            targets=for_operators,
            text=sent_text,
            url=lambda notification, application: waiting_url("cluster-applications"),
            icon="clusters",
            order=18,
        )
    )
    notification_kinds.register(
        NotificationKind(
            name="clusters.answered",
            label=gettext_lazy("The application of your cluster"),
            targets=for_applicants,
            text=answer_text,
            details=answer_details,
            url=lambda notification, application: application.get_absolute_url(),
            icon="clusters",
            order=19,
        )
    )
