"""Who is in a direct conversation: adding, leaving, the title, what one is told of, blocking."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from hanse_activity.blocks import block as block_person
from hanse_base.searching import search_text

from . import actions
from .actions import direct as acts
from .direct_forms import DirectLevelForm, TitleForm
from .direct_frames import direct_context, direct_place
from .direct_people import find, named
from .models import Participant
from .models.direct import MOST_PEOPLE


@require_GET
@login_required
def people(request: HttpRequest, uid: UUID) -> HttpResponse:
    return people_page(request, direct_place(request, uid))


def people_page(request: HttpRequest, place: Participant, *, title_form: TitleForm | None = None) -> HttpResponse:
    context = direct_context(place, request.viewer, "people")
    direct, others = context["direct"], context["direct"].others
    text = search_text(request.GET, most=100)
    levels = [each for each in Participant.Level.choices if direct.is_group or each[0] != Participant.Level.MENTIONS]
    context |= {
        "text": text,
        "found": find(request, text, besides=[row.person_id for row in others]) if direct.is_group else [],
        "is_full": len(others) + 1 >= MOST_PEOPLE,
        "levels": levels,
        "title_form": title_form or TitleForm(instance=direct),
    }
    return render(request, "hanse_groups/direct_people.html", context, status=400 if title_form else 200)


@require_POST
@login_required
def add(request: HttpRequest, uid: UUID) -> HttpResponse:
    place = _in_group(request, uid)
    found = named(request, request.POST.getlist("add")[:1])
    if not found:
        raise Http404
    try:
        added = acts.add_person(place.conversation.direct, found[0].person, by=request.user)
    except actions.NotPossible as problem:
        messages.error(request, str(problem))
    except PermissionDenied as denied:
        raise Http404 from denied
    else:
        text = _("%(person)s is in the conversation now.") if added.is_active else _("%(person)s is asked.")
        messages.success(request, text % {"person": found[0].name})
    return redirect("hanse_groups:direct_people", uid)


@require_POST
@login_required
def rename(request: HttpRequest, uid: UUID) -> HttpResponse:
    place = _in_group(request, uid)
    form = TitleForm(request.POST, instance=place.conversation.direct)
    if not form.is_valid():
        place.conversation.direct.refresh_from_db()
        return people_page(request, place, title_form=form)
    acts.rename(place.conversation.direct, form.cleaned_data["title"], by=request.user)
    messages.success(request, _("Saved."))
    return redirect("hanse_groups:direct_people", uid)


@require_POST
@login_required
def leave(request: HttpRequest, uid: UUID) -> HttpResponse:
    place = _in_group(request, uid)
    acts.leave_group(place.conversation.direct, by=request.user)
    messages.success(request, _("You have left the conversation."))
    return redirect("hanse_groups:directs")


@require_POST
@login_required
def archive(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Put the conversation out of one's own list, or with ``back`` into it again. Nobody else is told."""
    place = direct_place(request, uid)
    if "back" in request.POST:
        acts.bring_back_direct(place.conversation.direct, by=request.user)
        messages.success(request, _("The conversation is in your list again."))
        return redirect("hanse_groups:direct_people", uid)
    acts.archive_direct(place.conversation.direct, by=request.user)
    messages.success(request, _("Archived. The conversation comes back when something new is written."))
    return redirect("hanse_groups:directs")


@require_POST
@login_required
def level(request: HttpRequest, uid: UUID) -> HttpResponse:
    place = direct_place(request, uid)
    form = DirectLevelForm(request.POST)
    if form.is_valid():
        actions.set_level(place.conversation, form.cleaned_data["level"], by=request.user)
        messages.success(request, _("Saved."))
    else:
        messages.error(request, _("This choice is not known. Please choose again."))
    return redirect("hanse_groups:direct_people", uid)


@require_POST
@login_required
def block(request: HttpRequest, uid: UUID, pk: int) -> HttpResponse:
    """Block somebody who is, or was, in the conversation."""
    place = direct_place(request, uid)
    there = Participant.objects.filter(conversation=place.conversation_id, pk=pk).exclude(pk=place.pk)
    found = there.select_related("person").first()
    if found is None:
        raise Http404
    block_person(request.user, found.person)
    text = _("%(person)s is blocked: nothing from there reaches you any more. Nobody is told.")
    messages.success(request, text % {"person": found.person.get_full_name()})
    return redirect("hanse_groups:direct_people", uid)


def _in_group(request: HttpRequest, uid: UUID) -> Participant:
    place = direct_place(request, uid)
    if not place.conversation.direct.is_group:
        raise Http404
    return place
