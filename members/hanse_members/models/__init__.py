from .clusters import Cluster
from .memberships import Membership
from .pages import ClusterIndexPage, ClusterPage

__all__ = ["Cluster", "ClusterIndexPage", "ClusterPage", "Membership"]
