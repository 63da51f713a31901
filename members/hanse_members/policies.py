"""Who administers clusters and memberships: operators all, managers those of their own cluster, editors only look."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.db.models import Exists, OuterRef, Q

from hanse_access.operators import may, people_who_may
from hanse_access.policies import NOTHING, InstancePolicy

from .models import Membership, OrganisationMembership
from .roles import Role

ALL = ~NOTHING


class ClusterBoundPolicy(InstancePolicy):
    """For rows that belong to one cluster: by operators' permissions in all, by roles in the own cluster.

    Serves any model of any plugin that has a cluster: set ``cluster_path`` and ``roles``.
    """

    actions = ("add", "view", "change")
    #: lookup from the model to the id of its cluster
    cluster_path = "cluster_id"
    #: action -> the least role that allows it in the own cluster; an action not named is for operators only
    roles: dict[str, Role] = {}

    def _permission(self, action: str) -> str:
        return f"{self.model._meta.app_label}.{action}_{self.model._meta.model_name}"

    def allowed_q(self, user, action):
        if may(user, self._permission(action)):
            return ALL
        if action not in self.roles:
            return NOTHING
        own = Membership.objects.with_role(self.roles[action]).of(user).order_by().values("cluster_id")
        return Q(**{f"{self.cluster_path}__in": own})

    def may_add(self, user):
        if may(user, self._permission("add")):
            return True
        return "add" in self.roles and Membership.objects.with_role(self.roles["add"]).of(user).exists()

    def people(self, action, instance=None):
        who = Q(pk__in=people_who_may(self._permission(action)).order_by().values("pk"))
        if action in self.roles:
            holders = Membership.objects.with_role(self.roles[action])
            if instance is not None:
                row = self.model._default_manager.filter(pk=instance.pk)
                holders = holders.filter(cluster_id__in=row.values(self.cluster_path))
            who |= Q(pk__in=holders.order_by().values("person_id"))
        return get_user_model()._default_manager.filter(who, is_active=True)


class ClusterPolicy(ClusterBoundPolicy):
    cluster_path = "pk"
    roles = {"view": Role.EDITOR, "change": Role.MANAGER}


class MembershipPolicy(ClusterBoundPolicy):
    roles = {"view": Role.MANAGER, "change": Role.MANAGER}


class OrganisationMembershipPolicy(ClusterBoundPolicy):
    actions = ("view", "change")
    roles = {"view": Role.MANAGER, "change": Role.MANAGER}


class OrganisationPolicy(ClusterBoundPolicy):
    """Changed by the management of the cluster it came in with and by those of its people who look after it.

    The management of its further clusters looks only.
    """

    actions = ("add", "view", "change")
    roles = {"add": Role.MANAGER}

    def allowed_q(self, user, action):
        if may(user, self._permission(action)):
            return Q(merged_into=None)
        managed = Membership.objects.with_role(Role.MANAGER).of(user).order_by().values("cluster_id")
        parts = self._parts(action).filter(cluster_id__in=managed, organisation=OuterRef("pk"))
        kept = Membership.objects.keepers().of(user).filter(organisation=OuterRef("pk"))
        # Asked of one organisation this reads its own rows; as two sets of ids it would read those of whole clusters.
        return Q(Exists(parts)) | Q(Exists(kept))

    def people(self, action, instance=None):
        parts, keepers = self._parts(action), Membership.objects.keepers()
        if instance is not None:
            parts, keepers = parts.filter(organisation=instance.pk), keepers.filter(organisation=instance.pk)
        managers = Membership.objects.with_role(Role.MANAGER)
        if action != "add" or instance is not None:
            managers = managers.filter(cluster_id__in=parts.order_by().values("cluster_id"))
        who = Q(pk__in=people_who_may(self._permission(action)).order_by().values("pk"))
        who |= Q(pk__in=managers.order_by().values("person_id"))
        if action != "add":
            who |= Q(pk__in=keepers.order_by().values("person_id"))
        return get_user_model()._default_manager.filter(who, is_active=True)

    @staticmethod
    def _parts(action):
        parts = OrganisationMembership.objects
        return parts.answered_for() if action == "view" else parts.home()


class TermsPolicy(ClusterBoundPolicy):
    """A version is never changed: there is no "change"."""

    actions = ("add", "view")
    roles = {"add": Role.MANAGER, "view": Role.MANAGER}
