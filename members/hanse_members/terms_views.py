"""Reading terms, and agreeing to new ones."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from . import actions
from .models import Terms


def terms(request: HttpRequest, pk: int) -> HttpResponse:
    """One version, for everybody, with the others of the same issuer."""
    version = get_object_or_404(Terms.objects.readable().select_related("cluster"), pk=pk)
    versions = Terms.objects.filter(cluster=version.cluster, kind=version.kind).select_related("cluster")
    others = versions.exclude(pk=pk).order_by("-version")
    context = {"terms": version, "others": others, "newest": next(iter(others), None)}
    return render(request, "hanse_members/terms.html", context)


@login_required
def accept(request: HttpRequest) -> HttpResponse:
    """The versions that this person is asked for. What was issued after the page was drawn is asked for again."""
    asked = list(actions.terms_asked_of(request.user))
    if request.method == "POST":
        shown = request.POST.getlist("terms")
        actions.accept_terms([version for version in asked if str(version.pk) in shown], by=request.user)
        if all(str(version.pk) in shown for version in asked):
            messages.success(request, _("Thank you. When you accepted which version is on record."))
            return redirect("hanse_base:dashboard")
        return redirect("hanse_members:accept_terms")
    return render(request, "hanse_members/accept_terms.html", {"asked": asked})
