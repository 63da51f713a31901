from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.cache import patch_cache_control
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import condition, require_http_methods
from wagtail.models import Locale

from . import actions
from .directory import entry_pages, open_clusters
from .memberships import own_memberships
from .models import Cluster, ClusterIndexPage, Invitation, Membership
from .theme import style_sheet

A_YEAR = 365 * 24 * 60 * 60


def directory(request: HttpRequest) -> HttpResponse:
    """The directory in the reader's language."""
    pages = ClusterIndexPage.objects.live().select_related("locale").order_by("pk")
    page = min(pages, key=lambda page: page.locale.language_code != get_language(), default=None)
    if page is None or not page.url:
        raise Http404
    return redirect(page.get_url(request))


def cluster(request: HttpRequest, slug: str) -> HttpResponse:
    """The entry page of a cluster in the reader's language."""
    found = get_object_or_404(Cluster.objects.active(), slug=slug)
    page = entry_pages(Locale.get_active(), [found]).get(found.pk)
    if page is None:
        raise Http404
    return redirect(page.get_url(request))


def _theme_etag(request: HttpRequest, slug: str) -> str | None:
    found = Cluster.objects.active().filter(slug=slug).first()
    request.themed_cluster = found
    return f'"{found.theme_version}"' if found else None


@condition(etag_func=_theme_etag)
def theme(request: HttpRequest, slug: str) -> HttpResponse:
    """The cluster's accent as a style sheet: the same for everybody, kept for good under its versioned address."""
    if request.themed_cluster is None:
        raise Http404
    response = HttpResponse(style_sheet(request.themed_cluster), content_type="text/css; charset=utf-8")
    if request.GET.get("v") == request.themed_cluster.theme_version:
        patch_cache_control(response, public=True, max_age=A_YEAR, immutable=True)
    else:
        patch_cache_control(response, public=True, no_cache=True)
    return response


@login_required
def memberships(request: HttpRequest) -> HttpResponse:
    """My clusters: what I belong to, what I applied for, where I could apply."""
    invited = Invitation.objects.working().addressed_to(request.user).select_related("cluster", "invited_by")
    context = {
        "memberships": own_memberships(request.user),
        "open_clusters": open_clusters(request.user),
        "invitations": invited.order_by("sent_at"),
    }
    return render(request, "hanse_members/memberships.html", context)


@require_http_methods(["POST"])
@login_required
def leave(request: HttpRequest, pk: int) -> HttpResponse:
    membership = get_object_or_404(Membership.objects.of(request.user).select_related("cluster"), pk=pk)
    try:
        actions.end_membership(membership, by=request.user)
    except actions.NotPossible as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("You have left %(cluster)s.") % {"cluster": membership.cluster})
    return redirect("hanse_members:memberships")


@require_http_methods(["POST"])
@login_required
def contact(request: HttpRequest, pk: int) -> HttpResponse:
    """Agree to be named on the entry page as a contact, or take it back."""
    membership = get_object_or_404(Membership.objects.of(request.user), pk=pk)
    try:
        actions.set_public_contact(membership, request.POST.get("agreed") == "yes", by=request.user)
    except actions.NotPossible as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Your choice is saved."))
    return redirect("hanse_members:memberships")
