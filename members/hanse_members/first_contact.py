"""The management as first contact: who is named beside what a cluster's member shows."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from .models import Cluster, Membership

#: contacts named of all clusters together; the offices stand below them
MOST_CONTACTS = 4


@dataclass(frozen=True)
class FirstContact:
    """What ``hanse_members/includes/first_contact.html`` draws: managers who agreed to be named, and the clusters."""

    contacts: list[Membership]
    clusters: list[Cluster]


def first_contact_of(clusters: Collection[Cluster]) -> FirstContact | None:
    """The management of these active clusters; None where there is no cluster. One query."""
    if not clusters:
        return None
    contacts = Membership.objects.public_contacts().filter(cluster__in=clusters)[:MOST_CONTACTS]
    return FirstContact(contacts=list(contacts), clusters=list(clusters))
