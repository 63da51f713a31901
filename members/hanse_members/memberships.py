"""What a person sees of the own memberships."""

from __future__ import annotations

from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce, Lower

from hanse_access.viewer import Viewer

from .models import Cluster, Membership, OrganisationMembership, Terms, TermsAcceptance
from .models.memberships import MembershipQuerySet
from .roles import Role

State = Membership.State
#: states in which the cluster is "mine"
CURRENT = (State.APPLIED, State.APPROVED, State.SUSPENDED)


def own_memberships(person) -> list[Membership]:
    """Current memberships in active clusters, by name, with ``waiting``: applications that the person decides about."""
    waiting = (
        Membership.objects.waiting()
        .filter(cluster=OuterRef("cluster"))
        .order_by()
        .values("cluster")
        .annotate(number=Count("pk"))
        .values("number")
    )
    own = (
        Membership.objects.of(person)
        .filter(state__in=CURRENT, cluster__state="active")
        .select_related("cluster", "organisation")
        .annotate(applications=Coalesce(Subquery(waiting), 0))
        .order_by(Lower("cluster__name"))
    )
    memberships = list(own)
    for membership in memberships:
        decides = membership.state == State.APPROVED and membership.role == Role.MANAGER
        membership.waiting = membership.applications if decides else 0
    return memberships


def waiting_for(viewer: Viewer) -> MembershipQuerySet:
    """Applications that this viewer decides about, oldest first.

    With ``part``: what their organisation has to do with the cluster, a state of ``OrganisationMembership``.
    """
    deciding = viewer.decides.get("cluster", frozenset())
    waiting = Membership.objects.waiting().filter(cluster_id__in=deciding)
    part = OrganisationMembership.objects.filter(organisation=OuterRef("organisation"), cluster=OuterRef("cluster"))
    waiting = waiting.annotate(part=Subquery(part.values("state")))
    return waiting.select_related("person", "cluster", "organisation").order_by("applied_at", "pk")


def with_accepted_terms(memberships: list[Membership]) -> list[Membership]:
    """Each with ``accepted``: what the person agreed to of the terms in force, the platform's and the cluster's own."""
    people, clusters = {row.person_id for row in memberships}, {row.cluster_id for row in memberships}
    asked = [terms.pk for terms in Terms.objects.asked_of(clusters)]
    found = TermsAcceptance.objects.filter(terms__in=asked, actor__user__in=people)
    acceptances = list(found.select_related("terms__cluster", "actor").order_by("accepted_at", "pk"))
    for row in memberships:
        row.accepted = [
            acceptance
            for acceptance in acceptances
            if acceptance.actor.user_id == row.person_id and acceptance.terms.cluster_id in (None, row.cluster_id)
        ]
    return memberships


def own_organisation(person) -> str:
    """The name of the organisation that the person last belonged to a cluster through, or applied with."""
    named = Membership.objects.of(person).filter(organisation__isnull=False).select_related("organisation")
    last = named.order_by("-applied_at", "-pk").first()
    return last.organisation_label if last else ""


def standing_of(person, cluster: Cluster) -> str:
    """The state of this person's membership, "" for strangers and visitors."""
    if not person.is_authenticated:
        return ""
    state = Membership.objects.of(person).filter(cluster=cluster).values_list("state", flat=True).first()
    return state if state in CURRENT else ""
