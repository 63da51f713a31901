"""The management as first contact: who is named beside what a cluster's member shows, and where one asks."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from hanse_access.viewer import Viewer

from .actions.enquiries import answering_clusters
from .models import Cluster, Membership
from .subjects import ask_url

#: contacts named of all clusters together; the offices stand below them
MOST_CONTACTS = 4


@dataclass(frozen=True)
class FirstContact:
    """What ``hanse_members/includes/first_contact.html`` draws: managers who agreed to be named, and the clusters.

    ``ask_url`` is where the reader asks; "" where nobody could answer, or the reader is the management.
    """

    contacts: list[Membership]
    clusters: list[Cluster]
    ask_url: str = ""


def first_contact_of(
    clusters: Collection[Cluster], *, about: Any = None, viewer: Viewer | None = None
) -> FirstContact | None:
    """The management of these active clusters; None where there is no cluster. Two queries.

    ``about`` is the row that the page shows, of a registered kind of subject: then ``viewer`` can ask about it.
    Visitors are asked to sign in first.
    """
    if not clusters:
        return None
    contacts = Membership.objects.public_contacts().filter(cluster__in=clusters)[:MOST_CONTACTS]
    url = ask_url(about) if about is not None and viewer is not None and may_ask(clusters, viewer) else ""
    return FirstContact(contacts=list(contacts), clusters=list(clusters), ask_url=url)


def may_ask(clusters: Collection[Cluster], viewer: Viewer) -> bool:
    """Somebody else than the viewer answers for one of the clusters."""
    others = {cluster.pk for cluster in clusters} - viewer.decides.get("cluster", frozenset())
    return bool(others) and answering_clusters(besides=viewer.user).filter(pk__in=others).exists()
