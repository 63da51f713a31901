"""Admitting people to clusters and giving them roles.

Each action locks the row, checks who asks, changes, and writes the audit trail in one transaction. ``by`` is the person
who does it. Managers act within their own cluster; operators in all, as only they can make a cluster's first manager.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanse_access.audit import record
from hanse_access.operators import may

from ..models import Cluster, Membership, Terms
from ..notifications import tell_decision, tell_managers, tell_role
from ..roles import Role
from .errors import NotPermitted, NotPossible
from .terms_acceptance import accept_terms, require_acceptance

State = Membership.State


def manages(user, cluster: Cluster) -> bool:
    """This active person administers the memberships of this cluster."""
    return Membership.objects.with_role(Role.MANAGER).of(user).filter(cluster=cluster).exists()


def may_decide(user, cluster: Cluster) -> bool:
    return may(user, "hanse_members.change_membership") or manages(user, cluster)


@transaction.atomic
def apply_for_membership(
    *, person, cluster: Cluster, contributes: str = "", seeks: str = "", accepted: Iterable[Terms] = ()
) -> Membership:
    """Ask to be admitted, say what one brings and looks for, and agree to terms (``accepted``).

    Raises NotPermitted for an inactive person, NotPossible where there is nothing to ask for, or where terms in force
    are not agreed to.
    """
    if not person.is_active:
        raise NotPermitted
    if not cluster.is_active:
        raise NotPossible(_("This cluster admits nobody at present."))
    accept_terms(accepted, by=person)
    require_acceptance(person=person, cluster=cluster)
    said = {"contributes": contributes.strip(), "seeks": seeks.strip()}
    membership, created = Membership.objects.select_for_update().get_or_create(
        person=person, cluster=cluster, defaults=said
    )
    if not created:
        if membership.state not in {State.LEFT, State.DECLINED}:
            raise NotPossible(_("You have applied already or are a member."))
        membership.state = State.APPLIED
        membership.contributes, membership.seeks, membership.reason = said["contributes"], said["seeks"], ""
        membership.applied_at = timezone.now()
        membership.decided_at = membership.decided_by = None
        membership.save()
    _record("membership.applied", membership, by=person)
    tell_managers(membership, by=person)
    return membership


@transaction.atomic
def add_member(*, person, cluster: Cluster, role: Role = Role.MEMBER, by) -> Membership:
    """Admit a person who did not apply. For operators, who so make a cluster's first manager.

    Raises NotPermitted for others, NotPossible for a cluster or person that takes no part.
    """
    if not may(by, "hanse_members.add_membership"):
        raise NotPermitted
    if not cluster.is_active or not person.is_active:
        raise NotPossible(_("Cluster and person must both be active."))
    membership, created = Membership.objects.select_for_update().get_or_create(person=person, cluster=cluster)
    if not created and membership.state == State.APPROVED:
        raise NotPossible(_("This person is a member already."))
    _decide(membership, State.APPROVED, by=by, role=Role(role))
    _record("membership.added", membership, by=by, role=role)
    tell_decision(membership, by=by)
    return membership


@transaction.atomic
def approve_membership(membership: Membership, *, by) -> Membership:
    """Admit somebody who applied, or readmit after a refusal or a suspension."""
    membership = _locked(membership, by=by)
    _require(membership, State.APPLIED, State.DECLINED, State.SUSPENDED)
    membership.reason = ""
    _decide(membership, State.APPROVED, by=by)
    _record("membership.approved", membership, by=by)
    tell_decision(membership, by=by)
    return membership


@transaction.atomic
def decline_membership(membership: Membership, *, reason: str, by) -> Membership:
    """Do not admit somebody who applied. Raises NotPossible without a reason, which the applicant reads."""
    membership = _locked(membership, by=by)
    _require(membership, State.APPLIED)
    if not reason.strip():
        raise NotPossible(_("Please give a reason; the applicant will read it."))
    membership.reason = reason.strip()
    _decide(membership, State.DECLINED, by=by, role=Role.MEMBER)
    _record("membership.declined", membership, by=by)
    tell_decision(membership, by=by)
    return membership


@transaction.atomic
def suspend_membership(membership: Membership, *, by) -> Membership:
    """Take the person's rights in the cluster away for a time. The role waits for the return."""
    membership = _locked(membership, by=by)
    _require(membership, State.APPROVED)
    _keep_a_manager(membership, by=by)
    _decide(membership, State.SUSPENDED, by=by)
    _record("membership.suspended", membership, by=by)
    tell_decision(membership, by=by)
    return membership


@transaction.atomic
def end_membership(membership: Membership, *, by) -> Membership:
    """Leave, or be removed by the management. An application is withdrawn.

    Who is suspended cannot leave, since applying again would make the suspension forgotten.
    """
    membership = _locked(membership, by=by, own=True)
    if membership.state == State.SUSPENDED and not may_decide(by, membership.cluster):
        raise NotPossible(_("Your membership is suspended. Please ask the cluster office."))
    _require(membership, State.APPLIED, State.APPROVED, State.SUSPENDED)
    _keep_a_manager(membership, by=by)
    membership.is_public_contact = False
    _decide(membership, State.LEFT, by=by, role=Role.MEMBER)
    _record("membership.ended", membership, by=by)
    tell_decision(membership, by=by)
    return membership


@transaction.atomic
def set_role(membership: Membership, role: Role, *, by) -> Membership:
    """Give a role in the cluster of this membership. Nobody gives a role above their own."""
    membership = _locked(membership, by=by)
    role = Role(role)
    _require(membership, State.APPROVED)
    if role == membership.role:
        return membership
    if role != Role.MANAGER:
        _keep_a_manager(membership, by=by)
        membership.is_public_contact = False
    before, membership.role = membership.role, role
    membership.save()
    _record("membership.role_changed", membership, by=by, before=before, role=role)
    tell_role(membership, by=by)
    return membership


@transaction.atomic
def set_public_contact(membership: Membership, agreed: bool, *, by) -> Membership:
    """A manager agrees to be named on the entry page, or withdraws it. Only the person may say so."""
    membership = Membership.objects.select_for_update().select_related("cluster", "person").get(pk=membership.pk)
    if membership.person_id != by.pk:
        raise NotPermitted
    if agreed and not (membership.admits and membership.role == Role.MANAGER):
        raise NotPossible(_("Only managers are named as contact."))
    membership.is_public_contact = agreed
    membership.save()
    _record("membership.contact_changed", membership, by=by, agreed=agreed)
    return membership


def _locked(membership: Membership, *, by, own: bool = False) -> Membership:
    """The row, locked. Raises NotPermitted when ``by`` may not decide about it (``own``: nor is the person)."""
    membership = (
        Membership.objects.select_for_update(of=("self",)).select_related("cluster", "person").get(pk=membership.pk)
    )
    if own and by.is_active and membership.person_id == by.pk:
        return membership
    if not may_decide(by, membership.cluster):
        raise NotPermitted
    return membership


def _require(membership: Membership, *states: State) -> None:
    if membership.state not in states:
        raise NotPossible(
            _("This does not fit the present state of the membership: %(state)s.")
            % {"state": membership.get_state_display()}
        )


def _keep_a_manager(membership: Membership, *, by) -> None:
    """Refuse what would leave a cluster without a manager, unless an operator does it."""
    if membership.role != Role.MANAGER or membership.state != State.APPROVED:
        return
    if may(by, "hanse_members.change_membership"):
        return
    # The cluster is locked, so that two managers cannot leave at the same moment. Locking each other's rows instead,
    # while each holds the own one, the two would wait for each other.
    Cluster.objects.select_for_update(no_key=True).get(pk=membership.cluster_id)
    managers = Membership.objects.with_role(Role.MANAGER).filter(cluster=membership.cluster_id)
    if not managers.exclude(pk=membership.pk).exists():
        raise NotPossible(_("A cluster needs a manager. Make somebody else manager first."))


def _decide(membership: Membership, state: State, *, by, role: Role | None = None) -> None:
    membership.state = state
    if role is not None:
        membership.role = role
    membership.decided_by = by
    membership.decided_at = timezone.now()
    membership.save()


def _record(verb: str, membership: Membership, *, by, **data) -> None:
    record(verb, by=by, obj=membership, scope=("cluster", membership.cluster_id), **data)
