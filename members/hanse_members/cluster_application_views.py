"""A cluster joins: the page for everybody, the form, and what became of it."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hanse_base.rate_limits import RateLimit

from . import actions
from .cluster_application_forms import ClusterApplicationForm, initial_of
from .models import ClusterApplication, ClusterEntry, Terms

#: each tells all operators
SENT = RateLimit("cluster-applications", most=5, period=timedelta(days=1))


def join(request: HttpRequest) -> HttpResponse:
    """What a cluster needs that wants to take part, and the way there."""
    own = own_open(request)
    return render(request, "hanse_members/join.html", {"contract": Terms.objects.contract().first(), "own": own})


def own_open(request: HttpRequest) -> ClusterApplication | None:
    if not request.user.is_authenticated:
        return None
    return ClusterApplication.objects.of(request.user).open().first()


def chosen_entry(request: HttpRequest) -> ClusterEntry | None:
    """Of the directory, by the number in the address."""
    number = request.GET.get("entry", "")
    if not number.isdecimal() or len(number) > 18:
        return None
    return ClusterEntry.objects.claimable().with_facts().filter(pk=number).first()


@login_required
def application_form(request: HttpRequest) -> HttpResponse:
    """Write the application, keep it for later, send it. One at a time."""
    own = own_open(request)
    if own is not None and not own.is_changeable:
        messages.info(request, _("You have applied already. You are told here and by mail what is decided."))
        return redirect(own)
    if request.method == "POST" and "later" in request.POST:
        return keep(request)
    contract = Terms.objects.contract().not_accepted_by(request.user)
    initial = initial_of(own, chosen_entry(request))
    form = ClusterApplicationForm(request.POST or None, initial=initial, contract=contract)
    if request.method == "POST" and form.is_valid() and (sent := send(request, form)):
        return redirect(sent)
    context = {"form": form, "own": own}
    return render(request, "hanse_members/join_form.html", context, status=400 if form.errors else 200)


def keep(request: HttpRequest) -> HttpResponse:
    try:
        actions.keep_draft(person=request.user, typed=ClusterApplicationForm.typed(request.POST))
    except actions.NotPossible as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Kept. You can go on whenever you like; nobody else sees it."))
    return redirect("hanse_members:join_form")


def send(request: HttpRequest, form: ClusterApplicationForm) -> ClusterApplication | None:
    key = str(request.user.pk)
    if SENT.is_reached(key):
        form.add_error(None, _("You have sent several applications within a day. Please go on tomorrow."))
        return None
    try:
        application = actions.apply_with_cluster(person=request.user, **form.said())
    except ValidationError as problem:
        form.add_error(None, problem)
    except actions.NotPossible as problem:
        form.add_error(None, str(problem))
    else:
        SENT.count(key)
        messages.success(request, _("Sent. The operator decides, and you are told here and by mail."))
        return application
    return None


@login_required
def application(request: HttpRequest, uid: UUID) -> HttpResponse:
    """What the applicant said, and what became of it. For the applicant only."""
    own = ClusterApplication.objects.of(request.user).select_related("entry", "cluster")
    return render(request, "hanse_members/join_state.html", {"application": get_object_or_404(own, uid=uid)})


@require_POST
@login_required
def withdraw(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = get_object_or_404(ClusterApplication.objects.of(request.user), uid=uid)
    try:
        actions.withdraw_application(found, by=request.user)
    except actions.NotPossible as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Withdrawn. You can apply again whenever you like."))
    return redirect(found)
