"""Writing the mails about what people were told: what they may see, at the moment of sending, as they chose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from hanse_access.viewer import Viewer

from .answers import answer_address
from .choices import Choices, quiet_until
from .delivery import Delivery, Source, source_named
from .kinds import NotificationKind, notification_kinds
from .mails import MailContent, build_mail
from .models import Notification
from .stops import stop_for

if TYPE_CHECKING:
    from datetime import datetime

    from django.core.mail import EmailMultiAlternatives


def language_of(person) -> str:
    return getattr(person, "language", "") or settings.LANGUAGE_CODE


def write_notification(notification: Notification) -> EmailMultiAlternatives | None:
    """None when there is nobody to send it to, or nothing to tell any more, or it is not wanted any more."""
    person = notification.recipient
    if not person.is_active or notification.kind not in notification_kinds or notification.read_at:
        return None
    kind, source = notification_kinds[notification.kind], notification.belongs_to
    viewer = Viewer.of(person)
    target = kind.targets(viewer).filter(pk=notification.object_id).first()
    if target is None or not (kind.addressed or source is None or _has(viewer, source)):
        return None
    delivery, _source = Choices.of(person).of_news(kind, [source] if source else [])
    return notification_mail(notification, kind, target, viewer) if delivery != Delivery.OFF else None


def held_until(notification: Notification) -> datetime | None:
    return quiet_until(notification.recipient)


def notification_mail(
    notification: Notification, kind: NotificationKind, target: Any, viewer: Viewer
) -> EmailMultiAlternatives | None:
    """The mail of a notification, in the language of its reader, who is the viewer; None when nothing is left of it."""
    person, source = notification.recipient, notification.belongs_to
    with translation.override(language_of(person)):
        kind.prepare([target], viewer)
        if not kind.still_tells(target):
            return None
        if kind.discreet(target) or (source is not None and is_discreet(source)):
            text, details = _("There is something new for you: %(kind)s.") % {"kind": kind.label}, ""
            subject, place = str(kind.label), None
        else:
            subject = text = kind.text(notification, target)
            details = kind.details(notification, target) if kind.details else ""
            place = kind.answers(target) if kind.answers else None
        stop = stop_for(person, kind, source)
        content = MailContent(
            subject=subject,
            paragraphs=tuple(part for part in (text, *details.split("\n\n")) if part),
            url=kind.url(notification, target),
            action=_("Open"),
            note=_("You get this mail because you have an account there."),
            choose=reverse("hanse_activity:delivery"),
            stop=stop.path() if stop is not None else "",
            answer=answer_address(*place, person) if place is not None else "",
        )
        greeting = _("Hello %(name)s,") % {"name": person.get_short_name()}
        return build_mail(person.email, content, greeting=greeting)


def is_discreet(source: Source) -> bool:
    """Where nobody answers for the source any more, nothing of it is quoted."""
    found = source_named(source.name)
    return found is None or source.id in found.discreet([source.id])


def _has(viewer: Viewer, source: Source) -> bool:
    """Whether the viewer still follows it, or belongs to it."""
    found = source_named(source.name)
    return found is not None and found.things(viewer).filter(pk=source.id).exists()
