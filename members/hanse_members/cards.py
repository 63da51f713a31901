from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hanse_base.cards import Card

from .actions import terms_asked_of
from .memberships import own_memberships
from .models import Cluster, Invitation, Organisation

#: organisations of one person that are asked about at once
MOST_ASKED = 5


def own_clusters(request: HttpRequest) -> dict:
    own = own_memberships(request.user)
    return {"memberships": own, "cluster_count": Cluster.objects.active().count() if not own else None}


def asked_terms(request: HttpRequest) -> dict | None:
    asked = list(terms_asked_of(request.user))
    return {"terms": asked} if asked else None


def own_invitations(request: HttpRequest) -> dict | None:
    own = Invitation.objects.working().addressed_to(request.user).select_related("cluster", "invited_by")
    found = list(own.order_by("sent_at"))
    return {"invitations": found} if found else None


def organisations_to_confirm(request: HttpRequest) -> dict | None:
    """Those that this person looks after and it is time to confirm."""
    due = Organisation.objects.kept_by(request.user).to_confirm()
    found = list(due.order_by("confirmed_at", "pk")[:MOST_ASKED])
    return {"organisations": found} if found else None


my_clusters = Card(
    name="my-clusters",
    title=_("My clusters"),
    template="hanse_members/cards/my_clusters.html",
    context=own_clusters,
    order=20,
    wide=False,
)

terms = Card(
    name="terms",
    title=_("Terms to accept"),
    template="hanse_members/cards/terms.html",
    context=asked_terms,
    order=5,
)

invitations = Card(
    name="invitations",
    title=_("You are invited"),
    template="hanse_members/cards/invitations.html",
    context=own_invitations,
    order=3,
)

kept_organisations = Card(
    name="organisations-to-confirm",
    title=_("Your organisation"),
    template="hanse_members/cards/organisations_to_confirm.html",
    context=organisations_to_confirm,
    order=2,
)
