from __future__ import annotations

from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from hanse_base.cards import Card

from .memberships import own_memberships
from .models import Cluster


def my_clusters(request: HttpRequest) -> dict:
    own = own_memberships(request.user)
    return {"memberships": own, "cluster_count": Cluster.objects.active().count() if not own else None}


card = Card(
    name="my-clusters",
    title=_("My clusters"),
    template="hanse_members/cards/my_clusters.html",
    context=my_clusters,
    order=20,
    wide=False,
)
