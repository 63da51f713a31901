"""Answers to mails: what somebody sends back to a notification is posted where it came from.

Only where HANSE_ANSWER_ADDRESS names a mail address whose mails reach ``take_in``: by a provider's webhook or by the
command ``receive_answer``. Each mail then carries an address of its own, which is signed: it names the place, the
person and the day, and works for that person's address alone, for 30 days. What cannot be posted goes back to the
person, with all that they wrote.
"""

from __future__ import annotations

import base64
import html
import logging
import re
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import getaddresses
from typing import Any

from django.conf import settings
from django.contrib.auth import get_user_model
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.utils import timezone, translation
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.html import strip_tags
from django.utils.translation import gettext as _

from hanse_base.registry import Registry

from .mails import ANSWER_MARK, MailContent, build_mail
from .models import ReturnedAnswer
from .tasks import send_after_commit

logger = logging.getLogger(__name__)

#: name of the outbox of what goes back
OUTBOX = "returned_answers"
#: days for which an address in a mail can be answered
DAYS = 30
#: bytes of the signature
SIGNED = 15
KEYS = uuid.UUID("4b8b6a38-5a0d-4d0b-9a43-6a5dbb2b8c11")
#: the first line of the head of the quoted mail, as Outlook writes it
HEAD = re.compile(r"\*?(?:Von|From) ?:")
#: what the line that announces the quoted mail holds: an address or a date
ADDRESS_OR_DATE = re.compile(r"[@\d]")
SIGNATURE = re.compile(r"\n-- ?\n.*", re.S)


class CannotBePosted(Exception):
    """The message says why, in the language of the person."""


@dataclass(frozen=True)
class AnswerPlace:
    """A kind of place that takes answers. ``name`` is one or two small letters, which stand in addresses.

    ``post(person, id, text, key)`` posts as this person, or raises ``CannotBePosted``; the same ``key`` once more is
    the same answer. It asks whether the person may.
    """

    name: str
    post: Callable[[Any, int, str, uuid.UUID], None]
    order: int = 100


answer_places: Registry[AnswerPlace] = Registry()


def answer_address(place: str, id: int, person) -> str:
    """The address at which this person answers to this place; empty where no answers are taken in."""
    base = getattr(settings, "HANSE_ANSWER_ADDRESS", "")
    if not base:
        return ""
    local, _at, domain = base.partition("@")
    signed = f"{place}-{_small(id)}-{_small(person.pk)}-{_small(_today())}"
    return f"{local}+{signed}-{_signature(signed)}@{domain}"


@dataclass(frozen=True)
class Addressed:
    place: str
    id: int
    person: int


def read_address(address: str) -> Addressed | None:
    """What an address of ours means; None for a foreign, changed or old one. Case does not count."""
    base_local, _at, base_domain = getattr(settings, "HANSE_ANSWER_ADDRESS", "").lower().partition("@")
    local, _at, domain = address.strip().lower().rpartition("@")
    if not base_local or domain != base_domain or not local.startswith(f"{base_local}+"):
        return None
    parts = local.removeprefix(f"{base_local}+").split("-")
    if len(parts) != 5 or any(len(part) > 30 for part in parts):
        return None
    signed = "-".join(parts[:4])
    valid = [_signature(signed, key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]
    if not any(constant_time_compare(parts[4], one) for one in valid):
        return None
    place, (id, person, day) = parts[0], (int(part, 36) for part in parts[1:4])
    return Addressed(place, id, person) if 0 <= _today() - day <= DAYS else None


def take_in(mail: EmailMessage, recipients: list[str] | None = None) -> bool:
    """Post what this mail says. True when it was posted.

    ``recipients`` are those of the envelope where they are known; else all that its head names. What is automatic, is
    for no address of ours, or does not come from the person's own address is dropped.
    """
    if _is_automatic(mail):
        return False
    heads = [str(value) for name in ("Delivered-To", "X-Original-To", "To", "Cc") for value in mail.get_all(name, [])]
    named = [address for _name, address in getaddresses([*(recipients or []), *heads])]
    found = next(filter(None, map(read_address, named)), None)
    senders = [address.casefold() for _name, address in getaddresses([str(mail.get("From", ""))])]
    if found is None or found.place not in answer_places:
        logger.info("a mail for no address of ours was dropped")
        return False
    person = get_user_model()._default_manager.filter(pk=found.person, is_active=True).first()
    if person is None or senders != [person.email.casefold()]:
        logger.info("an answer from another address than that of the person was dropped")
        return False
    text = written_in(mail)
    key = uuid.uuid5(KEYS, _identity(mail, text))
    if ReturnedAnswer.objects.filter(key=key).exists():
        logger.info("an answer that was returned came again")
        return False
    with translation.override(getattr(person, "language", "") or settings.LANGUAGE_CODE):
        try:
            if not text:
                raise CannotBePosted(_("There was nothing above what you answered."))
            answer_places[found.place].post(person, found.id, text, key)
        except CannotBePosted as problem:
            send_back(person, str(problem), text, key)
            return False
    return True


@transaction.atomic
def send_back(person, why: str, text: str, key: uuid.UUID) -> None:
    """Return an answer to whoever wrote it, after commit, and once however often it comes."""
    row, is_new = ReturnedAnswer.objects.get_or_create(
        key=key,
        defaults={
            "person": person,
            "why": why[:500],
            "text": text,
            "mail": ReturnedAnswer.Mail.WAITING,
            "mail_changed_at": timezone.now(),
        },
    )
    if is_new:
        send_after_commit([row.pk], OUTBOX)


def write_returned(row: ReturnedAnswer) -> EmailMultiAlternatives | None:
    person = row.person
    if not person.is_active:
        return None
    with translation.override(getattr(person, "language", "") or settings.LANGUAGE_CODE):
        written = (_("You wrote:"), row.text) if row.text else ()
        content = MailContent(
            subject=_("Your answer was not posted"),
            paragraphs=(_("We could not post what you sent by mail."), row.why, *written),
        )
        return build_mail(person.email, content, greeting=_("Hello %(name)s,") % {"name": person.get_short_name()})


def written_in(mail: EmailMessage) -> str:
    """What the person wrote: without the mail that was answered, how it is announced, and the signature."""
    body = mail.get_body(("plain", "html"))
    if body is None:
        return ""
    try:
        text = str(body.get_content())
    except (LookupError, UnicodeError):  # an unknown or false character set
        text = (body.get_payload(decode=True) or b"").decode("utf-8", "replace")
    if body.get_content_type() == "text/html":
        text = html.unescape(strip_tags(re.sub(r"(?i)<br\s*/?>|</p>|</div>", "\n", text)))
    text = "\n" + text.replace("\r\n", "\n")
    if ANSWER_MARK in text:
        lines = _without_announcement(text.partition(ANSWER_MARK)[0].rpartition("\n")[0].rstrip().split("\n"))
    else:
        lines = [line for line in text.split("\n") if not line.startswith(">")]
    return SIGNATURE.sub("", "\n".join(lines)).strip()


def _without_announcement(lines: list[str]) -> list[str]:
    """Without what mail programs put directly above the words that they quote; nothing further up is touched."""
    begin = next((number for number in range(len(lines), 0, -1) if not lines[number - 1].strip()), 0)
    block = [line.strip() for line in lines[begin:]]
    if any(HEAD.match(line) for line in block[:2]):  # the first may be a rule
        return lines[:begin]
    if not block or not block[-1].endswith(":"):
        return lines
    *before, last = block
    # A long one is broken before the address, or after it.
    is_broken = bool(before) and (last.startswith("<") or ("@" in before[-1] and not ADDRESS_OR_DATE.search(last)))
    announced = before[-1] + last if is_broken else last
    return lines[: -1 - is_broken] if ADDRESS_OR_DATE.search(announced) else lines


def _is_automatic(mail: EmailMessage) -> bool:
    """An absence note or a list's mail (RFC 3834)."""
    automatic = str(mail.get("Auto-Submitted", "no")).strip().lower() != "no"
    return automatic or str(mail.get("Precedence", "")).strip().lower() in {"bulk", "auto_reply", "junk", "list"}


def _identity(mail: EmailMessage, text: str) -> str:
    return str(mail.get("Message-ID", "")).strip() or f"{mail.get('Date', '')} {text}"


def _signature(signed: str, key: str | None = None) -> str:
    digest = salted_hmac("hanse_activity.answers", signed, secret=key, algorithm="sha256").digest()[:SIGNED]
    return base64.b32encode(digest).decode().lower()


def _small(number: int) -> str:
    digits = ""
    while number:
        number, rest = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[rest] + digits
    return digits or "0"


def _today() -> int:
    return timezone.now().date().toordinal()
