"""Direct conversations: the list, writing to somebody, the chat, the people in it, one's own settings."""

from __future__ import annotations

import uuid as uuids
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from hanse_access.shortcuts import get_visible_or_404
from hanse_base.searching import search_text
from hanse_base.waiting import waiting_url
from hanse_members.models import Profile

from . import actions
from .actions import direct as acts
from .actions.limits import SAID
from .chat_views import MOST_FOUND, chat_page, search_page, to_message
from .direct_forms import GroupForm, MessageSettingsForm, WriteForm
from .direct_frames import direct_frame, direct_place
from .direct_lists import DirectList, found_messages
from .direct_people import Addressee, describe, find, named
from .models import Direct, MessageSettings, Participant
from .models.direct import MOST_PEOPLE, pair_of
from .notifications_of_direct import WAITING, own_requests
from .shortcuts import enter


@require_GET
@login_required
def directs(request: HttpRequest) -> HttpResponse:
    archived = Direct.objects.archived_by(request.viewer).exists()
    return DirectList(request).render("hanse_groups/directs.html", {"archived": archived})


@require_GET
@login_required
def archived_directs(request: HttpRequest) -> HttpResponse:
    return DirectList(request, archived=True).render("hanse_groups/directs_archived.html")


@require_GET
@login_required
def search_all(request: HttpRequest) -> HttpResponse:
    """Messages of all own conversations in which all the words occur."""
    text = search_text(request.GET)
    found = found_messages(request, text, MOST_FOUND + 1) if text else []
    context = {"text": text, "found": found[:MOST_FOUND], "more": len(found) > MOST_FOUND}
    return render(request, "hanse_groups/directs_search.html", context)


@require_GET
@login_required
def direct(request: HttpRequest, uid: UUID) -> HttpResponse:
    """The chat; for who has not answered the request yet, the place where that is done."""
    if is_asked(request, uid):
        return redirect(waiting_url(WAITING))
    place = direct_place(request, uid)
    return chat_page(request, direct_frame(place, request.viewer), place)


@require_GET
@login_required
def search(request: HttpRequest, uid: UUID) -> HttpResponse:
    place = direct_place(request, uid)
    return search_page(request, direct_frame(place, request.viewer), place)


@require_GET
@login_required
def message(request: HttpRequest, uid: UUID, message: UUID) -> HttpResponse:
    """A lasting address of one message: leads to its place in the conversation."""
    if is_asked(request, uid):
        return redirect(waiting_url(WAITING))
    place = direct_place(request, uid)
    return to_message(direct_frame(place, request.viewer), place, message)


def is_asked(request: HttpRequest, uid: UUID) -> bool:
    return own_requests(request.viewer).filter(conversation__uid=uid).exists()


@login_required
def write(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Write to the person of a profile that one sees."""
    profile = get_visible_or_404(request, Profile.objects.select_related("person"), uid=uid)
    return write_page(request, profile.person, f"p{profile.uid}", profile.get_absolute_url())


@login_required
def write_in_room(request: HttpRequest, uid: UUID, pk: int) -> HttpResponse:
    """Write to somebody who is in a room with the reader."""
    room, _place = enter(request, uid)
    there = Participant.objects.active().filter(conversation=room.conversation_id, pk=pk).select_related("person")
    found = there.first()
    if found is None:
        raise Http404
    return write_page(request, found.person, f"r{found.pk}", room.get_absolute_url())


def write_page(request: HttpRequest, person, key: str, back: str) -> HttpResponse:
    """The form for a first message; where the two have a conversation, that one."""
    if person.pk == request.user.pk:
        raise Http404
    present = Direct.objects.of_viewer(request.viewer).filter(pair=pair_of(request.user.pk, person.pk))
    known = present.select_related("conversation").first()
    if known is not None and request.method != "POST":
        return redirect(known)
    form = WriteForm(request.POST if request.method == "POST" else None, initial={"client_key": uuids.uuid4()})
    if request.method == "POST" and form.is_valid():
        try:
            SAID.use(request.user)
            sent = acts.write_to(person, by=request.user, **form.cleaned_data)
        except actions.NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            return redirect("hanse_groups:direct", sent.conversation.uid)
    [to] = describe(request, [(key, person)])
    context = {"form": form, "to": to, "back": back}
    return render(request, "hanse_groups/direct_write.html", context, status=400 if form.errors else 200)


@login_required
def new(request: HttpRequest) -> HttpResponse:
    """Choose people by name and write to them: one is a conversation of two, more are a group.

    One form does all: the button that was pressed says what ("find", "add", "drop", "send"), and nothing typed is lost.
    """
    data = request.POST if request.method == "POST" else request.GET
    chosen = named(request, _chosen_keys(data)[: MOST_PEOPLE - 1])
    text = search_text(data, most=100)
    sending = request.method == "POST" and "send" in data
    if sending:
        form = GroupForm(request.POST)
        if (answer := _send(request, form, chosen)) is not None:
            return answer
    else:
        typed = {name: data.get(name, "") for name in ("title", "body")}
        form = GroupForm(initial={**typed, "client_key": data.get("client_key") or uuids.uuid4()})
    found = find(request, text, besides=[each.person.pk for each in chosen])
    context = {
        "form": form,
        "chosen": chosen,
        "text": text,
        "found": found,
        "is_full": len(chosen) >= MOST_PEOPLE - 1,
        "group": len(chosen) > 1,
    }
    return render(request, "hanse_groups/direct_new.html", context, status=400 if sending else 200)


def _chosen_keys(data) -> list[str]:
    keys = [key for key in data.getlist("with") if key != data.get("drop")]
    return [*keys, *data.getlist("add")]


def _send(request: HttpRequest, form: GroupForm, chosen: list[Addressee]) -> HttpResponse | None:
    """The answer when it is sent; None with errors in the form."""
    if not chosen:
        form.add_error(None, _("Please choose whom you write to."))
    if not form.is_valid():
        return None
    people = [each.person for each in chosen]
    values = {"body": form.cleaned_data["body"], "client_key": form.cleaned_data["client_key"], "by": request.user}
    try:
        SAID.use(request.user)
        if len(people) == 1:
            sent = acts.write_to(people[0], **values)
        else:
            sent = acts.begin_group(people, title=form.cleaned_data["title"], **values)
    except actions.NotPossible as problem:
        form.add_error(None, str(problem))
        return None
    except PermissionDenied as denied:
        raise Http404 from denied
    return redirect("hanse_groups:direct", sent.conversation.uid)


@login_required
def message_settings(request: HttpRequest) -> HttpResponse:
    """Whom one accepts messages from, and what mails say of them."""
    present = MessageSettings.objects.filter(person=request.user).first() or MessageSettings(person=request.user)
    form = MessageSettingsForm(request.POST if request.method == "POST" else None, instance=present)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Saved."))
        return redirect("hanse_groups:message_settings")
    return render(request, "hanse_groups/direct_settings.html", {"form": form}, status=400 if form.errors else 200)
