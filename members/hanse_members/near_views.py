"""What is near something in topics, as a picture and in words."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from hanse_base.frames import frame_for

from .models import Profile
from .near_kinds import NearKind, experts, near_kinds
from .nearness import Nearness, find_near
from .radar import Item, Radar, draw_radar


def near(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Around anything that the reader may see."""
    found = near_kinds[kind].find(key, request.viewer) if kind in near_kinds else None
    if found is None:
        raise Http404
    return _answer(request, near_kinds[kind], found)


@login_required
def near_me(request: HttpRequest) -> HttpResponse:
    """Around the own profile; without one, what is to be done."""
    return _answer(request, experts, Profile.objects.of(request.user).first())


def _answer(request: HttpRequest, kind: NearKind, row: Any) -> HttpResponse:
    nearness = find_near(kind, row, request.viewer) if row is not None else None
    context = {
        "frame": frame_for(request),
        "row": row,
        "is_own": row is None or (kind is experts and row.person_id == request.user.pk),
        "nearness": nearness,
        "radar": radar_of(nearness) if nearness and nearness.found else None,
    }
    return render(request, "hanse_members/near.html", context)


def radar_of(nearness: Nearness) -> Radar:
    centre = Item(str(nearness.row), "", nearness.kind.icon, nearness.kind.shape, 0, "")
    items = [
        Item(
            near.title,
            near.centre_url,
            near.kind.icon,
            near.kind.shape,
            near.ring,
            nearness.labels.get(nearness.field_of(near), ""),
            why=near.why,
        )
        for near in nearness.found
    ]
    shown = {near.kind.name for near in nearness.found}
    return draw_radar(centre, items, [(kind.shape, kind.icon, kind.label) for kind in near_kinds if kind.name in shown])
