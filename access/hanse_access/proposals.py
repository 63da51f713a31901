"""Items proposed to scopes their author may not choose alone: what waits, and what a waiting one lets be seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet

if TYPE_CHECKING:
    from .models import AudienceProposal
    from .viewer import Viewer


def proposed_ids(model, viewer: Viewer) -> QuerySet:
    """Sub-query of the ids of ``model`` that wait for this viewer's decision.

    Whoever decides about an item must be able to read it first.
    """
    from .models import AudienceProposal

    content_type = ContentType.objects.get_for_model(model)
    return AudienceProposal.objects.waiting().decided_by(viewer).filter(content_type=content_type).values("object_id")


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
