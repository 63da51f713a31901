from .clusters import Cluster
from .entries import ClusterEntry, EntryField, EntryRegion
from .memberships import Membership
from .pages import ClusterIndexPage, ClusterPage

__all__ = ["Cluster", "ClusterEntry", "ClusterIndexPage", "ClusterPage", "EntryField", "EntryRegion", "Membership"]
