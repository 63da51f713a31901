"""The directory of experts, profiles, and what a person says of themselves."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hanse_access.shortcuts import get_visible_or_404
from hanse_base.exports import csv_response
from hanse_base.frames import frame_for
from hanse_base.rate_limits import RateLimit

from . import actions
from .card_forms import CardForm
from .expert_exports import export_head, export_rows
from .expert_lists import ExpertList
from .field_gifts import givable_fields
from .field_reading import read_fields, stored_fields
from .first_contact import first_contact_of
from .models import Profile
from .profile_forms import ProfileForm
from .profile_parts import parts_for
from .profile_reading import belongings
from .vcards import card_response, write_vcard

#: tables that one person downloads, and files to fill a profile from
EXPORTED = RateLimit("experts-table", most=10, period=timedelta(hours=1))
READ = RateLimit("profile-file", most=30, period=timedelta(hours=1))
#: fields in the middle of the page, each a card; those in its head; those beside it
MAIN = ("competences", "offers", "looks_for", "languages")
HEAD = ("picture", "function", "roles")
CONTACT = ("email", "phone", "website", "orcid")


def experts(request: HttpRequest) -> HttpResponse:
    """Profiles that the reader may see; visitors see the public ones."""
    return ExpertList(request).render("hanse_members/experts.html", {"frame": frame_for(request)})


def expert(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = get_visible_or_404(request, Profile.objects.select_related("person"), uid=uid)
    is_own = request.user.pk == found.person_id
    shown, askable = read_fields(found, request.viewer, is_own=is_own)
    belonging = belongings([found], request.viewer)[found.person_id]
    context = {
        "frame": frame_for(request),
        "profile": found,
        "shown": shown,
        "askable": askable,
        "belongings": belonging,
        "main": MAIN,
        "head": [item for name, item in shown.items() if name in HEAD],
        "contact": [item for name, item in shown.items() if name in CONTACT],
        "is_own": is_own,
        "parts": parts_for(request, found),
        "givable": [] if is_own else givable_fields(request, found),
        "first_contact": first_contact_of(
            [item.cluster for item in belonging], about=None if is_own else found, viewer=request.viewer
        ),
    }
    return render(request, "hanse_members/expert.html", context)


def business_card(request: HttpRequest, uid: UUID) -> HttpResponse:
    """A profile as vCard, with what the reader can read of it."""
    found = get_visible_or_404(request, Profile.objects.select_related("person"), uid=uid)
    shown, _askable = read_fields(found, request.viewer, is_own=request.user.pk == found.person_id)
    belonging = belongings([found], request.viewer)[found.person_id]
    address = request.build_absolute_uri(found.get_absolute_url())
    return card_response(found.name, write_vcard(found, shown, belonging, url=address))


@login_required
def export(request: HttpRequest) -> HttpResponse:
    """The list as it is narrowed now, as a table; of each profile what the list may tell this reader."""
    key = str(request.user.pk)
    if not request.viewer.is_member:
        raise Http404
    if EXPORTED.is_reached(key):
        messages.error(request, _("You have downloaded this list several times within an hour. Please go on later."))
        return redirect("hanse_members:experts")
    EXPORTED.count(key)
    return csv_response("experts", export_head(), export_rows(ExpertList(request), request))


@login_required
def fill(request: HttpRequest) -> HttpResponse:
    """Begin the form with what a vCard or a record of ORCID says. Nothing is stored."""
    profile = own_profile(request)
    if request.method != "POST" or (profile is None and not request.viewer.is_member):
        return redirect("hanse_members:my_profile")
    key = str(request.user.pk)
    if READ.is_reached(key):
        messages.error(request, _("You have sent many files within an hour. Please go on later."))
        return redirect("hanse_members:my_profile")
    READ.count(key)
    file_form = CardForm(request.POST, request.FILES)
    said = file_form.cleaned_data["card"] if file_form.is_valid() else {}
    stored = stored_fields(profile)
    empty = {name: text for name, text in said.items() if name not in stored or not stored[name].text}
    form = ProfileForm(user=request.user, profile=profile, stored=stored, initial=empty)
    form.fields["competences_topics"].suggest_from = " ".join(
        said.get(name, "") for name in ("keywords", "competences")
    )
    if said:
        messages.info(
            request, _("Taken from the file where your profile was empty. Nothing is saved yet; please look it over.")
        )
    context = {"form": form, "profile": profile, "file_form": file_form}
    return render(request, "hanse_members/my_profile.html", context, status=400 if file_form.errors else 200)


@login_required
def my_profile(request: HttpRequest) -> HttpResponse:
    """Fill in the own profile. Those who are no member yet read when they can."""
    profile = own_profile(request)
    if profile is None and not request.viewer.is_member:
        return render(request, "hanse_members/profile_later.html")
    stored = stored_fields(profile)
    form = ProfileForm(request.POST or None, request.FILES or None, user=request.user, profile=profile, stored=stored)
    if request.method == "POST" and form.is_valid():
        try:
            saved = actions.save_profile(person=request.user, values=form.values(), scopes=form.cleaned_data["scopes"])
        except ValidationError as problem:
            form.add_error("scopes", problem)
        except actions.NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("Saved. This is how you see your profile; the marks say who else does."))
            return redirect(saved)
    context = {"form": form, "profile": profile, "file_form": CardForm()}
    return render(request, "hanse_members/my_profile.html", context, status=400 if form.errors else 200)


@require_POST
@login_required
def confirm(request: HttpRequest) -> HttpResponse:
    """All of the own profile is still so."""
    profile = own_profile(request)
    if profile is None:
        raise Http404
    actions.confirm_profile(profile, by=request.user)
    messages.success(request, _("Thank you. Your profile counts as current for a year."))
    return redirect(profile)


def own_profile(request: HttpRequest) -> Profile | None:
    own = Profile.objects.of(request.user).select_related("person", "audience", "requested_audience")
    return own.first()
