"""Asking for a field of a profile, and deciding who reads it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hanse_access.shortcuts import get_visible_or_404
from hanse_base.link_pages import link_page
from hanse_base.rate_limits import RateLimit

from . import actions
from .models import FieldRelease, Profile, ProfileField
from .profile_forms import AnswerForm, OutsiderForm, QuestionForm
from .profile_reading import contents
from .profile_specs import SPECS
from .profile_views import own_profile

#: questions that one person asks
ASKED = RateLimit("field-questions", most=30, period=timedelta(hours=1))
#: fields that one person releases unasked
GIVEN = RateLimit("field-releases", most=30, period=timedelta(hours=1))


@login_required
def ask(request: HttpRequest, uid: UUID, name: str) -> HttpResponse:
    """Ask the owner for a field that is on request. Who is no member is not told of such fields."""
    if not request.viewer.is_member:
        raise Http404
    profile = get_visible_or_404(request, Profile.objects.select_related("person"), uid=uid)
    field = get_object_or_404(ProfileField.objects.filter(ProfileField.askable_q()), profile=profile, name=name)
    form = QuestionForm(request.POST or None)
    key = str(request.user.pk)
    if request.method == "POST" and ASKED.is_reached(key):
        form.add_error(None, _("You have asked many questions within an hour. Please go on later."))
    elif request.method == "POST" and form.is_valid():
        try:
            actions.ask_for_field(field, by=request.user, message=form.cleaned_data["message"])
        except PermissionDenied as denied:
            raise Http404 from denied
        except actions.NotPossible as problem:
            messages.info(request, str(problem))
        else:
            ASKED.count(key)
            messages.success(request, _("Asked. You are told when there is an answer."))
        return redirect(profile)
    context = {"form": form, "profile": profile, "field": field}
    return render(request, "hanse_members/field_question.html", context, status=400 if form.errors else 200)


@login_required
def field_releases(request: HttpRequest) -> HttpResponse:
    """Who asks for fields of the own profile, who reads them, and what this person asked others for."""
    own = FieldRelease.objects.reaching(request.user).select_related("field__profile", "person__profile")
    seen = Profile.objects.visible_to(request.viewer).values("pk")
    mine = FieldRelease.objects.by(request.user).filter(field__profile__in=seen).select_related("field__profile")
    context = {
        "waiting": own.waiting(),
        "in_force": own.in_force(),
        "over": own.exclude(pk__in=own.waiting().values("pk")).exclude(FieldRelease.objects.in_force_q())[:20],
        "mine": mine[:20],
        "seen": set(
            Profile.objects.visible_to(request.viewer)
            .filter(person__in=own.values("person"))
            .values_list("person_id", flat=True)
        ),
        "answer_form": AnswerForm(auto_id=False),
    }
    return render(request, "hanse_members/field_releases.html", context)


@require_POST
@login_required
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Release a field to who asked, or not."""
    release = get_object_or_404(FieldRelease.objects.of_owner(request.user).select_related("field__profile"), pk=pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("This choice is not known. Please choose again."))
        return redirect("hanse_members:field_releases")
    data = form.cleaned_data
    try:
        if data["decision"] == form.RELEASE:
            actions.release_field(release, by=request.user, days=data["days"], answer=data["answer"])
            messages.success(request, _("Released. You can take it back here at any time."))
        else:
            actions.decline_field(release, by=request.user, answer=data["answer"])
            messages.success(request, _("Declined."))
    except actions.NotPossible as problem:
        messages.info(request, str(problem))
    return redirect("hanse_members:field_releases")


@require_POST
@login_required
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    release = get_object_or_404(FieldRelease.objects.of_owner(request.user).select_related("field__profile"), pk=pk)
    actions.revoke_release(release, by=request.user)
    messages.success(request, _("Taken back. It cannot be read any more."))
    return redirect("hanse_members:field_releases")


@require_POST
@login_required
def give(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Let the person of this profile read a field of the own one, unasked."""
    reader = get_visible_or_404(request, Profile.objects.select_related("person"), uid=uid)
    own = own_profile(request)
    fields = own.fields.filter(is_filled=True).select_related("profile") if own else ProfileField.objects.none()
    name = request.POST.get("field", "")
    field = get_object_or_404(fields, name=name if name in SPECS else "")
    if reader.person_id == request.user.pk or not field.spec.askable:
        raise Http404
    key = str(request.user.pk)
    if GIVEN.is_reached(key):
        messages.error(request, _("You have released many fields within an hour. Please go on later."))
        return redirect(reader)
    GIVEN.count(key)
    actions.release_to_person(field, person=reader.person, by=request.user)
    messages.success(
        request,
        _("%(person)s can read “%(field)s” in your profile now.") % {"person": reader.name, "field": field},
    )
    return redirect(reader)


@login_required
def outsider(request: HttpRequest, name: str) -> HttpResponse:
    """A link by which somebody without an account reads one field. It is shown once."""
    profile = own_profile(request)
    fields = profile.fields.select_related("profile") if profile else ProfileField.objects.none()
    field = get_object_or_404(fields.filter(is_filled=True), name=name)
    if not field.spec.askable:
        raise Http404
    form = OutsiderForm(request.POST or None)
    context = {"form": form, "field": field, "profile": profile}
    if request.method == "POST" and form.is_valid():
        try:
            release, secret = actions.release_to_outsider(field, by=request.user, **form.cleaned_data)
        except actions.NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            context["release"] = release
            context["link"] = request.build_absolute_uri(reverse("hanse_members:released", args=[secret]))
    response = render(request, "hanse_members/field_outsider.html", context, status=400 if form.errors else 200)
    response["Cache-Control"] = "private, no-store"
    return response


@link_page
def released(request: HttpRequest, secret: str) -> HttpResponse:
    """What an outsider reads by a link; a scanner that follows it sees nothing of the field."""
    release = actions.released_by_link(secret)
    context = {"release": release, "profile": release.field.profile}
    if request.method == "POST":
        FieldRelease.objects.filter(pk=release.pk).update(read_at=timezone.now())
        context["item"] = contents([release.field])[0]
    return render(request, "hanse_members/released.html", context)
