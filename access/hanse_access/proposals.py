"""Items proposed to scopes their author may not choose alone: what waits, and what a waiting one lets be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet

if TYPE_CHECKING:
    from .models import AudienceProposal
    from .viewer import Viewer


def proposed_ids(model, viewer: Viewer) -> list[int]:
    """Ids of ``model`` that wait for this viewer's decision: whoever decides about an item must be able to read it."""
    return viewer.kept(_proposed).get(ContentType.objects.get_for_model(model).pk, [])


def _proposed(viewer: Viewer) -> dict[int, list[int]]:
    """What waits for this viewer's decision: ids by the id of their content type."""
    from .models import AudienceProposal

    found: dict[int, list[int]] = {}
    waiting = AudienceProposal.objects.waiting().decided_by(viewer)
    for content_type, id in waiting.values_list("content_type_id", "object_id"):
        found.setdefault(content_type, []).append(id)
    return found


def inbox(viewer: Viewer) -> QuerySet[AudienceProposal]:
    """Proposals that wait for this viewer's decision, oldest first."""
    from .models import AudienceProposal

    return AudienceProposal.objects.waiting().decided_by(viewer).order_by("pk")


def made_by(viewer: Viewer) -> QuerySet[AudienceProposal]:
    """Proposals that this person made, in all states, newest first."""
    from .models import AudienceProposal

    return AudienceProposal.objects.filter(proposed_by_id=viewer.user_id).order_by("-pk")


def taken_over(viewer: Viewer) -> QuerySet[AudienceProposal]:
    """Proposals that the viewer's scopes took over and have not released again, newest first."""
    from .models import AudienceProposal

    return AudienceProposal.objects.in_force().decided_by(viewer).order_by("-pk")
