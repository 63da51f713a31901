"""Everything that changes clusters and memberships. Views, admin and commands call these and nothing else."""

from .clusters import close_cluster, create_cluster, reinstate_cluster, suspend_cluster, update_cluster
from .errors import NotPermitted, NotPossible
from .memberships import (
    add_member,
    apply_for_membership,
    approve_membership,
    decline_membership,
    end_membership,
    set_public_contact,
    set_role,
    suspend_membership,
)

__all__ = [
    "NotPermitted",
    "NotPossible",
    "add_member",
    "apply_for_membership",
    "approve_membership",
    "close_cluster",
    "create_cluster",
    "decline_membership",
    "end_membership",
    "reinstate_cluster",
    "set_public_contact",
    "set_role",
    "suspend_cluster",
    "suspend_membership",
    "update_cluster",
]
