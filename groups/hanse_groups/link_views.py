"""Invitations to a room by link: making and taking back, and the page behind one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from hanse_base.link_pages import entrances, link_page
from hanse_base.link_tokens import NoSuchLink, find_link
from hanse_base.rate_limits import RateLimit
from hanse_members.addresses import confirmed_addresses

from . import actions
from .actions.limits import PersonLimit
from .link_forms import LinkForm, MailedLinkForm
from .models import Participant, RoomLink
from .people import organisations_of
from .room_home import tabs
from .room_links import PURPOSE, numbers_of
from .shortcuts import enter

#: links that one person makes, mailed or not
MADE = PersonLimit(RateLimit("rooms.links", most=200, period=timedelta(hours=1)))


@login_required
def links(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The open links of a room, and making more. For those who lead it."""
    room, place = enter(request, uid)
    if not place.leads:
        raise Http404
    by_mail = "copy-way" not in request.POST
    posted = request.POST if request.method == "POST" else None
    mailed = MailedLinkForm(posted if by_mail else None, room=room, prefix="mail")
    copied = LinkForm(posted if not by_mail else None, prefix="copy")
    form = mailed if by_mail else copied
    context: dict[str, Any] = {}
    if posted is not None and form.is_valid():
        try:
            if by_mail:
                MADE.use(request.user, len(form.cleaned_data["addresses"]))
                sent = actions.mail_links(room, by=request.user, **form.values())
                text = ngettext(
                    "%(count)d invitation is on its way.", "%(count)d invitations are on their way.", len(sent)
                )
                messages.success(request, text % {"count": len(sent)})
                return redirect("hanse_groups:links", room.uid)
            MADE.use(request.user)
            made, secret = actions.make_link(room, by=request.user, **form.values())
            address = request.build_absolute_uri(reverse("hanse_groups:link", args=[secret]))
            # Nothing keeps the secret: this answer is the only one that has it.
            context = {"made": made, "address": address}
            copied = LinkForm(prefix="copy")
        except actions.NotPossible as problem:
            form.add_error(None, str(problem))
    found = RoomLink.objects.open().filter(room=room).with_effect().select_related("made_by")
    context |= {
        "room": room,
        "place": place,
        "mailed": mailed,
        "copied": copied,
        "links": list(found),
        "tabs": tabs(room, place, "people"),
    }
    response = render(request, "hanse_groups/links.html", context, status=400 if form.errors else 200)
    response["Cache-Control"] = "private, no-store"
    return response


@require_POST
@login_required
def revoke(request: HttpRequest, uid: UUID, pk: int) -> HttpResponse:
    room, place = enter(request, uid)
    if not place.leads:
        raise Http404
    found = get_object_or_404(RoomLink.objects.filter(room=room).select_related("room"), pk=pk)
    actions.revoke_room_link(found, by=request.user)
    messages.success(request, _("The link is taken back; it opens nothing now."))
    return redirect("hanse_groups:links", room.uid)


@link_page
def link(request: HttpRequest, secret: str) -> HttpResponse:
    """What a link leads to. Looking at it changes nothing.

    A mailed one to a hidden room tells which it is to nobody but whoever has the address, unless whoever invites wanted
    the mail to name it.
    """
    token = find_link(PURPOSE, secret)
    rows = RoomLink.objects.working().select_related("room__cluster", "room__conversation", "made_by")
    found = rows.filter(token=token).first()
    if found is None:
        raise NoSuchLink
    is_named = not found.email or found.mail_names_room
    if not request.user.is_authenticated:
        ways = entrances(request)
        if request.method == "POST":
            return redirect(ways["sign_in"])
        return _page(request, "visitor", found, is_named=is_named, **ways)
    if found.email and found.email not in confirmed_addresses(request.user):
        status = 403 if request.method == "POST" else 200
        return _page(request, "other", found, is_named=is_named, status=status)
    return _answer(request, found, secret)


def _answer(request: HttpRequest, found: RoomLink, secret: str) -> HttpResponse:
    place = Participant.objects.of(request.user).filter(conversation=found.room.conversation_id).first()
    if place is not None and place.state == Participant.State.BANNED:
        raise NoSuchLink
    is_in = place is not None and place.state == Participant.State.ACTIVE
    if request.method == "POST":
        try:
            actions.come_in(found, by=request.user, secret=secret, as_guest=request.POST.get("as") == "guest")
        except actions.NotPossible as problem:
            messages.error(request, str(problem))
        else:
            if not is_in:
                messages.success(request, _("You are in the room now."))
            return redirect("hanse_groups:chat", found.room.uid)
    is_member = request.viewer.is_member
    needs_cluster = found.role == RoomLink.Role.MEMBER and not is_member
    context = {
        "is_in": is_in,
        "needs_cluster": needs_cluster,
        "as_guest": (found.role == RoomLink.Role.GUEST or found.or_guest) if needs_cluster else False,
        "is_member": is_member,
        "name": request.user.get_full_name(),
        "organisation": organisations_of([request.user.pk]).get(request.user.pk, ""),
    }
    status = 400 if request.method == "POST" else 200
    return _page(request, "answer", found, is_named=True, status=status, **context)


def _page(request: HttpRequest, part: str, found: RoomLink, *, is_named: bool, status: int = 200, **context):
    context |= {"link": found, "room": found.room, "part": f"hanse_groups/includes/link_{part}.html"}
    context |= {"is_named": is_named, "numbers": numbers_of(found.room) if is_named else {}}
    return render(request, "hanse_groups/link.html", context, status=status)
