"""Who is in a room: coming in, going, and what those who lead it decide."""

from __future__ import annotations

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_POST

from hanse_access.viewer import Viewer
from hanse_base.searching import search_text
from hanse_members.models import Profile

from . import actions
from .actions.limits import ASKED
from .direct_rule import Ties
from .forms import InviteForm, LevelForm, ObjectionForm, ReasonForm, RemovalForm, RequestForm
from .models import Objection, Participant, Room, RoomLink
from .people import organisations_of, profile_addresses
from .room_home import people_of, tabs
from .room_views import card
from .shortcuts import enter, see_room

#: people found by name at once
MOST_FOUND = 10


@require_POST
@login_required
def join(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Come into an open room, or accept an invitation."""
    room = see_room(request, uid)
    invited = Participant.objects.invited().of(request.user).filter(conversation=room.conversation_id).first()
    try:
        if invited is not None:
            actions.accept_invitation(invited, by=request.user)
        else:
            actions.join(room, by=request.user)
    except actions.NotPossible as problem:
        messages.error(request, str(problem))
        return redirect(room)
    messages.success(request, _("You are in the room now."))
    return redirect("hanse_groups:chat", room.uid)


@require_POST
@login_required
def ask(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Ask to be let in, or take the request or an invitation back."""
    room = see_room(request, uid)
    place = Participant.objects.of(request.user).filter(conversation=room.conversation_id).first()
    form = RequestForm(request.POST)
    try:
        if "withdraw" in request.POST:
            end_own(place, request)
        elif form.is_valid():
            ASKED.use(request.user)
            actions.ask_to_join(room, by=request.user, **form.cleaned_data)
            messages.success(request, _("Whoever leads the room is told. You hear from us when it is decided."))
    except actions.NotPossible as problem:
        form.add_error(None, str(problem))
    if form.errors and "withdraw" not in request.POST:
        return card(request, room, form)
    seen = Room.objects.visible_to(Viewer.of(request.user)).filter(pk=room.pk).exists()
    return redirect(room) if seen else redirect("hanse_groups:rooms")


def end_own(place: Participant | None, request: HttpRequest) -> None:
    if place is not None and place.state == Participant.State.INVITED:
        actions.decline_invitation(place, by=request.user)
        messages.success(request, _("You have declined the invitation."))
    elif place is not None and place.state == Participant.State.REQUESTED:
        actions.withdraw_request(place, by=request.user)
        messages.success(request, _("Your request is withdrawn."))


@login_required
def leave(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Says what becomes of the room, then goes."""
    room, place = enter(request, uid)
    if request.method == "POST":
        actions.leave(room, by=request.user)
        messages.success(request, _("You have left the room “%(room)s”.") % {"room": room})
        return redirect("hanse_groups:rooms")
    others = Participant.objects.active().filter(conversation=room.conversation_id).exclude(pk=place.pk)
    last_owner = place.owns and not others.filter(role=Participant.Role.OWNER).exists()
    heir = others.filter(role=Participant.Role.MODERATOR).select_related("person").order_by("joined_at", "pk").first()
    if heir is None and room.patron_id:
        patron = others.filter(person=room.patron_id).exclude(role=Participant.Role.GUEST)
        heir = patron.select_related("person").first()
    context = {"room": room, "place": place, "last_owner": last_owner, "heir": heir, "tabs": tabs(room, place, "")}
    return render(request, "hanse_groups/leave.html", context)


@require_POST
@login_required
def level(request: HttpRequest, uid: UUID) -> HttpResponse:
    room, _place = enter(request, uid)
    form = LevelForm(request.POST)
    if form.is_valid():
        actions.set_level(room.conversation, form.cleaned_data["level"], by=request.user)
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("This choice is not known. Please choose again."))
    return redirect("hanse_groups:people", room.uid)


@require_GET
@login_required
def people(request: HttpRequest, uid: UUID) -> HttpResponse:
    room, place = enter(request, uid)
    return people_page(request, room, place)


def people_page(request: HttpRequest, room: Room, place: Participant, **refused) -> HttpResponse:
    """Everybody in the room; for those who lead it also who waits, who is invited and who is barred."""
    here = Participant.objects.filter(conversation=room.conversation_id).select_related("person", "invited_by")
    present = people_of(room.conversation_id)
    addresses = profile_addresses([participant.person_id for participant in present], request.viewer)
    ties = Ties([request.user.pk, *(participant.person_id for participant in present)])
    for participant in present:
        participant.refusal = ties.refusal(request.user.pk, participant.person_id)
        participant.profile_url = addresses.get(participant.person_id)
    waiting = []
    if place.leads or (room.asks_members and place.role != Participant.Role.GUEST):
        waiting = list(here.waiting().order_by("changed_at", "pk"))
        firms = organisations_of([participant.person_id for participant in waiting])
        own = {
            row.participant_id: row for row in Objection.objects.filter(participant__in=waiting, author=request.user)
        }
        said = Objection.objects.filter(participant__in=waiting).select_related("author") if place.owns else ()
        for participant in waiting:
            participant.organisation = firms.get(participant.person_id, "")
            participant.own_objection = own.get(participant.pk)
            participant.said = [row for row in said if row.participant_id == participant.pk]
    context = {
        "room": room,
        "place": place,
        "people": present,
        "waiting": waiting,
        "invited": list(here.filter(state=Participant.State.INVITED, person__is_active=True).order_by("changed_at"))
        if place.leads
        else [],
        "open_links": RoomLink.objects.working().filter(room=room).count() if place.leads else 0,
        "barred": list(here.filter(state=Participant.State.BANNED)) if place.owns else [],
        "roles": Participant.Role.choices,
        "levels": Participant.Level.choices,
        "objection_form": ObjectionForm(),
        "tabs": tabs(room, place, "people"),
        **refused,
    }
    return render(request, "hanse_groups/people.html", context, status=400 if refused else 200)


@login_required
def invite(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Find somebody by name and invite them. For those who lead the room."""
    room, place = enter(request, uid)
    if not place.leads:
        raise Http404
    text = search_text(request.GET, most=100)
    form = InviteForm(request.POST if request.method == "POST" else None, viewer=request.viewer)
    if request.method == "POST" and form.is_valid():
        profile = form.cleaned_data["profile"]
        try:
            actions.invite(room, by=request.user, person=profile.person, role=form.cleaned_data["role"])
        except actions.NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("%(person)s is invited.") % {"person": profile.person.get_full_name()})
            return redirect("hanse_groups:people", room.uid)
    found = []
    if text:
        known = Participant.objects.filter(conversation=room.conversation_id, state__in=("active", "invited", "banned"))
        matching = Profile.objects.visible_to(request.viewer).shown().exclude(person__in=known.values("person"))
        for word in text.split()[:5]:
            matching = matching.filter(name__icontains=word)
        found = list(matching.select_related("person").order_by("sort_name", "pk")[:MOST_FOUND])
        firms = organisations_of([profile.person_id for profile in found])
        for profile in found:
            profile.organisation = firms.get(profile.person_id, "")
    context = {
        "room": room,
        "place": place,
        "form": form,
        "text": text,
        "found": found,
        "tabs": tabs(room, place, "people"),
    }
    return render(request, "hanse_groups/invite.html", context, status=400 if form.errors else 200)


@require_POST
@login_required
def object_to(request: HttpRequest, uid: UUID, pk: int) -> HttpResponse:
    room, place = enter(request, uid)
    participant = _of_room(room, pk)
    form = ObjectionForm(request.POST)
    if form.is_valid():
        try:
            actions.object_to(participant, by=request.user, **form.cleaned_data)
        except actions.NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("The owners of the room read what you said, and nobody else."))
            return redirect("hanse_groups:people", room.uid)
    return people_page(request, room, place, refused=form, refused_at=participant.pk)


#: what is done with a participant → the action, what is said then, the form for what it needs
Act = tuple[Callable, object, type | None]
ACTS: dict[str, Act] = {
    "let-in": (actions.accept_request, gettext_lazy("%(person)s is in the room now."), None),
    "decline": (actions.decline_request, gettext_lazy("Declined. %(person)s reads your reason."), ReasonForm),
    "remove": (actions.remove, gettext_lazy("%(person)s is out of the room, at once and everywhere."), RemovalForm),
    "bar": (actions.ban, gettext_lazy("%(person)s is out of the room and cannot come back."), RemovalForm),
    "lift": (actions.lift_ban, gettext_lazy("%(person)s can ask to be let in again."), None),
    "uninvite": (actions.decline_invitation, gettext_lazy("The invitation of %(person)s is taken back."), None),
}


@require_POST
@login_required
def act_on(request: HttpRequest, uid: UUID, pk: int, act: str) -> HttpResponse:
    """One of ``ACTS``, "role" or "owner". The action asks whether the person may."""
    room, place = enter(request, uid)
    participant = _of_room(room, pk)
    form = None
    try:
        if act == "role":
            actions.set_role(participant, request.POST.get("role", ""), by=request.user)
            said = gettext_lazy("The role of %(person)s is changed.")
        elif act == "owner":
            actions.hand_over(room, by=request.user, to=participant)
            said = gettext_lazy("The room is now owned by %(person)s; you are a moderator.")
        elif act in ACTS:
            action, said, form_class = ACTS[act]
            form = form_class(request.POST) if form_class else None
            if form is not None and not form.is_valid():
                return people_page(request, room, place, refused=form, refused_at=pk)
            action(participant, by=request.user, **(form.cleaned_data if form is not None else {}))
        else:
            raise Http404
    except actions.NotPossible as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, str(said) % {"person": participant.person.get_full_name()})
    return redirect("hanse_groups:people", room.uid)


def _of_room(room: Room, pk: int) -> Participant:
    found = Participant.objects.filter(conversation=room.conversation_id, pk=pk).select_related("person").first()
    if found is None:
        raise Http404
    return found
