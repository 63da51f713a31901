"""Who stands in for somebody is told."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import formats
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanse_access.viewer import Viewer
from hanse_activity.actions import notify
from hanse_activity.delivery import Delivery
from hanse_activity.kinds import NotificationKind, decides, notification_kinds
from hanse_activity.models import Notification

from .models import Deputy


def for_deputy(viewer: Viewer) -> QuerySet[Deputy]:
    if viewer.user is None:
        return Deputy.objects.none()
    return Deputy.objects.valid().filter(deputy_id=viewer.user_id).select_related("person", "cluster")


def named_text(notification: Notification, row: Deputy) -> str:
    text = _("From %(first)s to %(last)s you stand in for %(person)s in the management of %(cluster)s.")
    return text % {
        "person": row.person.get_full_name(),
        "cluster": row.cluster,
        "first": formats.date_format(row.starts_on, "SHORT_DATE_FORMAT"),
        "last": formats.date_format(row.ends_on, "SHORT_DATE_FORMAT"),
    }


def tell_deputy(row: Deputy, *, by) -> None:
    notify("deputies.named", about=row, recipients=[row.deputy], by=by)


def register() -> None:
    notification_kinds.register(
        NotificationKind(
            name="deputies.named",
            label=gettext_lazy("You stand in for somebody"),
            targets=for_deputy,
            text=named_text,
            url=lambda notification, row: reverse("hanse_base:waiting"),
            delivery=Delivery.AT_ONCE,
            concerns=decides,
            icon="people",
            order=35,
        )
    )
