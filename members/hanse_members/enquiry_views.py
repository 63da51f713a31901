"""Asking the management, and the thread in which it answers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from hanse_access.proposals import address_of
from hanse_base.rate_limits import RateLimit

from . import actions
from .actions.enquiries import answering_clusters
from .enquiry_forms import AnswerForm, HandOverForm, QuestionForm, ReplyForm
from .enquiry_lists import ManagedEnquiryList, OwnEnquiryList
from .enquiry_pages import enquiry_page, hand_over_form, owner_form
from .models import Enquiry
from .subjects import subjects

#: questions, and what is added to them
ASKED = RateLimit("enquiries", most=10, period=timedelta(hours=1))
ADDED = RateLimit("enquiry_replies", most=60, period=timedelta(hours=1))


@login_required
def own_enquiries(request: HttpRequest) -> HttpResponse:
    return OwnEnquiryList(request).render("hanse_members/enquiries.html", {"own": True})


@login_required
def managed_enquiries(request: HttpRequest) -> HttpResponse:
    """All that the management of the reader's clusters was asked. 404 for those who belong to none."""
    if not request.viewer.decides.get("cluster"):
        raise Http404
    return ManagedEnquiryList(request).render("hanse_members/enquiries.html")


@login_required
def ask(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """Ask the management about something that the reader sees. Hidden and missing are the same 404."""
    if kind not in subjects:
        raise Http404
    subject = subjects[kind]
    about = subject.find(key, request.viewer)
    if about is None:
        raise Http404
    others = answering_clusters(besides=request.user).exclude(pk__in=request.viewer.decides.get("cluster", ()))
    answering = set(others.values_list("pk", flat=True))
    clusters = [cluster for cluster in subject.clusters(about) if cluster.pk in answering]
    form = QuestionForm(request.POST if request.method == "POST" else None, clusters=clusters)
    if request.method == "POST" and clusters and form.is_valid():
        try:
            _within(ASKED, request)
            asked = actions.ask_management(by=request.user, subject=subject, key=key, **form.cleaned_data)
        except actions.NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            text = _("Your question is with the management of %(cluster)s. You are told as soon as it answers.")
            messages.success(request, text % {"cluster": asked.cluster})
            return redirect(asked)
    context = {"form": form, "about": about, "about_url": address_of(about), "clusters": clusters}
    return render(request, "hanse_members/ask.html", context, status=400 if form.errors else 200)


@login_required
def enquiry(request: HttpRequest, uid: UUID) -> HttpResponse:
    return enquiry_page(request, _readable(request, uid))


@require_POST
@login_required
def reply(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = _readable(request, uid, own=True)
    form = ReplyForm(request.POST)

    def add(text: str) -> None:
        _within(ADDED, request)
        actions.reply_to_enquiry(found, by=request.user, text=text)

    return _done(request, found, add, form, _("Sent. The management is told."))


@require_POST
@login_required
def answer(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = _readable(request, uid, own=False)
    form, close = AnswerForm(request.POST), request.POST.get("close") == "yes"

    def send(text: str) -> None:
        actions.answer_enquiry(found, by=request.user, text=text, close=close)

    said = _("%(person)s is told and reads your answer here.") % {"person": found.asker.get_full_name()}
    return _done(request, found, send, form, said)


@require_POST
@login_required
def take(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Take care of it oneself."""
    found = _readable(request, uid, own=False)
    return _done(request, found, lambda: actions.take_enquiry(found, by=request.user), None, _("You take care of it."))


@require_POST
@login_required
def give(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Let a colleague take care of it."""
    found = _readable(request, uid, own=False)
    form = owner_form(found, request.POST)

    def give_to(owner) -> None:
        actions.take_enquiry(found, by=request.user, owner=owner)

    return _done(request, found, give_to, form, _("Your colleague takes care of it and is told."))


@require_POST
@login_required
def hand_over(request: HttpRequest, uid: UUID) -> HttpResponse:
    """Let another cluster answer. The reader may lose sight of it by that."""
    found = _readable(request, uid, own=False)
    form: HandOverForm = hand_over_form(found, request.POST)

    def to_other(cluster, note: str) -> None:
        actions.hand_over_enquiry(found, by=request.user, cluster=cluster, note=note)

    said = _("Handed over. The other management and %(person)s are told.")
    return _done(request, found, to_other, form, said % {"person": found.asker.get_full_name()})


@require_POST
@login_required
def close(request: HttpRequest, uid: UUID) -> HttpResponse:
    found = _readable(request, uid)
    return _done(
        request, found, lambda: actions.close_enquiry(found, by=request.user), None, _("The enquiry is closed.")
    )


def _readable(request: HttpRequest, uid: UUID, *, own: bool | None = None) -> Enquiry:
    """The enquiry, for whoever may read it; ``own``: only for the asker, or only for the management. Else 404."""
    found = Enquiry.objects.readable_by(request.viewer).select_related("asker", "cluster", "owner").filter(uid=uid)
    enquiry = found.first()
    if enquiry is None or (own is not None and own != (enquiry.asker_id == request.user.pk)):
        raise Http404
    return enquiry


def _done(request: HttpRequest, enquiry: Enquiry, act: Callable, form, said: str) -> HttpResponse:
    """Do it with what the form says, and back to the thread, or to the list for who reads it no longer."""
    if form is not None and not form.is_valid():
        return enquiry_page(request, enquiry, refused=form)
    try:
        act(**(form.cleaned_data if form is not None else {}))
    except actions.NotPossible as problem:
        if form is not None:
            form.add_error(None, str(problem))
            return enquiry_page(request, enquiry, refused=form)
        messages.error(request, str(problem))
    else:
        messages.success(request, said)
    if Enquiry.objects.readable_by(request.viewer).filter(pk=enquiry.pk).exists():
        return redirect(enquiry)
    return redirect("hanse_members:managed_enquiries")


def _within(limit: RateLimit, request: HttpRequest) -> None:
    key = str(request.user.pk)
    if limit.is_reached(key):
        raise actions.NotPossible(_("You have sent a lot within an hour. Please go on later; your text is kept here."))
    limit.count(key)
