"""What of this package one can ask the management about."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .models import Cluster, Organisation, OrganisationMembership
from .subjects import Subject, subjects


def clusters_of(organisation: Organisation) -> list[Cluster]:
    """Where it takes part; first where it came in, whose management answers for it."""
    parts = OrganisationMembership.objects.approved().filter(organisation=organisation).select_related("cluster")
    return [part.cluster for part in parts.order_by("decided_at", "pk")]


def register() -> None:
    subjects.register(
        Subject(
            name="cluster",
            label=_("Cluster"),
            model=Cluster,
            key="slug",
            visible=lambda viewer: Cluster.objects.active(),
            clusters=lambda cluster: [cluster],
            hidden=_("A cluster that takes no part at present"),
            order=10,
        )
    )
    subjects.register(
        Subject(
            name="organisation",
            label=_("Organisation"),
            model=Organisation,
            key="uid",
            visible=Organisation.objects.visible_to,
            clusters=clusters_of,
            hidden=_("An organisation that you cannot see"),
            order=20,
        )
    )
