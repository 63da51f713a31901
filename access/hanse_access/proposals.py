"""Items proposed to scopes their author may not choose alone: what waits, and what a waiting one lets be seen."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from .scopes import Scope

if TYPE_CHECKING:
    from .models import AudienceProposal, Scoped
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


def waiting_scopes(obj: Scoped) -> set[Scope]:
    """The scopes that have been asked for this object and have not decided."""
    from .models import AudienceProposal

    proposals = AudienceProposal.objects.waiting().about(obj.proposal_anchor())
    return {Scope(kind, id) for kind, id in proposals.values_list("kind", "scope_id")}


def made_by(viewer: Viewer) -> QuerySet[AudienceProposal]:
    """Proposals that this person made, in all states, newest first."""
    from .models import AudienceProposal

    return AudienceProposal.objects.filter(proposed_by_id=viewer.user_id).order_by("-pk")


def taken_over(viewer: Viewer) -> QuerySet[AudienceProposal]:
    """Proposals that the viewer's scopes took over and have not released again, newest first."""
    from .models import AudienceProposal

    return AudienceProposal.objects.in_force().decided_by(viewer).order_by("-pk")


def name_items(proposals: Iterable[AudienceProposal], viewer: Viewer) -> None:
    """Give each proposal ``title`` and ``url`` of its item for this viewer: one query for each kind of item.

    Who proposed or decides may have lost sight of it since: the author took it offline, or the person left.
    """
    by_model: dict[type[Scoped], list[int]] = {}
    for proposal in proposals:
        if proposal.item is not None:
            by_model.setdefault(type(proposal.item), []).append(proposal.object_id)
    seen = {
        (model, pk)
        for model, ids in by_model.items()
        for pk in model._default_manager.filter(model.visible_q(viewer), pk__in=ids).values_list("pk", flat=True)
    }
    translated = _translations(proposals, viewer)
    for proposal in proposals:
        is_seen = (type(proposal.item), proposal.object_id) in seen
        hidden = _("Deleted item") if proposal.item is None else _("An item that you cannot see at present")
        shown = translated.get(getattr(proposal.item, "translation_key", None), proposal.item)
        proposal.title = str(shown) if is_seen else hidden
        proposal.url = address_of(shown) if is_seen else ""


def address_of(item) -> str:
    """Where an item is read, "" if it has no address. Pages say it by ``url``, other models in Django's way."""
    if hasattr(item, "get_absolute_url"):
        return item.get_absolute_url()
    return getattr(item, "url", None) or ""


def _translations(proposals: Iterable[AudienceProposal], viewer: Viewer) -> dict:
    """What the viewer sees of the items in the present language, by translation key: a query for each model."""
    keys: dict[type[Scoped], set] = {}
    for proposal in proposals:
        if key := getattr(proposal.item, "translation_key", None):
            keys.setdefault(type(proposal.item), set()).add(key)
    return {
        item.translation_key: item
        for model, group in keys.items()
        for item in model._default_manager.filter(
            model.visible_q(viewer), translation_key__in=group, locale__language_code=get_language()
        )
    }
