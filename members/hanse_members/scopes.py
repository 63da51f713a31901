"""What memberships mean to the rule: "platform" for all members, "cluster" for those of one."""

from __future__ import annotations

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from hanse_access.scopes import ScopeKind

from .models import Cluster, Membership
from .roles import Role


def people_with(memberships: QuerySet[Membership]) -> QuerySet:
    """The people of these memberships, each once."""
    return get_user_model()._default_manager.filter(pk__in=memberships.order_by().values("person_id"))


class PlatformKind(ScopeKind):
    """Approved members of any active cluster."""

    name = "platform"
    order = 30
    icon = "people"
    label = _("All members")
    description = _("Everybody in any of the clusters, after signing in.")
    takes_ids = False

    def held_by(self, user):
        return (0,) if Membership.objects.approved().of(user).exists() else ()

    def holders(self, ids):
        return people_with(Membership.objects.approved() if 0 in ids else Membership.objects.none())

    def choices(self, user):
        return {0: str(self.label)} if self.held_by(user) else {}


class ClusterKind(ScopeKind):
    """Approved members of one active cluster."""

    name = "cluster"
    order = 20
    icon = "clusters"
    label = _("Chosen clusters")
    description = _("The members of one or more clusters. Other clusters than yours are asked first.")
    own_description = _("The members of one or more of your clusters.")

    def held_by(self, user):
        return Membership.objects.approved().of(user).values_list("cluster_id", flat=True)

    def decided_by(self, user):
        return Membership.objects.with_role(Role.MANAGER).of(user).values_list("cluster_id", flat=True)

    def holders(self, ids):
        return people_with(Membership.objects.approved().filter(cluster_id__in=ids))

    def deciders(self, ids):
        return people_with(Membership.objects.with_role(Role.MANAGER).filter(cluster_id__in=ids))

    def choices(self, user):
        return self._names(Cluster.objects.active().filter(self._own_q(user)))

    def proposable(self, user):
        return self._names(Cluster.objects.active().exclude(self._own_q(user)))

    def accepts_at_once(self, ids):
        accepting = Cluster.objects.active().filter(pk__in=ids, accepts_shared_items=True)
        return set(accepting.values_list("pk", flat=True))

    def exist(self, ids):
        return Cluster.objects.exclude(state=Cluster.State.CLOSED).filter(pk__in=ids).count() == len(set(ids))

    def labels(self, ids, viewer):
        return self._names(Cluster.objects.filter(pk__in=ids))

    @staticmethod
    def _own_q(user) -> Q:
        return Q(pk__in=Membership.objects.approved().of(user).order_by().values("cluster_id"))

    @staticmethod
    def _names(clusters: QuerySet[Cluster]) -> dict[int, str]:
        return {cluster.pk: cluster.label for cluster in clusters}
