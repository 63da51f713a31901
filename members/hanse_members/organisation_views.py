"""The directory of organisations, their pages, and what their people change there."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from wagtail.permissions import policy_registry

from hanse_access.operators import may
from hanse_access.viewer import Viewer
from hanse_base.exports import csv_response
from hanse_base.frames import frame_for
from hanse_base.rate_limits import RateLimit

from . import actions
from .field_reading import read_fields
from .first_contact import first_contact_of
from .memberships import State
from .models import Membership, Organisation
from .organisation_exports import export_head, export_rows
from .organisation_forms import OrganisationForm, OrganisationNameForm
from .organisation_lists import OrganisationList
from .topic_fields import TopicsToFollowForm
from .vcards import card_response, write_organisation_card

#: tables that one person downloads
EXPORTED = RateLimit("organisations-table", most=10, period=timedelta(hours=1))
#: fields in the middle of the page, each a card; those beside it. Logo and size stand in its head
MAIN = ("about", "offers", "looks_for", "machines", "certificates", "references")
CONTACT = ("email", "phone", "website")


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
    may_change = changeable(request).filter(pk=found.pk).exists()
    shown, askable = read_fields(found, request.viewer, is_own=may_change)
    context = {
        "frame": frame_for(request),
        "organisation": found,
        "clusters": clusters,
        "first_contact": first_contact_of(clusters, about=found, viewer=request.viewer),
        "is_own": may_change,
        "may_merge": actions.mergeable_by(request.user).filter(pk=found.pk).exists(),
        "people": people_shown(found, request.viewer),
        "topics": sorted(found.topics.with_names(), key=lambda topic: str(topic).casefold()),
        "shown": shown,
        "askable": askable,
        "main": [item for name, item in shown.items() if name in MAIN],
        "follows": actions.followed_topics(found) if may_change else [],
        "contact": [item for name, item in shown.items() if name in CONTACT],
    }
    return render(request, "hanse_members/organisation.html", context)


def business_card(request: HttpRequest, uid: UUID) -> HttpResponse:
    """An organisation as vCard, with what the reader can read of it."""
    found = get_object_or_404(Organisation.objects.visible_to(request.viewer), uid=uid)
    may_change = changeable(request).filter(pk=found.pk).exists()
    shown, _askable = read_fields(found, request.viewer, is_own=may_change)
    topics = sorted(map(str, found.topics.with_names()), key=str.casefold)
    address = request.build_absolute_uri(found.get_absolute_url())
    return card_response(found.name, write_organisation_card(found, shown, topics, url=address))


@login_required
def export(request: HttpRequest) -> HttpResponse:
    """The list as it is narrowed now, as a table; of each organisation what the list may tell this reader."""
    key = str(request.user.pk)
    if not request.viewer.is_member:
        raise Http404
    if EXPORTED.is_reached(key):
        messages.error(request, _("You have downloaded this list several times within an hour. Please go on later."))
        return redirect("hanse_members:organisations")
    EXPORTED.count(key)
    return csv_response("organisations", export_head(), export_rows(OrganisationList(request), request))


@login_required
def edit(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = get_object_or_404(changeable(request).select_related("audience", "requested_audience"), uid=uid)
    form = OrganisationForm(request.POST or None, request.FILES or None, instance=found, user=request.user)
    if request.method == "POST" and form.is_valid():
        stored = Organisation.objects.get(pk=found.pk)
        try:
            actions.update_organisation(stored, by=request.user, **form.changes())
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
def confirm(request: HttpRequest, uid: UUID) -> HttpResponse:
    """All that the organisation says of itself is still so."""
    found = get_object_or_404(changeable(request), uid=uid)
    actions.confirm_organisation(found, by=request.user)
    messages.success(request, _("Thank you. %(organisation)s counts as current for a year.") % {"organisation": found})
    return redirect(found)


@login_required
def follow(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Choose the topics that the organisation follows."""
    found = get_object_or_404(changeable(request), uid=uid)
    sent = request.POST if request.method == "POST" else None
    form = TopicsToFollowForm(sent, initial={"topics": actions.followed_topics(found)})
    if request.method == "POST" and form.is_valid():
        actions.follow_topics(found, form.cleaned_data["topics"], by=request.user)
        messages.success(request, _("Saved."))
        return redirect(found)
    context = {"organisation": found, "form": form}
    status = 400 if form.errors else 200
    return render(request, "hanse_members/topics/followed_by_organisation.html", context, status=status)


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
    if not people.keepers().of(viewer.user).exists():
        people = people.filter(cluster_id__in=viewer.decides.get("cluster", frozenset()))
    return people.select_related("person", "cluster").order_by("cluster", "pk")
