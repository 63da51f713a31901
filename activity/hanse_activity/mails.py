"""Mails: text and HTML of one content, in the reader's language. Nothing in them is fetched from anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

if TYPE_CHECKING:
    from hanse_access.viewer import Viewer

    from .kinds import NotificationKind
    from .models import Notification

#: RFC 3834 and Outlook's own: nobody's absence note answers a notification
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


@dataclass(frozen=True)
class MailContent:
    """What a mail says. ``url`` begins with "/"; ``action`` is the label of its button; ``note`` says why it comes."""

    subject: str
    paragraphs: tuple[str, ...]
    url: str = ""
    action: str = ""
    note: str = ""


def build_mail(to: str, content: MailContent, *, greeting: str = "") -> EmailMultiAlternatives:
    """A mail in the active language. Its envelope's sender is HANSE_MAIL_RETURN_PATH, where bounces are read."""
    base = settings.WAGTAILADMIN_BASE_URL.rstrip("/")
    context: dict[str, Any] = {
        "content": content,
        "greeting": greeting or _("Hello,"),
        "link": f"{base}{content.url}" if content.url else "",
        "site_name": settings.WAGTAIL_SITE_NAME,
        "site_url": base,
        "language": translation.get_language(),
    }
    return_path = getattr(settings, "HANSE_MAIL_RETURN_PATH", "")
    mail = EmailMultiAlternatives(
        subject=" ".join(content.subject.split()),
        body=render_to_string("hanse_activity/mail/mail.txt", context),
        from_email=return_path or settings.DEFAULT_FROM_EMAIL,
        to=[to],
        headers={**HEADERS, **({"From": settings.DEFAULT_FROM_EMAIL} if return_path else {})},
    )
    mail.attach_alternative(render_to_string("hanse_activity/mail/mail.html", context), "text/html")
    return mail


def notification_mail(
    notification: Notification, kind: NotificationKind, target: Any, viewer: Viewer
) -> EmailMultiAlternatives:
    """The mail of a notification, in the language of its reader, who is the viewer."""
    person = notification.recipient
    with translation.override(getattr(person, "language", "") or settings.LANGUAGE_CODE):
        kind.prepare([target], viewer)
        if kind.discreet(target):
            text, details = _("There is something new for you: %(kind)s.") % {"kind": kind.label}, ""
            subject = str(kind.label)
        else:
            subject = text = kind.text(notification, target)
            details = kind.details(notification, target) if kind.details else ""
        content = MailContent(
            subject=subject,
            paragraphs=tuple(part for part in (text, *details.split("\n\n")) if part),
            url=kind.url(notification, target),
            action=_("Open"),
            note=_("You get this mail because you have an account there."),
        )
        greeting = _("Hello %(name)s,") % {"name": person.get_short_name()}
        return build_mail(person.email, content, greeting=greeting)
