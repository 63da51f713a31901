"""Rooms: the list, the card for those outside, the home page for those inside, settings."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from hanse_access.audit import readable_by, verb_label
from hanse_access.trail import tell
from hanse_members.models import Cluster, Membership
from hanse_members.roles import Role as ClusterRole

from . import actions
from .actions.rooms import clusters_to_open_in
from .forms import OpeningForm, RequestForm, RoomForm
from .lists import RoomList
from .message_views import whole
from .models import Participant, Room, RoomOpening
from .people import names_of
from .room_home import faces_of, home_context, tabs
from .shortcuts import enter, look_into, see_room

#: entries of the trail on one page
MOST_EVENTS = 50
STATES = {
    "archive": (actions.archive_room, gettext_lazy("The room is archived. Everybody in it can go on reading.")),
    "reopen": (actions.reopen_room, gettext_lazy("The room is open again.")),
    "delete": (actions.delete_room, gettext_lazy("The room is deleted. For 30 days you can have it back here.")),
    "restore": (actions.restore_room, gettext_lazy("The room is back.")),
}


@require_GET
@login_required
def rooms(request: HttpRequest) -> HttpResponse:
    context = {
        "may_open": clusters_to_open_in(request.user).exists(),
        "managed": Cluster.objects.active().filter(pk__in=request.viewer.decides.get("cluster", ())).order_by("name"),
    }
    return RoomList(request).render("hanse_groups/rooms.html", context)


@login_required
def new_room(request: HttpRequest) -> HttpResponse:
    """404 for who may open none."""
    if not clusters_to_open_in(request.user).exists():
        raise Http404
    form = RoomForm(request.POST if request.method == "POST" else None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            opened = actions.open_room(
                by=request.user, cluster=form.cleaned_data["cluster"], scopes=form.scopes, **form.settings
            )
        except ValidationError as error:
            form.add_error("audience", error)
        else:
            messages.success(request, _("The room is open. Now invite the people whom you want in it."))
            return redirect("hanse_groups:people", opened.uid)
    return render(request, "hanse_groups/new_room.html", {"form": form}, status=400 if form.errors else 200)


@require_GET
@login_required
def room(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The home page for those in it, the card for others who see it."""
    try:
        found, place = look_into(request, uid)
    except Http404:
        return card(request, see_room(request, uid))
    return render(request, "hanse_groups/room.html", home_context(request, found, place))


def card(request: HttpRequest, found: Room, form: RequestForm | None = None) -> HttpResponse:
    mine = Participant.objects.of_viewer(request.viewer).heard()
    place = mine.filter(conversation=found.conversation_id).select_related("invited_by").first()
    context = {"room": found, "place": place, "form": form or RequestForm(), **faces_of(found)}
    return render(request, "hanse_groups/card.html", context, status=400 if form is not None else 200)


@login_required
def settings(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Owners only."""
    found, place = enter(request, uid)
    if not place.owns:
        raise Http404
    form = RoomForm(request.POST if request.method == "POST" else None, instance=found, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            actions.change_room(found, by=request.user, scopes=form.scopes, **form.settings)
        except actions.NotPossible as problem:
            form.add_error(None, str(problem))
        except ValidationError as error:
            form.add_error("audience", error)
        else:
            messages.success(request, _("Saved."))
            return redirect(found)
    shown = Room.objects.with_people().get(pk=found.pk)  # the form has changed its own
    context = {"form": form, "room": shown, "place": place, "tabs": tabs(shown, place, "")}
    return render(request, "hanse_groups/settings.html", context, status=400 if form.errors else 200)


@require_POST
@login_required
def change_state(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Archive, open again, delete, restore. Owners only."""
    found = see_room(request, uid)
    owned = Participant.objects.with_role(Participant.Role.OWNER).of(request.user)
    if request.POST.get("to") not in STATES or not owned.filter(conversation=found.conversation_id).exists():
        raise Http404
    act, said = STATES[request.POST["to"]]
    try:
        act(found, by=request.user)
        messages.success(request, said)
    except actions.NotPossible as problem:
        messages.error(request, str(problem))
    return redirect(found)


@require_GET
@login_required
def trail(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What changed who may do or see what, for owners: the newest first, page by page."""
    found, place = enter(request, uid)
    if not place.owns:
        raise Http404
    events = readable_by(request.viewer).filter(scope_kind="group", scope_id=found.pk)
    before = whole(request.GET.get("before"))
    if before is not None:
        events = events.filter(pk__lt=before)
    rows = list(events.select_related("actor__user").order_by("-pk")[: MOST_EVENTS + 1])
    shown = rows[:MOST_EVENTS]
    tell(shown, request.viewer, people=names_of)
    for event in shown:
        event.what, event.who = verb_label(event.verb), event.actor or _("the system")
    context = {
        "room": found,
        "place": place,
        "events": shown,
        "older": shown[-1].pk if len(rows) > MOST_EVENTS else None,
        "is_first": before is None,
        "tabs": tabs(found, place, ""),
    }
    return render(request, "hanse_groups/trail.html", context)


@login_required
def opening(request: HttpRequest, slug: str) -> HttpResponse:
    """Who may open rooms in a cluster, for its managers."""
    cluster = get_object_or_404(Cluster.objects.active(), slug=slug)
    if not Membership.objects.with_role(ClusterRole.MANAGER).of(request.user).filter(cluster=cluster).exists():
        raise Http404
    present = RoomOpening.objects.filter(cluster=cluster).first() or RoomOpening(cluster=cluster)
    form = OpeningForm(request.POST if request.method == "POST" else None, instance=present)
    if request.method == "POST" and form.is_valid():
        actions.set_room_opening(cluster, by_members=form.cleaned_data["by_members"], by=request.user)
        messages.success(request, _("Saved."))
        return redirect("hanse_groups:rooms")
    return render(request, "hanse_groups/opening.html", {"form": form, "cluster": cluster})
