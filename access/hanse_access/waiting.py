"""Proposals to share among what waits for a person."""

from __future__ import annotations

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hanse_base.waiting import CannotBeDone, WaitingAction, WaitingKind

from . import actions
from .descriptions import scope_names
from .models import AudienceProposal
from .proposals import inbox, name_items


def waiting_proposals(request: HttpRequest):
    if not request.viewer.decides:
        return AudienceProposal.objects.none()
    return inbox(request.viewer).select_related("proposed_by").prefetch_related("item")


def prepare(proposals: Sequence[AudienceProposal], request: HttpRequest) -> None:
    """Titles as this viewer may read them, and the name of whose members would see each."""
    name_items(proposals, request.viewer)
    names = scope_names({proposal.scope for proposal in proposals}, request.viewer)
    for proposal in proposals:
        proposal.scope_name = names.get(proposal.scope, "")


def take_over(request: HttpRequest, proposal: AudienceProposal, reason: str) -> None:
    try:
        actions.accept_proposal(proposal, by=request.user)
    except ValidationError as problem:
        raise CannotBeDone(" ".join(problem.messages)) from problem


def decline(request: HttpRequest, proposal: AudienceProposal, reason: str) -> None:
    try:
        actions.decline_proposal(proposal, by=request.user, reason=reason)
    except ValidationError as problem:
        raise CannotBeDone(" ".join(problem.messages)) from problem


def said_taken_over(number: int) -> str:
    text = ngettext(
        "Taken over. Your members see it from now on.",
        "%(number)d taken over. Your members see them from now on.",
        number,
    )
    return text % {"number": number}


def said_declined(number: int) -> str:
    text = ngettext(
        "Declined. The author reads your reason.", "%(number)d declined. The authors read your reason.", number
    )
    return text % {"number": number}


proposals = WaitingKind(
    name="proposals",
    label=_("Proposals to share"),
    template="hanse_access/waiting_proposal.html",
    items=waiting_proposals,
    concerns=lambda request: bool(request.viewer.decides),
    prepare=prepare,
    title=lambda proposal: proposal.title,
    url=lambda proposal: proposal.url,
    actions=(
        WaitingAction("accept", _("Take over"), take_over, said_taken_over, kind="primary"),
        WaitingAction(
            "decline",
            _("Decline"),
            decline,
            said_declined,
            reason_label=_("Reason for the author"),
            longest_reason=2000,
        ),
    ),
    order=20,
)
