"""What people are asked about their own profile and the organisation that they look after."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanse_access.viewer import Viewer
from hanse_activity.delivery import Delivery
from hanse_activity.kinds import NotificationKind, notification_kinds
from hanse_activity.models import Notification

from .models import Organisation, Profile


def own_profile(viewer: Viewer) -> QuerySet[Profile]:
    return Profile.objects.of(viewer.user)


def own_organisations(viewer: Viewer) -> QuerySet[Organisation]:
    return Organisation.objects.kept_by(viewer.user)


def confirm_text(notification: Notification, profile: Profile) -> str:
    day = date_format(timezone.localtime(profile.fresh_until), "DATE_FORMAT")
    if profile.is_fresh:
        return _("Is your profile still right? One click confirms it; otherwise it counts as old from %(day)s.") % {
            "day": day
        }
    return _(
        "Your profile was not confirmed for a year. It is marked as old, stands behind the others, and will soon be "
        "suggested to nobody any more. One click confirms that it is still right."
    )


def confirm_organisation_text(notification: Notification, organisation: Organisation) -> str:
    said = {
        "organisation": organisation.name,
        "day": date_format(timezone.localtime(organisation.fresh_until), "DATE_FORMAT"),
    }
    if organisation.is_fresh:
        return (
            _(
                "Is what %(organisation)s says of itself still right? One click confirms it; otherwise it counts as "
                "old from %(day)s."
            )
            % said
        )
    return (
        _(
            "What %(organisation)s says of itself was not confirmed for a year. It is marked as old, stands behind the "
            "others, and will soon be suggested to nobody any more. One click confirms that it is still right."
        )
        % said
    )


def register() -> None:
    notification_kinds.register(
        NotificationKind(
            name="organisations.confirm",
            label=gettext_lazy("Is your organisation's page still right?"),
            targets=own_organisations,
            text=confirm_organisation_text,
            url=lambda notification, organisation: organisation.get_absolute_url(),
            delivery=Delivery.AT_ONCE,
            icon="building",
            order=30,
        )
    )
    notification_kinds.register(
        NotificationKind(
            name="profiles.confirm",
            label=gettext_lazy("Is your profile still right?"),
            targets=own_profile,
            text=confirm_text,
            url=lambda notification, profile: reverse("hanse_members:my_profile"),
            delivery=Delivery.AT_ONCE,
            icon="person",
            order=29,
        )
    )
