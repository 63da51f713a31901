"""Wagtail's mails about pages: to those who have a stake in the page when it is sent, and of closed circles no word.

Wagtail writes to whoever asked for a workflow or took part in comments, whatever became of their rights since.
"""

from __future__ import annotations

import copy
import functools
from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy
from wagtail.admin import mail
from wagtail.admin.views.pages import edit
from wagtail.models import Page

from .page_closed import closed_people
from .page_stakes import page_stakeholders

#: stands for the title, in the language of the mail
UNNAMED = gettext_lazy("a page for a closed circle")


def tell_those_with_a_stake() -> None:
    """Called once, from ``AppConfig.ready()``."""
    send_emails = mail.EmailNotificationMixin.send_emails
    send_notification = edit.send_notification

    @functools.wraps(send_emails)
    def send_of_workflow(self, template_set, context, recipients, **kwargs):
        page = context.get("page")
        if page is not None:
            recipients, context = _with_stake(page, recipients), _without_words(page, context)
        return send_emails(self, template_set, context, recipients, **kwargs)

    @functools.wraps(send_notification)
    def send_of_comments(recipient_users, notification, extra_context):
        page = extra_context["page"]
        if closed_people(page) is not None:
            return True  # what was said about it is all that these mails tell
        return send_notification(_with_stake(page, recipient_users), notification, extra_context)

    mail.EmailNotificationMixin.send_emails = send_of_workflow
    edit.send_notification = send_of_comments


def _with_stake(page: Page, people: Iterable) -> list:
    people = list(people)
    kept = set(page_stakeholders(page).filter(pk__in=[person.pk for person in people]).values_list("pk", flat=True))
    return [person for person in people if person.pk in kept]


def _without_words(page: Page, context: dict[str, Any]) -> dict[str, Any]:
    if closed_people(page) is None:
        return context
    unnamed = copy.copy(page)
    unnamed.get_admin_display_title = lambda: UNNAMED
    return context | {"page": unnamed, "object": unnamed, "comment": ""}
