from .clusters import Cluster
from .entries import ClusterEntry, EntryField, EntryRegion
from .memberships import Membership
from .pages import ClusterIndexPage, ClusterPage
from .terms import Terms, TermsAcceptance

__all__ = [
    "Cluster",
    "ClusterEntry",
    "ClusterIndexPage",
    "ClusterPage",
    "EntryField",
    "EntryRegion",
    "Membership",
    "Terms",
    "TermsAcceptance",
]
