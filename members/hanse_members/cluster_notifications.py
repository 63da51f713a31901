"""What is told about clusters that join."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanse_access.operators import may, people_who_may
from hanse_access.viewer import Viewer
from hanse_activity.actions import notify
from hanse_activity.delivery import Delivery
from hanse_activity.kinds import NotificationKind, decides, notification_kinds
from hanse_activity.models import Notification
from hanse_base.waiting import waiting_url

from .models import Cluster, ClusterApplication, Membership
from .roles import Role

State = ClusterApplication.State
DECIDES = "hanse_members.add_cluster"
CHANGES = "hanse_members.change_cluster"
ANSWERS = {
    State.ADMITTED: gettext_lazy("%(cluster)s takes part now, and you are its manager."),
    State.DECLINED: gettext_lazy("The application of %(cluster)s was declined."),
    State.ASKED: gettext_lazy("The operator has a question about the application of %(cluster)s."),
}


def admits_clusters(viewer: Viewer) -> bool:
    return viewer.user is not None and may(viewer.user, DECIDES)


def closes_clusters(viewer: Viewer) -> bool:
    return viewer.user is not None and may(viewer.user, CHANGES)


def for_operators(viewer: Viewer) -> QuerySet[ClusterApplication]:
    if not admits_clusters(viewer):
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


STANDINGS = {
    "suspend": gettext_lazy("%(cluster)s is suspended: it takes no part until it is reinstated."),
    "reinstate": gettext_lazy("%(cluster)s takes part again."),
    "close": gettext_lazy("%(cluster)s is closed for good."),
}


def managers_of(cluster: Cluster):
    """Whatever the state of the cluster is: who manages it as long as it takes part."""
    state = Membership.State.APPROVED
    return Membership.objects.filter(cluster=cluster, role=Role.MANAGER, state=state).order_by()


def own_clusters(viewer: Viewer) -> QuerySet[Cluster]:
    if viewer.user is None:
        return Cluster.objects.none()
    own = Membership.objects.of(viewer.user).filter(role=Role.MANAGER, state=Membership.State.APPROVED)
    return Cluster.objects.filter(pk__in=own.order_by().values("cluster_id"))


def standing_text(notification: Notification, cluster: Cluster) -> str:
    return str(STANDINGS[notification.data["change"]]) % {"cluster": cluster}


def notice_text(notification: Notification, cluster: Cluster) -> str:
    return _("%(cluster)s has given notice to leave the platform.") % {"cluster": cluster}


def closable(viewer: Viewer) -> QuerySet[Cluster]:
    if not closes_clusters(viewer):
        return Cluster.objects.none()
    return Cluster.objects.all()


def tell_standing(cluster: Cluster, change: str, *, by) -> None:
    people = get_user_model()._default_manager.filter(pk__in=managers_of(cluster).values("person_id"))
    notify("clusters.standing", about=cluster, recipients=people, by=by, change=str(change))


def tell_notice(cluster: Cluster, *, by) -> None:
    notify("clusters.notice", about=cluster, recipients=people_who_may(CHANGES), by=by)


def without_manager() -> QuerySet[Cluster]:
    """Clusters that take part and are managed by nobody."""
    managed = Membership.objects.with_role(Role.MANAGER).order_by().values("cluster_id")
    return Cluster.objects.active().exclude(pk__in=managed)


def without_manager_text(notification: Notification, cluster: Cluster) -> str:
    return _("%(cluster)s has no manager any more. Please make somebody its manager.") % {"cluster": cluster}


def tell_without_manager_after_commit(clusters: Collection[int]) -> None:
    """Of those of these clusters that have no manager then."""
    if clusters:
        transaction.on_commit(partial(tell_without_manager, list(clusters)))


def tell_without_manager(clusters: Collection[int]) -> None:
    for cluster in without_manager().filter(pk__in=clusters):
        notify("clusters.without_manager", about=cluster, recipients=people_who_may(CHANGES), by=None)


def tell_operators(application: ClusterApplication, *, by) -> None:
    notify("clusters.applied", about=application, recipients=people_who_may(DECIDES), by=by)


def tell_answer(application: ClusterApplication, *, by) -> None:
    recipients = [application.applicant]
    notify("clusters.answered", about=application, recipients=recipients, by=by, state=str(application.state))


def register() -> None:
    notification_kinds.register(
        NotificationKind(
            name="clusters.without_manager",
            label=gettext_lazy("A cluster is left without a manager"),
            targets=closable,
            text=without_manager_text,
            url=lambda notification, cluster: reverse("hanse_members_memberships:add"),
            delivery=Delivery.AT_ONCE,
            concerns=closes_clusters,
            icon="clusters",
            order=18,
        )
    )
    notification_kinds.register(
        NotificationKind(
            name="clusters.applied",
            label=gettext_lazy("A cluster asks to take part"),
            targets=for_operators,
            text=sent_text,
            url=lambda notification, application: waiting_url("cluster-applications"),
            delivery=Delivery.AT_ONCE,
            concerns=admits_clusters,
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
            delivery=Delivery.AT_ONCE,
            icon="clusters",
            order=19,
        )
    )
    notification_kinds.register(
        NotificationKind(
            name="clusters.standing",
            label=gettext_lazy("Your cluster is suspended, reinstated or closed"),
            targets=own_clusters,
            text=standing_text,
            url=lambda notification, cluster: reverse("hanse_members:memberships"),
            delivery=Delivery.AT_ONCE,
            required=True,
            concerns=decides,
            icon="clusters",
            order=17,
        )
    )
    notification_kinds.register(
        NotificationKind(
            name="clusters.notice",
            label=gettext_lazy("A cluster wants to leave"),
            targets=closable,
            text=notice_text,
            url=lambda notification, cluster: waiting_url("cluster-notices"),
            delivery=Delivery.AT_ONCE,
            concerns=closes_clusters,
            icon="clusters",
            order=18,
        )
    )
