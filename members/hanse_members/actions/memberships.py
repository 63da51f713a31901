"""Admitting people to clusters and giving them roles.

Each action locks the row, checks who asks, changes, and writes the audit trail in one transaction. ``by`` is the person
who does it. Managers act within their own cluster; operators in all, as only they can make a cluster's first manager.
"""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from wagtail.permissions import policy_registry

from hanse_access.operators import may
from hanse_access.viewer import Viewer

from ..models import Cluster, Membership, Organisation, OrganisationMembership, Terms
from ..notifications import tell_decision, tell_managers, tell_organisation_changed, tell_role
from ..roles import Role
from .errors import NotPermitted, NotPossible
from .organisations import Part, admit, ask_to_join, locked_part, organisation_named, withdraw_unneeded
from .profiles import take_profile_out
from .standing import State, decide, may_decide, record_membership, refuse_last_manager
from .terms_acceptance import accept_terms, require_acceptance


@transaction.atomic
def apply_for_membership(
    *,
    person,
    cluster: Cluster,
    organisation: str = "",
    contributes: str = "",
    seeks: str = "",
    accepted: Iterable[Terms] = (),
) -> Membership:
    """Ask to be admitted, say what one brings and looks for, and agree to terms (``accepted``).

    ``organisation`` is the name of whom the person applies through; a new one asks to take part with its first person.
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
    membership.organisation = _joined(organisation, cluster, by=person)
    membership.organisation_said = organisation.strip()
    membership.is_personal = membership.keeps_organisation = False
    membership.save()
    record_membership("membership.applied", membership, by=person)
    tell_managers(membership, by=person)
    return membership


@transaction.atomic
def add_member(
    *, person, cluster: Cluster, role: Role = Role.MEMBER, organisation: Organisation | None = None, by
) -> Membership:
    """Admit a person who did not apply. For operators, who so make a cluster's first manager.

    ``organisation`` must take part in the cluster.

    Raises NotPermitted for others, NotPossible for a cluster or person that takes no part.
    """
    if not may(by, "hanse_members.add_membership"):
        raise NotPermitted
    if not cluster.is_active or not person.is_active:
        raise NotPossible(_("Cluster and person must both be active."))
    membership, created = Membership.objects.select_for_update().get_or_create(person=person, cluster=cluster)
    if not created and membership.state == State.APPROVED:
        raise NotPossible(_("This person is a member already."))
    membership.organisation = organisation
    membership.organisation_said = organisation.name if organisation else ""
    part = locked_part(membership)
    if organisation is not None and (part is None or part.state != Part.APPROVED):
        raise NotPossible(_("This organisation does not take part."))
    membership.suspended_with_organisation = False
    _give_keeper(membership)
    decide(membership, State.APPROVED, by=by, role=Role(role))
    record_membership("membership.added", membership, by=by, role=role)
    tell_decision(membership, by=by)
    return membership


@transaction.atomic
def approve_membership(membership: Membership, *, by, personally: bool = False) -> Membership:
    """Admit somebody who applied, or readmit after a refusal or a suspension.

    The organisation is admitted with its first person, unless it is the person alone who is (``personally``). Who was
    suspended with the organisation can only be readmitted personally, or by admitting the organisation again.
    """
    membership = _locked(membership, by=by)
    _require(membership, State.APPLIED, State.DECLINED, State.SUSPENDED)
    part = locked_part(membership)
    takes_part = part is not None and part.state == Part.APPROVED
    membership.is_personal = personally or (membership.suspended_with_organisation and not takes_part)
    membership.suspended_with_organisation = False
    membership.reason = ""
    if part is not None and not membership.is_personal:
        admit(part, by=by)
    elif not takes_part:
        membership.keeps_organisation = False
    if not membership.is_personal or takes_part:
        _give_keeper(membership)
    decide(membership, State.APPROVED, by=by)
    record_membership("membership.approved", membership, by=by)
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
    decide(membership, State.DECLINED, by=by, role=Role.MEMBER)
    withdraw_unneeded(locked_part(membership), by=by)
    # Who was a member until the organisation changed has fields for members.
    take_profile_out(membership.person, membership.cluster)
    record_membership("membership.declined", membership, by=by)
    tell_decision(membership, by=by)
    return membership


@transaction.atomic
def suspend_membership(membership: Membership, *, by) -> Membership:
    """Take the person's rights in the cluster away for a time. The role waits for the return."""
    membership = _locked(membership, by=by)
    _require(membership, State.APPROVED)
    refuse_last_manager(membership, by=by)
    decide(membership, State.SUSPENDED, by=by)
    record_membership("membership.suspended", membership, by=by)
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
    refuse_last_manager(membership, by=by)
    membership.is_public_contact = membership.keeps_organisation = membership.suspended_with_organisation = False
    decide(membership, State.LEFT, by=by, role=Role.MEMBER)
    withdraw_unneeded(locked_part(membership), by=by)
    take_profile_out(membership.person, membership.cluster)
    record_membership("membership.ended", membership, by=by)
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
        refuse_last_manager(membership, by=by)
        membership.is_public_contact = False
    before, membership.role = membership.role, role
    membership.save()
    record_membership("membership.role_changed", membership, by=by, before=before, role=role)
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
    record_membership("membership.contact_changed", membership, by=by, agreed=agreed)
    return membership


@transaction.atomic
def change_organisation(membership: Membership, organisation: str, *, by) -> Membership:
    """Belong to the cluster through another organisation, or with "" for oneself. Only the person may say so.

    Who was admitted personally, or whose new organisation takes part, stays a member, and the management is told. For
    everybody else it is a new application: no rights until the management decides. An organisation that is hidden from
    the person counts as one that is not there, and nobody comes to look after one by naming it.
    """
    membership = _locked(membership, by=by, own=True)
    if membership.person_id != by.pk:
        raise NotPermitted
    if membership.state != State.SUSPENDED or not membership.suspended_with_organisation:
        _require(membership, State.APPLIED, State.APPROVED)
    personal = membership.is_personal or membership.organisation_id is None
    left = locked_part(membership)
    viewer = Viewer.of(by)
    at_once = personal and membership.state == State.APPROVED
    new = _joined(organisation, membership.cluster, by=by, seen_by=viewer if at_once else None)
    if (new and new.pk) == membership.organisation_id:
        raise NotPossible(_("You belong to this organisation already."))
    known = new is not None and Organisation.objects.visible_to(viewer).filter(pk=new.pk).exists()
    membership.organisation, membership.organisation_said = new, organisation.strip()
    membership.keeps_organisation = False
    part = locked_part(membership)
    takes_part = part is not None and part.state == Part.APPROVED and known
    if at_once or (membership.state == State.APPROVED and takes_part):
        membership.is_personal = personal and new is not None
        membership.save()
    else:
        if membership.state == State.APPROVED:
            refuse_last_manager(membership, by=by)
        membership.is_personal = membership.is_public_contact = membership.suspended_with_organisation = False
        membership.state, membership.role = State.APPLIED, Role.MEMBER
        membership.applied_at, membership.decided_at, membership.decided_by = timezone.now(), None, None
        membership.save()
    withdraw_unneeded(left, by=by)
    record_membership("membership.organisation_changed", membership, by=by, state=membership.state)
    tell_organisation_changed(membership, by=by)
    return membership


@transaction.atomic
def set_keeper(membership: Membership, keeps: bool, *, by) -> Membership:
    """Let a person look after the organisation, or no longer.

    Whoever may change the organisation decides. Raises NotPossible for somebody who does not belong to an organisation
    of the cluster.
    """
    membership = (
        Membership.objects.select_for_update(of=("self",)).select_related("cluster", "person").get(pk=membership.pk)
    )
    policy = policy_registry.get_by_type(Organisation)
    organisation = membership.organisation
    if organisation is None or not policy.user_has_permission_for_instance(by, "change", organisation):
        raise NotPermitted
    part = locked_part(membership)
    if not membership.admits or part is None or part.state != Part.APPROVED:
        raise NotPossible(_("Only members who belong to the organisation can look after it."))
    if membership.keeps_organisation != keeps:
        membership.keeps_organisation = keeps
        membership.save()
        record_membership("membership.keeper_changed", membership, by=by, keeps=keeps)
    return membership


def _joined(name: str, cluster: Cluster, *, by, seen_by: Viewer | None = None) -> Organisation | None:
    """The organisation of this name, which asks to take part if it does not yet. None without a name."""
    if not name.strip():
        return None
    organisation = organisation_named(name, cluster, seen_by=seen_by)
    ask_to_join(organisation, cluster, by=by)
    return organisation


def _give_keeper(membership: Membership) -> None:
    """The first person of an organisation looks after it, in the cluster that it came in with."""
    home = OrganisationMembership.objects.home().filter(cluster=membership.cluster_id)
    if not home.filter(organisation=membership.organisation_id).exists():
        return
    keepers = Membership.objects.keepers().filter(organisation=membership.organisation_id)
    if not keepers.exclude(pk=membership.pk).exists():
        membership.keeps_organisation = True


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
