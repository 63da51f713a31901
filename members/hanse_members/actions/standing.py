"""What the actions on memberships share: who may decide, how a decision is stored and put on record."""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from hanse_access.audit import record
from hanse_access.operators import may

from ..cluster_notifications import tell_without_manager_after_commit
from ..models import Cluster, Membership
from ..roles import Role
from .errors import NotPossible

State = Membership.State


def manages(user, cluster: Cluster) -> bool:
    """This active person administers the memberships of this cluster."""
    return Membership.objects.with_role(Role.MANAGER).of(user).filter(cluster=cluster).exists()


def may_decide(user, cluster: Cluster) -> bool:
    return may(user, "hanse_members.change_membership") or manages(user, cluster)


def refuse_last_manager(membership: Membership, *, by) -> None:
    """Refuse what would leave a cluster without a manager, unless an operator does it: then all of them are told."""
    if membership.role != Role.MANAGER or membership.state != State.APPROVED:
        return
    if may(by, "hanse_members.change_membership"):
        tell_without_manager_after_commit([membership.cluster_id])
        return
    # The cluster is locked, so that two managers cannot leave at the same moment. Locking each other's rows instead,
    # while each holds the own one, the two would wait for each other.
    Cluster.objects.select_for_update(no_key=True).get(pk=membership.cluster_id)
    managers = Membership.objects.with_role(Role.MANAGER).filter(cluster=membership.cluster_id)
    if not managers.exclude(pk=membership.pk).exists():
        raise NotPossible(_("A cluster needs a manager. Make somebody else manager first."))


def decide(membership: Membership, state: State, *, by, role: Role | None = None) -> None:
    membership.state = state
    if role is not None:
        membership.role = role
    membership.decided_by = by
    membership.decided_at = timezone.now()
    membership.save()


def record_membership(verb: str, membership: Membership, *, by, **data) -> None:
    record(verb, by=by, obj=membership, scope=("cluster", membership.cluster_id), **data)
