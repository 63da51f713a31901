"""What is told about sources of organisations."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanse_access.viewer import Viewer
from hanse_activity.actions import notify
from hanse_activity.delivery import Delivery
from hanse_activity.kinds import NotificationKind, decides, notification_kinds
from hanse_activity.models import Notification

from .models import Membership, OrganisationSource
from .roles import Role


def for_managers(viewer: Viewer) -> QuerySet[OrganisationSource]:
    deciding = viewer.decides.get("cluster", frozenset())
    return OrganisationSource.objects.filter(cluster_id__in=deciding).select_related("cluster")


def failing_text(notification: Notification, source: OrganisationSource) -> str:
    text = _("The source “%(source)s” of %(cluster)s could not be fetched several times in a row.")
    return text % {"source": source.name, "cluster": source.cluster}


def tell_failing_source(source: OrganisationSource) -> None:
    managing = Membership.objects.with_role(Role.MANAGER).filter(cluster=source.cluster_id)
    people = get_user_model()._default_manager.filter(pk__in=managing.order_by().values("person"))
    notify("organisations.source_fails", about=source, recipients=people)


def register() -> None:
    notification_kinds.register(
        NotificationKind(
            name="organisations.source_fails",
            label=gettext_lazy("A source of organisations fails"),
            targets=for_managers,
            text=failing_text,
            details=lambda notification, source: source.problem,
            url=lambda notification, source: reverse("hanse_members:import_organisations"),
            delivery=Delivery.AT_ONCE,
            concerns=decides,
            icon="building",
            order=26,
        )
    )
