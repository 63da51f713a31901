"""The copy of a room that its owner takes along."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from . import actions
from .export_parts import export_parts
from .models import RoomExport, RoomExportFile
from .room_home import tabs
from .shortcuts import enter


@login_required
def export(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Ask for a copy, see how far it is, fetch it. Owners only; each sees the own."""
    room, place = enter(request, uid)
    if not place.owns:
        raise Http404
    if request.method == "POST":
        try:
            actions.request_room_export(room, by=request.user)
        except actions.NotPossible as problem:
            messages.info(request, str(problem))
        return redirect("hanse_groups:export", room.uid)
    found = RoomExport.objects.filter(room=room, person=request.user).first()
    file = RoomExportFile.objects.visible_to(request.viewer).filter(export=found).first() if found else None
    context = {"room": room, "place": place, "export": found, "file": file}
    if request.headers.get("HX-Request"):
        return render(request, "hanse_groups/includes/export_state.html", context)
    context |= {"parts": list(export_parts), "tabs": tabs(room, place, "")}
    return render(request, "hanse_groups/export.html", context)
