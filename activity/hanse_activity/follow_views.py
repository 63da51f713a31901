"""Following: the button beside a thing, and the page of all that one follows."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from .follows import TooMany, follow, followable_kinds, followed_by, unfollow


@login_required
def follows(request: HttpRequest) -> HttpResponse:
    context = {"followed": followed_by(request.viewer), "kinds": [kind for kind in followable_kinds if kind.choose()]}
    return render(request, "hanse_activity/follows.html", context)


@require_POST
@login_required
def change_follow(request: HttpRequest, kind: str, pk: int) -> HttpResponse:
    """Follow a thing, or no longer, and go back to it; with ``back=list`` to the page of all."""
    if kind not in followable_kinds:
        raise Http404
    target = get_object_or_404(followable_kinds[kind].targets(request.viewer), pk=pk)
    if request.POST.get("follow") == "yes":
        try:
            follow(kind, [target.pk], person=request.user)
        except TooMany as problem:
            messages.error(request, str(problem))
        else:
            messages.success(request, _("You follow “%(thing)s” now.") % {"thing": target})
    else:
        unfollow(kind, [target.pk], person=request.user)
        messages.success(request, _("You no longer follow “%(thing)s”.") % {"thing": target})
    return redirect("hanse_activity:follows") if request.POST.get("back") == "list" else redirect(target)
