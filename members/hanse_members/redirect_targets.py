"""Redirects to a cluster that takes no part are the 404 of an address that never was, like its pages."""

from hanse_access.redirect_targets import TARGETS
from hanse_access.viewer import Viewer

from .models import Cluster, Terms

#: views that show an active cluster by its slug
CLUSTER_VIEWS = ("hanse_members:cluster", "hanse_members:theme", "hanse_members:apply")


def takes_part(viewer: Viewer, slug: str, **kwargs) -> bool:
    return Cluster.objects.active().filter(slug=slug).exists()


def is_readable(viewer: Viewer, pk: int) -> bool:
    return Terms.objects.readable().filter(pk=pk).exists()


def register() -> None:
    TARGETS.update(dict.fromkeys(CLUSTER_VIEWS, takes_part))
    TARGETS["hanse_members:terms"] = is_readable
