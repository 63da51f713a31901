"""What of this package one can ask the management about."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from .models import Cluster, Membership, Organisation, OrganisationMembership, Profile
from .subjects import Subject, subjects


def clusters_of(organisation: Organisation) -> list[Cluster]:
    """Where it takes part; first where it came in, whose management answers for it."""
    parts = OrganisationMembership.objects.approved().filter(organisation=organisation).select_related("cluster")
    return [part.cluster for part in parts.order_by("decided_at", "pk")]


def clusters_of_person(profile: Profile) -> list[Cluster]:
    """Where the person is a member; first where for longest."""
    memberships = Membership.objects.approved().of(profile.person).select_related("cluster")
    return [membership.cluster for membership in memberships.order_by("decided_at", "pk")]


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
    subjects.register(
        Subject(
            name="person",
            label=_("Person"),
            model=Profile,
            key="uid",
            visible=lambda viewer: Profile.objects.visible_to(viewer).select_related("person"),
            clusters=clusters_of_person,
            hidden=_("A person whose profile you cannot see"),
            order=30,
        )
    )
