"""What is told about fields of profiles. Neither text nor mail ever holds what stands in a field."""

from __future__ import annotations

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanse_access.viewer import Viewer
from hanse_activity.actions import notify
from hanse_activity.kinds import NotificationKind, notification_kinds
from hanse_activity.models import Notification

from .models import FieldRelease, Profile

State = FieldRelease.State


def to_answer(viewer: Viewer) -> QuerySet[FieldRelease]:
    return FieldRelease.objects.waiting().reaching(viewer.user).select_related("field", "person")


def answered(viewer: Viewer) -> QuerySet[FieldRelease]:
    """Answers to the viewer's questions, while the profile is one that they may see."""
    seen = Profile.objects.visible_to(viewer).values("pk")
    mine = FieldRelease.objects.by(viewer.user).filter(state__in=[State.RELEASED, State.DECLINED])
    return mine.filter(field__profile__in=seen).select_related("field__profile")


def asked_text(notification: Notification, release: FieldRelease) -> str:
    assert release.person is not None  # outsiders do not ask
    return _("%(person)s asks for “%(field)s” in your profile.") % {
        "person": release.person.get_full_name(),
        "field": release.field,
    }


def answered_text(notification: Notification, release: FieldRelease) -> str:
    names = {"person": release.field.profile.name, "field": release.field}
    if release.state == State.RELEASED:
        return _("%(person)s lets you read “%(field)s”.") % names
    return _("%(person)s does not release “%(field)s”.") % names


def own_profile(viewer: Viewer) -> QuerySet[Profile]:
    return Profile.objects.of(viewer.user)


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


def tell_owner(release: FieldRelease, *, by) -> None:
    notify("fields.asked", about=release, recipients=[release.field.profile.person], by=by)


def tell_asker(release: FieldRelease, *, by) -> None:
    notify("fields.answered", about=release, recipients=[release.person], by=by)


def register() -> None:
    notification_kinds.register(
        NotificationKind(
            name="profiles.confirm",
            label=gettext_lazy("Is your profile still right?"),
            targets=own_profile,
            text=confirm_text,
            url=lambda notification, profile: reverse("hanse_members:my_profile"),
            icon="person",
            order=29,
        )
    )
    notification_kinds.register(
        NotificationKind(
            name="fields.asked",
            label=gettext_lazy("Somebody asks for a field of your profile"),
            targets=to_answer,
            text=asked_text,
            url=lambda notification, release: reverse("hanse_members:field_releases"),
            icon="people",
            personal=True,
            order=30,
        )
    )
    notification_kinds.register(
        NotificationKind(
            name="fields.answered",
            label=gettext_lazy("Answer about a field of a profile"),
            targets=answered,
            text=answered_text,
            url=lambda notification, release: release.field.profile.get_absolute_url(),
            icon="people",
            order=31,
        )
    )
