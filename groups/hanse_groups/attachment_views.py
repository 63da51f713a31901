"""Files are taken in for a message that is being written: each by itself, for the page that shows how far it is."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from . import actions
from .file_views import refusal
from .message_views import place_in


@require_POST
@login_required
def attach(request: HttpRequest, uid: UUID) -> JsonResponse:
    """Take one file in. Nobody sees it before the message is sent."""
    place = place_in(request, uid)
    upload = request.FILES.get("file")
    if upload is None:
        return JsonResponse({"error": _("Please choose at least one file.")}, status=400)
    try:
        taken = actions.stage(place.conversation, by=request.user, upload=upload)
    except (actions.NotPossible, ValidationError) as problem:
        return JsonResponse({"error": refusal(problem)}, status=400)
    return JsonResponse({"file": {"id": str(taken.uuid), "name": taken.label, "size": taken.size}}, status=201)


@require_POST
@login_required
def detach(request: HttpRequest, uid: UUID, version: UUID) -> JsonResponse:
    """Take away what was taken in and not sent."""
    place = place_in(request, uid)
    try:
        [found] = actions.staged_by(request.user, place.conversation, [version])
    except actions.NotPossible as error:
        raise Http404 from error
    actions.unstage(found, by=request.user)
    return JsonResponse({"removed": str(version)})
