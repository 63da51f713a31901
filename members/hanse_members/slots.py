"""Parts of the public frame: the bar of the league with the switch between clusters."""

from __future__ import annotations

from django.http import HttpRequest

from hanse_base.slots import SlotPart

from .models import Cluster

#: more than this are not listed in the switch; the directory has all
SWITCH_LIMIT = 60


def league(request: HttpRequest) -> dict | None:
    clusters = list(Cluster.objects.active()[: SWITCH_LIMIT + 1])
    if not clusters:
        return None
    count = len(clusters) if len(clusters) <= SWITCH_LIMIT else Cluster.objects.active().count()
    return {"count": count, "clusters": clusters[:SWITCH_LIMIT]}


league_bar = SlotPart(name="league", place="league", template="hanse_members/slots/league.html", context=league)
