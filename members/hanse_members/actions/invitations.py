"""Inviting people by mail. Managers invite to their own cluster, operators to all."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hanse_access.audit import record
from hanse_access.operators import may
from hanse_activity.tasks import send_after_commit
from hanse_base.link_tokens import revoke_link

from ..addresses import normalised
from ..invitations import known_addresses, lifetime
from ..models import Cluster, Invitation, Membership
from ..models.invitations import INVITES_ANYWHERE
from ..roles import Role
from .errors import NotPermitted, NotPossible

State = Invitation.State
#: between two mails of one invitation
PAUSE = timedelta(minutes=10)


def may_invite(user, cluster: Cluster, role: Role = Role.MEMBER) -> bool:
    """Nobody gives a role above the own one by inviting."""
    if may(user, INVITES_ANYWHERE):
        return True
    needed = max(Role.MANAGER, Role(role), key=lambda role: role.rank)
    return Membership.objects.with_role(needed).of(user).filter(cluster=cluster).exists()


@transaction.atomic
def invite(
    *, cluster: Cluster, addresses: Iterable[str], role: Role = Role.MEMBER, message: str = "", language: str = "", by
) -> list[Invitation]:
    """Invite these addresses, which must be well formed. Returns the invitations, which go out after commit.

    Who is a member, has applied or is invited already is left out. Raises NotPermitted, or NotPossible for a cluster
    that takes no part.
    """
    # Locked, so that two who invite at the same moment do not both find the address unknown.
    cluster = Cluster.objects.select_for_update(no_key=True).get(pk=cluster.pk)
    if not may_invite(by, cluster, role):
        raise NotPermitted
    if not cluster.is_active:
        raise NotPossible(_("This cluster admits nobody at present."))
    known = known_addresses(cluster)
    wanted = [email for email in dict.fromkeys(map(normalised, addresses)) if email not in known]
    expired = {row.email: row for row in Invitation.objects.filter(cluster=cluster, state=State.PENDING)}
    invitations = [expired.get(email) or Invitation(cluster=cluster, email=email) for email in wanted]
    for invitation in invitations:
        invitation.role, invitation.message = Role(role), message.strip()
        invitation.language = language or get_language() or settings.LANGUAGE_CODE
        _renew(invitation, by=by)
    Invitation.objects.bulk_create([row for row in invitations if row.pk is None])
    for row in invitations:
        if row.email in expired:
            row.save()
    if invitations:
        scope = ("cluster", cluster.pk)
        record("invitation.sent", by=by, obj=cluster, scope=scope, role=role, number=len(invitations))
        send_after_commit([row.pk for row in invitations], "invitations")
    return invitations


@transaction.atomic
def send_invitation_again(invitation: Invitation, *, by) -> Invitation:
    """With a new link and a new time; the old link opens nothing any more. ``by`` vouches for it from now on."""
    invitation = _locked(invitation, by=by)
    if not invitation.cluster.is_active:
        raise NotPossible(_("This cluster admits nobody at present."))
    if invitation.sent_at > timezone.now() - PAUSE:
        raise NotPossible(_("This invitation was sent a few minutes ago. Please wait a little."))
    _renew(invitation, by=by)
    invitation.save()
    _record("invitation.sent_again", invitation, by=by)
    send_after_commit([invitation.pk], "invitations")
    return invitation


@transaction.atomic
def revoke_invitation(invitation: Invitation, *, by) -> Invitation:
    """Take it back: the link opens nothing any more."""
    invitation = _locked(invitation, by=by)
    invitation.state, invitation.ended_at = State.REVOKED, timezone.now()
    revoke_link(invitation.token_id)
    invitation.save()
    _record("invitation.revoked", invitation, by=by)
    return invitation


def _locked(invitation: Invitation, *, by) -> Invitation:
    rows = Invitation.objects.select_for_update(of=("self",)).select_related("cluster")
    invitation = rows.get(pk=invitation.pk)
    if not may_invite(by, invitation.cluster, Role(invitation.role)):
        raise NotPermitted
    if invitation.state != State.PENDING:
        raise NotPossible(
            _("This does not fit the present state of the invitation: %(state)s.")
            % {"state": invitation.get_state_display()}
        )
    return invitation


def _renew(invitation: Invitation, *, by) -> None:
    if invitation.token_id is not None:
        revoke_link(invitation.token_id)
    now = timezone.now()
    invitation.token = None
    invitation.invited_by = by
    invitation.sent_at, invitation.expires_at = now, now + lifetime()
    invitation.mail, invitation.mail_tries, invitation.mail_changed_at = Invitation.Mail.WAITING, 0, now


def _record(verb: str, invitation: Invitation, *, by) -> None:
    record(verb, by=by, obj=invitation, scope=("cluster", invitation.cluster_id), role=invitation.role)
