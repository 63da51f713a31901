"""Requests to join rooms that one leads, and invitations to rooms, among what waits for a person."""

from __future__ import annotations

from collections.abc import Callable

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hanse_base.waiting import CannotBeDone, WaitingAction, WaitingKind

from . import actions
from .models import Participant
from .models.conversations import LONGEST_NOTE
from .notifications import own_invitations, waiting_in_led_rooms
from .own_seats import may_be_invited, may_lead
from .people import organisations_of


def doing(action: Callable) -> Callable[[HttpRequest, Participant, str], None]:
    def perform(request: HttpRequest, participant: Participant, reason: str) -> None:
        said = {"reason": reason} if reason else {}
        try:
            action(participant, by=request.user, **said)
        except actions.NotPossible as problem:
            raise CannotBeDone(str(problem)) from problem

    return perform


def leads(request: HttpRequest) -> bool:
    return may_lead(request.viewer) and Participant.objects.leading().of_viewer(request.viewer).exists()


def waiting_requests(request: HttpRequest):
    if not may_lead(request.viewer):
        return Participant.objects.none()
    return waiting_in_led_rooms(request.viewer).order_by("changed_at", "pk")


def waiting_invitations(request: HttpRequest):
    if not may_be_invited(request.viewer):
        return Participant.objects.none()
    return own_invitations(request.viewer).order_by("changed_at", "pk")


def with_organisations(participants, request: HttpRequest) -> None:
    firms = organisations_of([participant.person_id for participant in participants])
    for participant in participants:
        participant.organisation = firms.get(participant.person_id, "")


def said_let_in(number: int) -> str:
    return ngettext("%(count)d person is in.", "%(count)d people are in.", number) % {"count": number}


def said_declined(number: int) -> str:
    text = ngettext("Declined. The person reads your reason.", "%(count)d declined. They read your reason.", number)
    return text % {"count": number}


def said_accepted(number: int) -> str:
    return ngettext("You are in the room now.", "You are in %(count)d rooms now.", number) % {"count": number}


def said_refused(number: int) -> str:
    return ngettext("Declined.", "%(count)d declined.", number) % {"count": number}


requests = WaitingKind(
    name="room-requests",
    label=_("Requests to join a room"),
    template="hanse_groups/includes/waiting_request.html",
    items=waiting_requests,
    concerns=leads,
    title=lambda item: item.person.get_full_name(),
    url=lambda item: reverse("hanse_groups:people", args=[item.conversation.room.uid]),
    open_label=_("People of the room"),
    prepare=with_organisations,
    actions=(
        WaitingAction(
            name="let_in", label=_("Let in"), perform=doing(actions.accept_request), done=said_let_in, kind="primary"
        ),
        WaitingAction(
            name="decline",
            label=_("Decline"),
            perform=doing(actions.decline_request),
            done=said_declined,
            reason_label=_("Reason; the person will read it"),
            longest_reason=LONGEST_NOTE,
        ),
    ),
    order=25,
)

invitations = WaitingKind(
    name="room-invitations",
    label=_("Invitations to rooms"),
    template="hanse_groups/includes/waiting_invitation.html",
    items=waiting_invitations,
    concerns=lambda request: False,
    title=lambda item: item.conversation.room.name,
    url=lambda item: item.conversation.room.get_absolute_url(),
    open_label=_("The room"),
    actions=(
        WaitingAction(
            name="accept",
            label=_("Join"),
            perform=doing(actions.accept_invitation),
            done=said_accepted,
            kind="primary",
        ),
        WaitingAction(name="decline", label=_("Decline"), perform=doing(actions.decline_invitation), done=said_refused),
    ),
    order=24,
)
