from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from . import actions
from .descriptions import reach_text, scope_names
from .forms import DeclineForm
from .models import AudienceProposal
from .proposals import inbox, made_by, name_items, taken_over
from .readings import reach
from .scopes import Scope, scope_kinds


@require_GET
@login_required
def reach_view(request: HttpRequest) -> HttpResponse:
    """The live count of the field "Who can see this?", for scopes the asking person could choose or propose."""
    kind = scope_kinds[request.GET["kind"]] if request.GET.get("kind") in scope_kinds else None
    if kind is None:
        return JsonResponse({"text": ""})
    asked = set(request.GET.getlist("id")) if kind.takes_ids else {"0"}
    within_reach = [id for id in {*kind.choices(request.user), *kind.proposable(request.user)} if str(id) in asked]
    text = reach_text(reach(Scope(kind.name, id) for id in within_reach)) if within_reach else ""
    return JsonResponse({"text": text})


@login_required
def proposals(request: HttpRequest) -> HttpResponse:
    """What waits for a decision of this person, what they proposed themselves, and what their scopes took over."""
    context = {
        "waiting": inbox(request.viewer)[:50],
        "waiting_count": inbox(request.viewer).count(),
        "mine": made_by(request.viewer)[:20],
        "taken_over": taken_over(request.viewer)[:50],
    }
    for group in ("waiting", "mine", "taken_over"):
        context[group] = list(context[group].prefetch_related("item").select_related("proposed_by", "decided_by"))
        name_items(context[group], request.viewer)
    names = scope_names({p.scope for g in ("waiting", "mine", "taken_over") for p in context[g]}, request.viewer)
    for group in ("waiting", "mine", "taken_over"):
        context[group] = [(proposal, names.get(proposal.scope, "")) for proposal in context[group]]
    return render(request, "hanse_access/proposals.html", context)


@require_POST
@login_required
def decide(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = inbox(request.viewer).filter(pk=pk).first()
    if proposal is None:
        return _gone(request, AudienceProposal.objects.decided_by(request.viewer).filter(pk=pk).first())
    form = DeclineForm(request.POST)
    try:
        if request.POST.get("decision") == "accept":
            actions.accept_proposal(proposal, by=request.user)
            messages.success(request, _("Taken over. Your members see it from now on."))
        elif form.is_valid():
            actions.decline_proposal(proposal, by=request.user, reason=form.cleaned_data["reason"])
            messages.success(request, _("Declined. The author reads your reason."))
        else:
            name_items([proposal], request.viewer)
            return render(request, "hanse_access/decline.html", {"proposal": proposal, "form": form}, status=400)
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("hanse_access:proposals")


def _gone(request: HttpRequest, proposal: AudienceProposal | None) -> HttpResponse:
    """Somebody else of the management was faster; a proposal of foreign scopes does not exist."""
    if proposal is None:
        raise Http404
    messages.info(request, _("This was decided in the meantime: %(state)s.") % {"state": proposal.get_state_display()})
    return redirect("hanse_access:proposals")


@require_POST
@login_required
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = made_by(request.viewer).filter(pk=pk).first()
    if proposal is None:
        raise Http404
    try:
        actions.withdraw_proposal(proposal, by=request.user)
        messages.success(request, _("The proposal is withdrawn."))
    except ValidationError as error:
        messages.error(request, " ".join(error.messages))
    return redirect("hanse_access:proposals")


@require_POST
@login_required
def release(request: HttpRequest, pk: int) -> HttpResponse:
    proposal = taken_over(request.viewer).filter(pk=pk).first()
    if proposal is None or proposal.item is None:
        raise Http404
    actions.release_scope(proposal.item, scope=Scope(proposal.kind, proposal.scope_id), by=request.user)
    messages.success(request, _("Your members no longer see it through you."))
    return redirect("hanse_access:proposals")
