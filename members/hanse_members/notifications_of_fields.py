"""What is told about fields on request. Neither text nor mail ever holds what stands in a field."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanse_access.viewer import Viewer
from hanse_activity.actions import notify
from hanse_activity.delivery import Delivery
from hanse_activity.kinds import NotificationKind, notification_kinds
from hanse_activity.models import Notification

from .field_kinds import FIELD_KINDS, FieldKind, kind_of
from .models import OrganisationFieldRelease, ScopedFieldRelease

State = ScopedFieldRelease.State
#: notification kinds by kind of field: a question, and the answer to one
ASKED = {"profile": "fields.asked", "organisation": "fields.asked_of_organisation"}
ANSWERED = {"profile": "fields.answered", "organisation": "fields.answered_by_organisation"}
LABELS = {
    "fields.asked": gettext_lazy("Somebody asks for a field of your profile"),
    "fields.asked_of_organisation": gettext_lazy("Somebody asks for a field of your organisation"),
    "fields.answered": gettext_lazy("Answer about a field of a profile"),
    "fields.answered_by_organisation": gettext_lazy("Answer about a field of an organisation"),
}


def asked_text(notification: Notification, release: ScopedFieldRelease) -> str:
    return question_text(release)


def question_text(release: ScopedFieldRelease) -> str:
    """Who asks for what, for those who answer."""
    assert release.person is not None  # outsiders do not ask
    names = {"person": release.person.get_full_name(), "field": release.field}
    if isinstance(release, OrganisationFieldRelease):
        text = _("%(person)s asks for “%(field)s” of %(organisation)s.")
        return text % {**names, "organisation": release.field.organisation}
    return _("%(person)s asks for “%(field)s” in your profile.") % names


def answered_text(notification: Notification, release: ScopedFieldRelease) -> str:
    names = {"person": release.field.holder.name, "field": release.field}
    if release.state == State.RELEASED:
        return _("%(person)s lets you read “%(field)s”.") % names
    return _("%(person)s does not release “%(field)s”.") % names


def tell_answering(release: ScopedFieldRelease, *, by) -> None:
    notify(ASKED[kind_of(release).name], about=release, recipients=release.field.holder.answering(), by=by)


def tell_asker(release: ScopedFieldRelease, *, by) -> None:
    notify(ANSWERED[kind_of(release).name], about=release, recipients=[release.person], by=by)


def to_answer(kind: FieldKind) -> Callable[[Viewer], QuerySet]:
    def targets(viewer: Viewer) -> QuerySet:
        return kind.release.objects.waiting().reaching(viewer.user).with_holders().select_related("person")

    return targets


def answered(kind: FieldKind) -> Callable[[Viewer], QuerySet]:
    """Answers to the viewer's questions, while the holder is one that they may see."""

    def targets(viewer: Viewer) -> QuerySet:
        mine = kind.release.objects.by(viewer.user).filter(state__in=[State.RELEASED, State.DECLINED])
        return mine.of_holders(kind.holder.objects.visible_to(viewer)).with_holders()

    return targets


def register() -> None:
    for order, kind in enumerate(FIELD_KINDS.values()):
        asked = _kind(ASKED[kind.name], to_answer(kind), asked_text, to_inbox, 30 + order)
        notification_kinds.register(replace(asked, personal=True))
        # Also told when somebody gives unasked: whoever blocks the giver hears nothing of it.
        given = _kind(ANSWERED[kind.name], answered(kind), answered_text, to_holder, 32 + order)
        notification_kinds.register(replace(given, personal=True))


def _kind(name: str, targets, text, url, order: int) -> NotificationKind:
    return NotificationKind(
        name=name,
        label=LABELS[name],
        targets=targets,
        text=text,
        url=url,
        delivery=Delivery.AT_ONCE,
        icon="people",
        order=order,
    )


def to_inbox(notification: Notification, release: Any) -> str:
    return reverse("hanse_members:field_releases")


def to_holder(notification: Notification, release: Any) -> str:
    return release.field.holder.get_absolute_url()
