"""The directory of organisations, their pages, and what their people change there."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.permissions import policy_registry

from hanse_access.operators import may
from hanse_access.viewer import Viewer
from hanse_base.frames import frame_for

from . import actions
from .first_contact import first_contact_of
from .memberships import State
from .models import Membership, Organisation
from .organisation_forms import OrganisationForm, OrganisationNameForm
from .organisation_lists import OrganisationList


def organisations(request: HttpRequest) -> HttpResponse:
    """The organisations that the reader may see; visitors see the public ones."""
    manages = bool(request.viewer.decides.get("cluster")) or may(request.user, "hanse_members.change_membership")
    context = {"frame": frame_for(request), "may_import": manages}
    return OrganisationList(request).render("hanse_members/organisations.html", context)


def organisation(request: HttpRequest, uid: UUID) -> HttpResponse:
    visible = Organisation.objects.visible_to(request.viewer)
    found = visible.with_clusters().filter(uid=uid).first()
    if found is None:
        # One that was merged leads to the one that it is part of, for those who may see that.
        return redirect(get_object_or_404(visible, pk__in=Organisation.objects.filter(uid=uid).values("merged_into")))
    clusters = [part.cluster for part in found.taking_part]
    context = {
        "frame": frame_for(request),
        "organisation": found,
        "clusters": clusters,
        "first_contact": first_contact_of(clusters, about=found, viewer=request.viewer),
        "may_change": changeable(request).filter(pk=found.pk).exists(),
        "may_merge": actions.mergeable_by(request.user).filter(pk=found.pk).exists(),
        "people": people_shown(found, request.viewer),
        "topics": sorted(found.topics.with_names(), key=lambda topic: str(topic).casefold()),
    }
    return render(request, "hanse_members/organisation.html", context)


@login_required
def edit(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = get_object_or_404(changeable(request).select_related("audience", "requested_audience"), uid=uid)
    form = OrganisationForm(request.POST or None, instance=found, user=request.user)
    if request.method == "POST" and form.is_valid():
        stored = Organisation.objects.get(pk=found.pk)
        try:
            actions.update_organisation(stored, by=request.user, **form.cleaned_data)
        except ValidationError as problem:
            form.add_error("scopes", problem)
        except actions.NotPossible as problem:
            form.add_error("topics", str(problem))
        else:
            messages.success(request, _("Saved."))
            return redirect(found)
    context = {"organisation": found, "form": form}
    return render(request, "hanse_members/organisation_edit.html", context, status=400 if form.errors else 200)


@require_POST
@login_required
def keeper(request: HttpRequest, uid: UUID, pk: int) -> HttpResponse:
    """Let somebody look after the organisation, or no longer."""
    found = get_object_or_404(changeable(request), uid=uid)
    membership = get_object_or_404(people_shown(found, request.viewer), pk=pk)
    try:
        actions.set_keeper(membership, request.POST.get("keeps") == "yes", by=request.user)
    except actions.NotPossible as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Your choice is saved."))
    return redirect(found)


@require_POST
@login_required
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Belong to a cluster through another organisation."""
    membership = get_object_or_404(Membership.objects.of(request.user).select_related("cluster"), pk=pk)
    form = OrganisationNameForm(request.POST)
    if not form.is_valid():
        messages.error(request, " ".join(form.errors["organisation"]))
        return redirect("hanse_members:memberships")
    try:
        membership = actions.change_organisation(membership, form.cleaned_data["organisation"], by=request.user)
    except actions.NotPossible as problem:
        messages.error(request, str(problem))
    else:
        text = _("Saved. You stay a member of %(cluster)s.")
        if membership.state == State.APPLIED:
            text = _("Saved. The management of %(cluster)s decides anew, and you are told.")
        messages.success(request, text % {"cluster": membership.cluster})
    return redirect("hanse_members:memberships")


def changeable(request: HttpRequest):
    """Organisations that the asking person may change."""
    policy = policy_registry.get_by_type(Organisation)
    return policy.instances_user_has_permission_for(request.user, "change")


def people_shown(organisation: Organisation, viewer: Viewer):
    """The memberships through this organisation that the viewer may know of.

    Those who look after it see all of its people, the management of a cluster those who belong to that cluster.
    """
    people = Membership.objects.approved().filter(organisation=organisation)
    if viewer.user is None:
        return people.none()
    if not people.of(viewer.user).filter(keeps_organisation=True).exists():
        people = people.filter(cluster_id__in=viewer.decides.get("cluster", frozenset()))
    return people.select_related("person", "cluster").order_by("cluster", "pk")
