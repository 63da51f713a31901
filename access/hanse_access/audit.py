"""The audit trail: one function to write it, one query set to read it."""

from __future__ import annotations

from typing import Any

from django.db.models import Model, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from .models import ActorKey, AuditEvent
from .scopes import Scope
from .viewer import Viewer

_verbs: dict[str, Any] = {
    "audience.changed": _("Audience changed"),
    "audience.proposed": _("Proposed to share"),
    "audience.proposal_accepted": _("Proposal taken over"),
    "audience.proposal_declined": _("Proposal declined"),
    "audience.proposal_withdrawn": _("Proposal withdrawn"),
    "break_glass.opened": _("Closed scope opened by break-glass"),
    "break_glass.closed": _("Break-glass access ended"),
}


def name_verbs(verbs: dict[str, Any]) -> None:
    """Give codes of ``record`` their names for readers: lazy translations, in ``AppConfig.ready()``."""
    _verbs.update(verbs)


def verb_label(verb: str) -> str:
    return str(_verbs.get(verb, verb))


def verb_choices() -> list[tuple[str, str]]:
    return sorted(((verb, str(label)) for verb, label in _verbs.items()), key=lambda choice: choice[1])


def record(
    verb: str, *, by, obj: Model | None = None, scope: Scope | tuple[str, int] | None = None, **data: Any
) -> AuditEvent:
    """Write one event, in the transaction of what it tells of.

    ``verb`` is a dotted code such as ``"audience.changed"``; ``by`` the user who did it, None for the system;
    ``scope`` says whose administration it belongs to. ``data`` takes ids, codes and numbers only, JSON-ready: the trail
    outlives the people in it. Raises ValueError for a verb that ``name_verbs`` was not told of: its readers would see
    a code, and could not look for it.
    """
    if verb not in _verbs:
        raise ValueError(f"{verb!r} has no name for readers, see name_verbs()")
    kind, scope_id = scope if scope is not None else ("", None)
    return AuditEvent.objects.create(
        actor=actor_key(by),
        verb=verb,
        object_type=obj._meta.label_lower if obj is not None else "",
        object_id=str(obj.pk) if obj is not None else "",
        scope_kind=kind,
        scope_id=scope_id,
        data=data,
    )


def actor_key(user) -> ActorKey | None:
    """The pseudonym of this person, made on first use."""
    if user is None or user.pk is None:
        return None
    return ActorKey.objects.get_or_create(user_id=user.pk)[0]


def readable_by(viewer: Viewer) -> QuerySet[AuditEvent]:
    """Events this person may read: operators all, deciders those of their scope's administration."""
    from .operators import may

    if viewer.user is None:
        return AuditEvent.objects.none()
    if may(viewer.user, "hanse_access.view_auditevent"):
        return AuditEvent.objects.all()
    mine = Q(pk__in=[])
    for kind, ids in viewer.decides.items():
        mine |= Q(scope_kind=kind, scope_id__in=ids)
    return AuditEvent.objects.filter(mine)
