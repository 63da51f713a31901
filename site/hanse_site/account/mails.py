"""Mails about accounts: sent by a task after the commit, so that no request waits for a mail server or fails with it.

A task is a row of the database until it is done. It holds what cannot be read again then: the address only if it
belongs to no account, and never a link that opens something, which is made when the mail is sent.
"""

from __future__ import annotations

import logging
import smtplib
from datetime import timedelta
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.contrib.auth import get_user_model
from django.db.transaction import on_commit
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django_tasks import default_task_backend, task

logger = logging.getLogger(__name__)

RESET = "account/email/password_reset_key"
CONFIRMATIONS = ("account/email/email_confirmation", "account/email/email_confirmation_signup")
#: what else allauth's templates say; of other things in a context nothing is kept
KEPT = ("from_email", "to_email", "deleted_email", "signup_url")
MOST_TRIES = 8
FIRST_PAUSE = timedelta(minutes=1)
#: reply codes of a mail server from here on say that trying again is in vain (RFC 5321, 4.2.1)
PERMANENT = 500


def post_mail(template: str, address: str, context: dict[str, Any]) -> None:
    """Have this mail of allauth sent after the commit, in the reader's language. Raises nothing."""
    user = context.get("user") or get_user_model().objects.filter(email__iexact=address).first()
    known = EmailAddress.objects.filter(email__iexact=address).order_by("-verified", "pk")
    if getattr(user, "pk", None):
        known = known.filter(user=user)
    row = known.first()
    values = {name: str(context[name]) for name in KEPT if context.get(name)}
    if template != RESET and "password_reset_url" in context:
        values["password_reset_url"] = context["password_reset_url"]
    if "timestamp" in context:
        values["timestamp"] = context["timestamp"].isoformat()
    arguments = {
        "address_id": row.pk if row else None,
        "address": "" if row else address,
        "language": getattr(user, "language", "") or translation.get_language() or settings.LANGUAGE_CODE,
        "values": values,
    }

    def enqueue() -> None:  # no partial: Django names what failed, and a partial has no name
        send_account_mail.enqueue(template, **arguments)

    on_commit(enqueue, robust=True)


@task()
def send_account_mail(
    template: str, address_id: int | None, address: str, language: str, values: dict[str, str], tries: int = 0
) -> None:
    """Send one mail; a server that does not take it is asked again, with growing pauses. Twice does little harm."""
    row = EmailAddress.objects.select_related("user").filter(pk=address_id).first() if address_id else None
    if row is None and not address:
        return  # the account or its address is gone
    context: dict[str, Any] = {**values, "email": row.email if row else address, "user": row.user if row else None}
    if "timestamp" in values:
        context["timestamp"] = parse_datetime(values["timestamp"])
    context |= _links(template, row) if row else {}
    with translation.override(language), timezone.override(getattr(context["user"], "time_zone", "") or None):
        mail = get_adapter().compose(template, context["email"], context)
    try:
        mail.send()
    except Exception as problem:  # each way to send mails raises errors of its own
        # Errors of mail servers quote addresses: the log gets their class only.
        about = {"template": template, "error": type(problem).__name__, "tries": tries}
        logger.error("a mail about an account was not sent", extra=about)  # noqa: TRY400
        if not _in_vain(problem) and tries + 1 < MOST_TRIES and default_task_backend.supports_defer:
            later = send_account_mail.using(run_after=timezone.now() + FIRST_PAUSE * 2**tries)
            later.enqueue(template, address_id, address, language, values, tries + 1)


def _in_vain(problem: Exception) -> bool:
    if not isinstance(problem, smtplib.SMTPRecipientsRefused):
        return False
    return max((answer[0] for answer in problem.recipients.values()), default=0) >= PERMANENT


def _links(template: str, row: EmailAddress) -> dict[str, str]:
    """The addresses that open something: only whoever reads the mail has them."""
    if template in CONFIRMATIONS:
        return {"activate_url": reverse("account_confirm_email", args=[EmailConfirmationHMAC.create(row).key])}
    if template == RESET:
        token = app_settings.PASSWORD_RESET_TOKEN_GENERATOR().make_token(row.user)
        arguments = {"uidb36": user_pk_to_url_str(row.user), "key": token}
        return {"password_reset_url": reverse("account_reset_password_from_key", kwargs=arguments)}
    return {}


def forget_sent_mails() -> int:
    """Timed job: remove the rows of mails that are done with. Returns how many."""
    from django_tasks_db.models import DBTaskResult

    return DBTaskResult.objects.finished().filter(task_path=send_account_mail.module_path).delete()[0]
