"""Applying to a cluster."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from hanse_base.waiting import waiting_url

from . import actions
from .application_forms import ApplicationForm
from .memberships import CURRENT, own_organisation
from .models import Cluster, Membership, Terms
from .organisation_lists import names_in

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
    """Leads to where they are decided: mails of earlier times have this address."""
    return redirect(waiting_url("applications"))
