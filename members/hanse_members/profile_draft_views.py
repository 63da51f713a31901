"""Drafting a profile for a member, and what the member does with it."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from hanse_base.link_pages import link_page
from hanse_base.link_tokens import NoSuchLink, find_link
from hanse_base.rate_limits import RateLimit

from . import actions
from .actions.profile_drafts import PURPOSE
from .card_forms import CardForm
from .models import Membership, Profile, ProfileDraft
from .profile_drafts import DraftForm, initial_of, read_draft
from .profile_forms import ProfileForm
from .roles import Role

#: the button that shows the draft and does nothing else
SHOW = "show"
#: mails that one manager has sent to members
SENT = RateLimit("profile-drafts", most=100, period=timedelta(hours=1))


@login_required
def draft(request: HttpRequest, pk: int) -> HttpResponse:
    """A manager puts a profile together for a member of the own cluster. 404 for everybody else."""
    managed = Membership.objects.with_role(Role.MANAGER).of(request.user).order_by().values("cluster_id")
    members = Membership.objects.approved().filter(cluster__in=managed).select_related("person", "cluster")
    membership = get_object_or_404(members.exclude(person=request.user.pk), pk=pk)
    # Empty each time: what became of an earlier one is the person's own business.
    stored = ProfileDraft.objects.of(membership.person).filter(cluster=membership.cluster_id).first()
    form = DraftForm(request.POST if request.method == "POST" else None, person=membership.person)
    if request.method == "POST" and form.is_valid():
        key = str(request.user.pk)
        try:
            if SENT.is_reached(key):
                raise actions.NotPossible(_("You have sent many drafts within an hour. Please go on later."))
            SENT.count(key)
            actions.draft_profile(membership, answers=form.answers(), by=request.user)
        except actions.NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(
                request,
                _("The draft is on its way to %(person)s. Nothing of it shows before it is confirmed.")
                % {"person": membership.person.get_full_name()},
            )
            return redirect("hanse_members:quality")
    context = {"form": form, "membership": membership, "stored": stored}
    return render(request, "hanse_members/profile_draft_edit.html", context, status=400 if form.errors else 200)


@link_page
def confirm_draft(request: HttpRequest, secret: str) -> HttpResponse:
    """What the link of the mail leads to. Following it shows nothing of the draft, and pressing a button shows it."""
    token = find_link(PURPOSE, secret)
    found = _drafts().filter(token=token).first()
    if found is None:
        raise NoSuchLink
    if request.user.is_authenticated and request.user.pk != found.person_id:
        return render(request, "hanse_members/profile_draft_other.html", status=403)
    if request.method != "POST" and not request.user.is_authenticated:
        return render(request, "hanse_members/profile_draft_gate.html")
    return _answer(request, found, secret)


@login_required
def own_draft(request: HttpRequest) -> HttpResponse:
    """The same without the link, for the person who has signed in: the newest."""
    return _answer(request, _own_draft(request))


def _own_draft(request: HttpRequest) -> ProfileDraft:
    found = _drafts().of(request.user).order_by("-made_at", "-pk").first()
    if found is None:
        raise Http404
    return found


def _drafts():
    return ProfileDraft.objects.working().select_related("person", "cluster", "drafted_by")


def _answer(request: HttpRequest, found: ProfileDraft, secret: str | None = None) -> HttpResponse:
    form = DraftForm.of(found)
    # What topics and lists offer may have changed since it was drafted.
    current = form.is_valid()
    problem = ""
    if request.method == "POST" and request.POST.get("decision") != SHOW:
        try:
            return _decide(request, found, form, secret)
        except actions.NotPossible as refused:
            problem = str(refused)
    context = {
        "draft": found,
        "read": read_draft(form) if current else [],
        "current": current,
        "has_profile": Profile.objects.of(found.person).exists(),
        "problem": problem,
    }
    return render(request, "hanse_members/profile_draft.html", context, status=400 if problem else 200)


def _decide(request: HttpRequest, found: ProfileDraft, form: DraftForm, secret: str | None) -> HttpResponse:
    decision = request.POST.get("decision")
    if request.POST.get("read") != found.digest:
        raise actions.NotPossible(_("This draft has changed or is gone. Please read it again."))
    if decision == "discard":
        actions.discard_draft(found)
        messages.success(request, _("The draft is thrown away. Nothing of it is kept."))
    elif decision == "confirm" and form.is_valid():
        profile = actions.confirm_draft(found, values=form.values(), secret=secret)
        messages.success(request, _("Thank you. This is your profile now; you can change it at any time."))
        if request.user.is_authenticated:
            return redirect(profile)
    else:
        raise actions.NotPossible(_("Please choose one of the buttons."))
    if not request.user.is_authenticated:
        return render(request, "hanse_members/profile_draft_done.html", {"confirmed": decision == "confirm"})
    return redirect("hanse_members:my_profile")


@login_required
def change_draft(request: HttpRequest) -> HttpResponse:
    """Go on with the draft in the form of the own profile. Nothing is stored before it is saved there."""
    found = _own_draft(request)
    if Profile.objects.of(request.user).exists():
        raise Http404
    form = ProfileForm(user=request.user, profile=None, stored={}, initial=initial_of(found))
    return render(request, "hanse_members/my_profile.html", {"form": form, "profile": None, "file_form": CardForm()})
