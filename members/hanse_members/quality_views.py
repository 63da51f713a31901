"""The page "Data quality" of those who manage clusters."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from .quality import KINDS, counted, own_clusters


@require_safe
@login_required
def quality(request: HttpRequest) -> HttpResponse:
    """All kinds with their counts, and one of them in full; an unknown one is none."""
    if not own_clusters(request):
        raise Http404
    asked = request.GET.get("kind", "")
    found = dict(counted(request, asked))
    kind = next((kind for kind in KINDS if kind.name == asked), None)
    context: dict[str, Any] = {"kinds": [(each, result.count) for each, result in found.items()], "kind": kind}
    if kind is not None:
        rows = found[kind]
        context |= {"found": rows, "more": rows.count > len(rows.rows)}
    return render(request, "hanse_members/quality.html", context)
