"""Inviting people, and answering an invitation."""

from __future__ import annotations

from datetime import timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from hanse_base.link_pages import entrances, link_page
from hanse_base.link_tokens import NoSuchLink, find_link
from hanse_base.rate_limits import RateLimit

from . import actions
from .invitation_forms import AnswerForm, InvitationForm
from .invitation_lists import InvitationList
from .invitations import PURPOSE, clusters_to_invite_to
from .models import Invitation, Terms

#: mails that one person has sent to others
SENT = RateLimit("invitations", most=200, period=timedelta(hours=1))


@login_required
def invitations(request: HttpRequest) -> HttpResponse:
    """Whom this person's clusters have invited. 404 for those who may invite nobody."""
    if not clusters_to_invite_to(request.user).exists():
        raise Http404
    return InvitationList(request).render("hanse_members/invitations.html")


@login_required
def invite(request: HttpRequest) -> HttpResponse:
    clusters = clusters_to_invite_to(request.user)
    if not clusters.exists():
        raise Http404
    form = InvitationForm(request.POST if request.method == "POST" else None, clusters=clusters)
    if request.method == "POST" and form.is_valid():
        try:
            _within_limit(request, len(form.cleaned_data["addresses"]))
            sent = actions.invite(by=request.user, **form.cleaned_data)
        except actions.NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            text = ngettext("%(count)d invitation is on its way.", "%(count)d invitations are on their way.", len(sent))
            messages.success(request, text % {"count": len(sent)})
            return redirect("hanse_members:invitations")
    return render(request, "hanse_members/invite.html", {"form": form}, status=400 if form.errors else 200)


@require_POST
@login_required
def send_again(request: HttpRequest, pk: int) -> HttpResponse:
    return _change(
        request, pk, actions.send_invitation_again, _("The invitation is on its way again, with a new link.")
    )


@require_POST
@login_required
def revoke(request: HttpRequest, pk: int) -> HttpResponse:
    return _change(
        request, pk, actions.revoke_invitation, _("The invitation is taken back; its link does not work now.")
    )


def _change(request: HttpRequest, pk: int, action, said: str) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.managed_by(request.user), pk=pk)
    try:
        if action is actions.send_invitation_again:
            _within_limit(request, 1)
        action(invitation, by=request.user)
    except actions.NotPossible as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, said)
    return redirect("hanse_members:invitations")


def _within_limit(request: HttpRequest, number: int) -> None:
    key = str(request.user.pk)
    if SENT.is_reached(key):
        raise actions.NotPossible(_("You have sent many invitations within an hour. Please go on later."))
    SENT.count(key, number)


@link_page
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """What the link of the mail leads to. Looking at it changes nothing; it works for the address it was sent to."""
    token = find_link(PURPOSE, secret)
    found = Invitation.objects.working().select_related("cluster", "invited_by").filter(token=token).first()
    if found is None:
        raise NoSuchLink
    if not request.user.is_authenticated:
        if request.method == "POST":
            return redirect(entrances(request)["sign_in"])
        return _page(request, "invitation_visitor", found, **entrances(request))
    if not Invitation.objects.addressed_to(request.user).filter(pk=found.pk).exists():
        status = 403 if request.method == "POST" else 200
        return _page(request, "invitation_other", found, status=status)
    return _answer(request, found, secret)


@login_required
def own_invitation(request: HttpRequest, pk: int) -> HttpResponse:
    """The same without the link, for who has signed in with the address: after sign-up, or when the mail is lost."""
    own = Invitation.objects.working().addressed_to(request.user).select_related("cluster", "invited_by")
    return _answer(request, get_object_or_404(own, pk=pk))


def _answer(request: HttpRequest, found: Invitation, secret: str | None = None) -> HttpResponse:
    terms = Terms.objects.asked_of([found.cluster]).not_accepted_by(request.user)
    form = AnswerForm(request.POST if request.method == "POST" else None, terms=terms)
    if request.method == "POST" and form.is_valid():
        try:
            actions.accept_invitation(found, by=request.user, secret=secret, accepted=form.accepted)
        except actions.InvitationGone as gone:
            raise (NoSuchLink if secret else Http404) from gone
        except actions.NotPossible as problem:
            form.add_error(None, str(problem))
        else:
            messages.success(request, _("You are a member of %(cluster)s now.") % {"cluster": found.cluster})
            return redirect("hanse_members:memberships")
    return _page(request, "invitation", found, status=400 if form.errors else 200, form=form)


def _page(request: HttpRequest, name: str, found: Invitation, *, status: int = 200, **context) -> HttpResponse:
    context |= {"invitation": found, "cluster": found.cluster}
    return render(request, f"hanse_members/{name}.html", context, status=status)
