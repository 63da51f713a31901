"""Applying to a cluster, and deciding about those who apply."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from . import actions
from .application_forms import ApplicationForm, RefusalForm
from .memberships import CURRENT, own_organisation, waiting_for, with_accepted_terms
from .models import Cluster, Membership, Terms
from .organisation_lists import names_in

#: applications on one page; the oldest come first, so deciding brings the others forward
PAGE = 50
#: names of organisations suggested while one types
SUGGESTED = 300


@login_required
def apply(request: HttpRequest, slug: str) -> HttpResponse:
    cluster = get_object_or_404(Cluster.objects.active(), slug=slug)
    earlier = Membership.objects.of(request.user).filter(cluster=cluster).first()
    if earlier is not None and earlier.state in CURRENT:
        messages.info(request, _("You have applied already or are a member."))
        return redirect("hanse_members:memberships")
    typed = {"organisation": own_organisation(request.user)}
    if earlier:
        typed |= {"contributes": earlier.contributes, "seeks": earlier.seeks}
    asked = Terms.objects.asked_of([cluster]).not_accepted_by(request.user)
    form = ApplicationForm(request.POST or None, initial=typed, terms=asked)
    if request.method == "POST" and form.is_valid():
        try:
            actions.apply_for_membership(person=request.user, cluster=cluster, **form.cleaned_data)
        except actions.NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            text = _("You have applied to %(cluster)s. Its management decides, and you are told by mail.")
            messages.success(request, text % {"cluster": cluster})
            return redirect("hanse_members:memberships")
    names = names_in(cluster, request.viewer, SUGGESTED)
    context = {"cluster": cluster, "form": form, "earlier": earlier, "organisations": names}
    return render(request, "hanse_members/apply.html", context, status=400 if form.errors else 200)


@login_required
def applications(request: HttpRequest) -> HttpResponse:
    """Who waits for a decision of this person. 404 for those who decide about nobody."""
    if not request.viewer.decides.get("cluster"):
        raise Http404
    waiting = waiting_for(request.viewer)
    if request.method == "POST":
        return _admit(request, waiting)
    context = {"applications": with_accepted_terms(list(waiting[:PAGE])), "count": waiting.count()}
    return render(request, "hanse_members/applications.html", context)


def _admit(request: HttpRequest, waiting) -> HttpResponse:
    """Those chosen, or the one whose own button was pressed. Who was decided about meanwhile is left out, and said."""
    personally = bool(request.POST.get("personally"))
    asked = request.POST.getlist("personally") or request.POST.getlist("only") or request.POST.getlist("application")
    numbers = {int(number) for number in asked if number.isdecimal() and len(number) < 19}
    if not numbers:
        messages.error(request, _("Please choose whom you admit."))
        return redirect("hanse_members:applications")
    admitted = 0
    for membership in waiting.filter(pk__in=numbers):
        try:
            actions.approve_membership(membership, by=request.user, personally=personally)
        except actions.NotPossible:
            continue
        admitted += 1
    if admitted:
        text = ngettext("%(count)d person is admitted.", "%(count)d people are admitted.", admitted)
        messages.success(request, text % {"count": admitted})
    if admitted < len(numbers):
        messages.info(request, _("Some were decided about in the meantime."))
    return redirect("hanse_members:applications")


@require_POST
@login_required
def decline(request: HttpRequest, pk: int) -> HttpResponse:
    membership = get_object_or_404(waiting_for(request.viewer), pk=pk)
    form = RefusalForm(request.POST)
    if not form.is_valid():
        context = {"membership": membership, "form": form}
        return render(request, "hanse_members/decline.html", context, status=400)
    try:
        actions.decline_membership(membership, by=request.user, reason=form.cleaned_data["reason"])
    except actions.NotPossible as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Declined. The applicant reads your reason."))
    return redirect("hanse_members:applications")
