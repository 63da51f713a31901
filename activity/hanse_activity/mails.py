"""Mails: text and HTML of one content, in the reader's language. Nothing in them is fetched from anywhere."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _

#: RFC 3834 and Outlook's own: nobody's absence note answers a notification
HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All"}


#: what is written in answer stands above this line, whatever language its words are in
ANSWER_MARK = "=== 8< ==="


@dataclass(frozen=True)
class Line:
    """One thing in a list: a sentence, the address that it leads to (from "/" on), and more in a second line."""

    text: str
    url: str
    details: str = ""


@dataclass(frozen=True)
class Section:
    """A list under a heading."""

    heading: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class MailContent:
    """What a mail says. All addresses begin with "/".

    ``action`` is the label of the button that leads to ``url``; ``note`` says why the mail comes, ``choose`` is where
    one chooses what comes, and ``stop`` what stops such mails at once: a page, and on POST the act itself (RFC 8058).
    ``answer`` is the mail address where an answer is posted, see ``answers``.
    """

    subject: str
    paragraphs: tuple[str, ...]
    url: str = ""
    action: str = ""
    note: str = ""
    sections: tuple[Section, ...] = ()
    choose: str = ""
    stop: str = ""
    answer: str = ""


def build_mail(to: str, content: MailContent, *, greeting: str = "") -> EmailMultiAlternatives:
    """A mail in the active language. Its envelope's sender is HANSE_MAIL_RETURN_PATH, where bounces are read."""
    base = settings.WAGTAILADMIN_BASE_URL.rstrip("/")
    context: dict[str, Any] = {
        "content": content,
        "greeting": greeting or _("Hello,"),
        "site_name": settings.WAGTAIL_SITE_NAME,
        "site_url": base,
        "language": translation.get_language(),
        "answer_mark": ANSWER_MARK,
    }
    headers = dict(HEADERS)
    if content.stop:
        headers["List-Unsubscribe"] = f"<{base}{content.stop}>"
        headers["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    return_path = getattr(settings, "HANSE_MAIL_RETURN_PATH", "")
    if return_path:
        headers["From"] = settings.DEFAULT_FROM_EMAIL
    mail = EmailMultiAlternatives(
        subject=" ".join(content.subject.split()),
        body=render_to_string("hanse_activity/mail/mail.txt", context),
        from_email=return_path or settings.DEFAULT_FROM_EMAIL,
        to=[to],
        reply_to=[content.answer] if content.answer else None,
        headers=headers,
    )
    mail.attach_alternative(render_to_string("hanse_activity/mail/mail.html", context), "text/html")
    return mail
