"""What becomes of a cluster: read first, then done."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanse_access.operators import may

from . import actions
from .actions.clusters import changes_of
from .actions.standing import manages
from .consequences import Change, digest_of, for_managers, state_of_affairs
from .models import Cluster

STANDINGS = {
    Change.SUSPEND: actions.suspend_cluster,
    Change.REINSTATE: actions.reinstate_cluster,
    Change.CLOSE: actions.close_cluster,
}
DONE = {
    Change.SUSPEND: gettext_lazy("%(cluster)s is suspended. Its managers are told."),
    Change.REINSTATE: gettext_lazy("%(cluster)s takes part again. Its managers are told."),
    Change.CLOSE: gettext_lazy("%(cluster)s is closed for good. Its managers are told."),
}


@login_required
def standing(request: HttpRequest, slug: str, change: str) -> HttpResponse:
    """An operator suspends, reinstates or closes a cluster, after reading what that does."""
    if change not in Change.values or not may(request.user, "hanse_members.change_cluster"):
        raise Http404
    cluster = get_object_or_404(Cluster, slug=slug)
    wanted = Change(change)
    if wanted not in changes_of(cluster):
        text = _("This does not fit the present state of the cluster: %(state)s.")
        messages.error(request, text % {"state": cluster.get_state_display()})
        return redirect("hanse_members_clusters:edit", cluster.pk)
    if request.method == "POST":
        try:
            STANDINGS[wanted](cluster, by=request.user, seen=request.POST.get("seen") or "unread")
        except actions.NotPossible as problem:
            messages.error(request, str(problem))
            return redirect(request.path)
        messages.success(request, DONE[wanted] % {"cluster": cluster})
        return redirect("hanse_members_clusters:edit", cluster.pk)
    back = reverse("hanse_members_clusters:edit", args=[cluster.pk])
    return page(request, cluster, wanted, back=back)


@login_required
def leave_platform(request: HttpRequest, slug: str) -> HttpResponse:
    """The management of a cluster gives notice, after reading what follows, or takes it back."""
    cluster = get_object_or_404(Cluster.objects.active(), slug=slug)
    if not manages(request.user, cluster):
        raise Http404
    if request.method != "POST":
        return page(request, cluster, Change.CLOSE, back=reverse("hanse_members:memberships"), leaving=True)
    act = actions.take_notice_back if "back" in request.POST else actions.give_notice
    try:
        act(cluster, by=request.user)
    except actions.NotPossible as problem:
        messages.error(request, str(problem))
    else:
        given = _("Notice is given. The operator closes the cluster; until then all stays as it is.")
        messages.success(request, _("The notice is taken back.") if "back" in request.POST else given)
    return redirect(request.path)


def page(request: HttpRequest, cluster: Cluster, change: Change, *, back: str, leaving: bool = False) -> HttpResponse:
    stated = state_of_affairs(cluster, change)
    if leaving:
        stated = for_managers(stated)
    context = {
        "cluster": cluster,
        "change": change,
        "stated": stated,
        "seen": digest_of(stated),
        "back": back,
        "leaving": leaving,
    }
    return render(request, "hanse_members/standing.html", context)
