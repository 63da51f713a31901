"""Requests of people who want to write and share nothing with the person, among what waits."""

from __future__ import annotations

from collections.abc import Sequence

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hanse_base.waiting import WaitingAction, WaitingKind

from .actions import direct
from .models import Message, Participant
from .notifications_of_direct import WAITING, own_requests
from .own_seats import may_be_invited
from .people import organisations_of
from .waiting_kinds import doing


def waiting_requests(request: HttpRequest):
    if not may_be_invited(request.viewer):
        return Participant.objects.none()
    return own_requests(request.viewer).order_by("changed_at", "pk")


def prepare(rows: Sequence[Participant], request: HttpRequest) -> None:
    """Who asks, from where, what they say first, and who else is in the conversation: three queries for all."""
    firms = organisations_of([row.invited_by_id for row in rows])
    ids = [row.conversation_id for row in rows]
    said: dict[int, Message] = {}
    written = Message.objects.filter(conversation__in=ids, kind=Message.Kind.TEXT, deleted_at=None)
    # Of a group that one is added to later only what comes then is for who is added.
    first = written.filter(conversation__participants__in=[row.pk for row in rows if not row.from_seq], seq=1)
    for message in first:
        said[message.conversation_id] = message
    others: dict[int, list[str]] = {}
    there = Participant.objects.active().filter(conversation__in=ids, conversation__direct__is_group=True)
    for participant in there.select_related("person").order_by("pk"):
        others.setdefault(participant.conversation_id, []).append(participant.person.get_full_name())
    for row in rows:
        row.organisation = firms.get(row.invited_by_id, "")
        row.message = said.get(row.conversation_id)
        row.others = ", ".join(others.get(row.conversation_id, []))


def said_accepted(number: int) -> str:
    text = ngettext(
        "Accepted. You find the conversation under “Messages”.",
        "%(count)d accepted. You find the conversations under “Messages”.",
        number,
    )
    return text % {"count": number}


def said_ignored(number: int) -> str:
    return ngettext("Ignored. Nobody is told.", "%(count)d ignored. Nobody is told.", number) % {"count": number}


def said_blocked(number: int) -> str:
    text = ngettext(
        "Blocked: nothing from there reaches you any more. Nobody is told.",
        "%(count)d people blocked: nothing from there reaches you any more. Nobody is told.",
        number,
    )
    return text % {"count": number}


message_requests = WaitingKind(
    name=WAITING,
    label=_("People who want to write to you"),
    template="hanse_groups/includes/waiting_writer.html",
    items=waiting_requests,
    concerns=lambda request: False,
    title=lambda item: item.invited_by.get_full_name(),
    prepare=prepare,
    actions=(
        WaitingAction(
            name="accept", label=_("Accept"), perform=doing(direct.accept), done=said_accepted, kind="primary"
        ),
        WaitingAction(name="ignore", label=_("Ignore"), perform=doing(direct.ignore), done=said_ignored),
        WaitingAction(
            name="block", label=_("Block"), perform=doing(direct.block_asking), done=said_blocked, kind="danger"
        ),
    ),
    order=23,
)
