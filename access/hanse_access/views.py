from django.apps import apps
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from . import actions
from .descriptions import scope_names
from .models import Scoped
from .proposals import inbox, made_by, name_items, taken_over
from .prospects import Prospect
from .scopes import Scope, scope_kinds


@require_GET
@login_required
def reach_view(request: HttpRequest) -> HttpResponse:
    """The live count of the field "Who can see this?", for scopes the asking person could choose or propose.

    Those under ``asked`` are named and not counted, those under ``at_once`` both. ``about`` names an object of which
    the person may change the audience: its editors count as well.
    """
    kind = scope_kinds[request.GET["kind"]] if request.GET.get("kind") in scope_kinds else None
    if kind is None:
        return JsonResponse({"text": ""})
    own, others = dict(kind.choices(request.user)), dict(kind.proposable(request.user))
    labels = {str(id): (id, label) for id, label in {**others, **own}.items()}
    names = ("id", "at_once", "asked") if kind.takes_ids else ()
    picked = {name: [labels[id] for id in request.GET.getlist(name) if id in labels] for name in names}
    if not kind.takes_ids:
        picked = {"id": list(labels.values())}
    if not any(picked.values()):
        return JsonResponse({"text": ""})
    now = [*picked["id"], *picked.get("at_once", ())]
    prospect = Prospect(
        in_force=frozenset(Scope(kind.name, id) for id, _label in now),
        at_once=[label for _id, label in picked.get("at_once", ())],
        asked=[label for _id, label in picked.get("asked", ())],
    )
    return JsonResponse({"text": prospect.text(_changeable(request))})


def _changeable(request: HttpRequest) -> Scoped | None:
    """What ``about`` names, if this person sees it and may change its audience."""
    label, _colon, number = request.GET.get("about", "").partition(":")
    try:
        model = apps.get_model(label)
    except (LookupError, ValueError):
        return None
    if not issubclass(model, Scoped) or not (number.isascii() and number.isdigit() and len(number) < 19):
        return None
    seen = model._default_manager.filter(model.visible_q(request.viewer), pk=int(number)).first()
    return seen if seen is not None and seen.audience_changeable_by(request.user) else None


@login_required
def proposals(request: HttpRequest) -> HttpResponse:
    """What this person proposed, and what their scopes took over. What waits for a decision is on the page of that."""
    context = {
        "mine": made_by(request.viewer)[:20],
        "taken_over": taken_over(request.viewer)[:50],
    }
    for group in ("mine", "taken_over"):
        context[group] = list(context[group].prefetch_related("item").select_related("proposed_by", "decided_by"))
        name_items(context[group], request.viewer)
    names = scope_names({p.scope for g in ("mine", "taken_over") for p in context[g]}, request.viewer)
    for group in ("mine", "taken_over"):
        context[group] = [(proposal, names.get(proposal.scope, "")) for proposal in context[group]]
    context["waiting"] = inbox(request.viewer).count() if request.viewer.decides else 0
    return render(request, "hanse_access/proposals.html", context)


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
