"""Becoming a member by an invitation."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanse_access.audit import record
from hanse_base.link_tokens import revoke_link, use_link

from ..addresses import confirmed_addresses
from ..invitations import PURPOSE
from ..models import Invitation, Membership, Terms
from ..notifications import tell_inviter
from ..roles import Role
from .errors import NotPermitted, NotPossible
from .organisations import Part, locked_part
from .terms_acceptance import accept_terms, require_acceptance

State = Membership.State


class InvitationGone(NotPossible):
    """Answered, expired, taken back, or whoever invited may do so no longer."""


@transaction.atomic
def accept_invitation(
    invitation: Invitation, *, by, secret: str | None = None, accepted: Iterable[Terms] = ()
) -> Membership:
    """Become a member with the role of the invitation, and agree to terms (``accepted``).

    ``secret`` is that of the link, when the person came by it. Without one the address alone tells whom the invitation
    is for, as with one: ``by`` needs it among the confirmed ones, so that a forwarded link admits nobody else.

    Raises InvitationGone, NoSuchLink, NotPermitted for somebody else's, NotPossible for a suspended member and for one
    about whom the management has decided since, or where terms in force are not agreed to.
    """
    rows = Invitation.objects.working().select_for_update(of=("self",)).select_related("cluster", "invited_by")
    found = rows.filter(pk=invitation.pk).first()
    if found is None:
        raise InvitationGone(_("This invitation does not work any more."))
    if not by.is_active or found.email not in confirmed_addresses(by):
        raise NotPermitted
    if secret is not None:
        use_link(PURPOSE, secret)
    accept_terms(accepted, by=by)
    require_acceptance(person=by, cluster=found.cluster)
    membership = _admit(found, by)
    found.state, found.accepted_by, found.ended_at = Invitation.State.ACCEPTED, by, timezone.now()
    found.save()
    revoke_link(found.token_id)
    tell_inviter(found, by=by)
    return membership


def _admit(invitation: Invitation, person) -> Membership:
    membership, created = Membership.objects.select_for_update().get_or_create(
        person=person, cluster=invitation.cluster
    )
    if not created:
        _require_no_other_decision(membership, invitation)
    was_member = membership.state == State.APPROVED
    role = Role(invitation.role)
    if was_member and Role(membership.role).rank >= role.rank:
        return membership
    if not was_member:
        _keep_organisation(membership)
    before, membership.role = membership.role, role
    membership.state, membership.reason = State.APPROVED, ""
    membership.decided_by, membership.decided_at = invitation.invited_by, timezone.now()
    membership.save()
    scope = ("cluster", invitation.cluster_id)
    if was_member:
        record("membership.role_changed", by=person, obj=membership, scope=scope, before=before, role=role)
    else:
        record("invitation.accepted", by=person, obj=membership, scope=scope, role=role)
    return membership


def _keep_organisation(membership: Membership) -> None:
    """Who applied belongs to the organisation they named; where it takes no part, they are admitted personally.

    Who left or was declined begins anew.
    """
    if membership.state != State.APPLIED:
        membership.organisation, membership.organisation_said = None, ""
    part = locked_part(membership)
    takes_part = part is not None and part.state == Part.APPROVED
    membership.is_personal = membership.organisation_id is not None and not takes_part


def _require_no_other_decision(membership: Membership, invitation: Invitation) -> None:
    """An invitation says what the management wanted when it was sent; what it has decided since counts more."""
    if membership.state == State.SUSPENDED:
        raise NotPossible(_("Your membership is suspended. Please ask the cluster office."))
    if membership.state in {State.DECLINED, State.LEFT} and membership.decided_by_id != membership.person_id:
        decided_at = membership.decided_at
        if decided_at is None or decided_at > invitation.sent_at:
            raise NotPossible(
                _("After this invitation was sent, the management decided otherwise. Please ask the cluster office.")
            )
