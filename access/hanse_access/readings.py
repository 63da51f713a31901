"""Derived readings of the rule: may this one, who, how many, and the same inside Elasticsearch."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.auth import get_user_model
from django.db.models import Q, QuerySet
from django.utils import timezone

from .models import AudienceProposal, Scoped
from .querysets import ScopedQuerySet
from .scopes import PUBLIC, Scope, scope_kinds
from .viewer import Viewer


def allows(viewer: Viewer, obj: Scoped) -> bool:
    """May this viewer see this object now? Asks the database, so it holds for a socket or a file as for a page."""
    return type(obj)._default_manager.filter(pk=obj.pk).filter(type(obj).visible_q(viewer)).exists()


def admitted_es(viewer: Viewer, field: str = "audience") -> dict:
    """The rule as an Elasticsearch filter, for documents that carry the number of their audience in this field."""
    return {"terms": {field: viewer.admitted_ids}}


def audience_q(viewer: Viewer, field: str = "audience") -> Q:
    """The same in the database, for rows that are kept of scoped objects and carry the number of their audience.

    For what is found by such rows only; the objects themselves are asked for by ``visible_to``.
    """
    return Q(**{f"{field}__among": viewer.admitted_ids})


def beyond_audience(queryset: ScopedQuerySet, viewer: Viewer) -> ScopedQuerySet:
    """Of what a viewer may see, that which the audience alone does not admit them to: by a stake, or proposed."""
    return queryset.exclude(**{f"{queryset.model.audience_path}__in": viewer.admitted_ids})


def admitted_people(scopes: Iterable[Scope | tuple[str, int]]) -> QuerySet:
    """The active people who hold any of these scopes: a query set of the user model."""
    by_kind: dict[str, set[int]] = {}
    for kind, id in scopes:
        by_kind.setdefault(kind, set()).add(id)
    people = get_user_model()._default_manager.filter(is_active=True)
    if PUBLIC.kind in by_kind:
        return people
    held = Q(pk__in=[])
    for kind, ids in by_kind.items():
        held |= Q(pk__in=scope_kinds[kind].holders(ids).order_by().values("pk"))
    return people.filter(held)


def recipients(obj: Scoped) -> QuerySet:
    """The active people who may see this object now: a query set of the user model, the mirror of ``visible_to``."""
    people = get_user_model()._default_manager.filter(is_active=True)
    who = Q(pk__in=obj.stakeholders().order_by().values("pk"))
    holder = obj.audience_holders().select_related("audience").first()
    if holder is not None and is_shown(obj):
        who |= Q(pk__in=admitted_people(holder.audience.scope_set).order_by().values("pk"))
        for proposal in AudienceProposal.objects.waiting().about(obj.proposal_anchor()):
            deciders = scope_kinds[proposal.kind].deciders([proposal.scope_id])
            who |= Q(pk__in=deciders.order_by().values("pk"))
    return people.filter(who)


@dataclass(frozen=True)
class Reach:
    """How many people an audience reaches. ``public`` means anybody on the web besides ``people``.

    ``editors`` see the object besides, whom the audience does not admit; None where nobody asked for them.
    """

    people: int
    public: bool
    editors: int | None = None


def reach(scopes: Iterable[Scope | tuple[str, int]], about: Scoped | None = None) -> Reach:
    """The audience count shown to an author, for scopes that need not be stored yet, of the object ``about``."""
    scopes = {Scope(*scope) for scope in scopes}
    people = admitted_people(scopes)
    editors = None
    if about is not None:
        editors = about.stakeholders().exclude(pk__in=people.order_by().values("pk")).count()
    return Reach(people=people.count(), public=PUBLIC in scopes, editors=editors)


def is_shown(obj: Scoped) -> bool:
    """Whether the object is shown to its audience now: published, not expired, not withheld."""
    return type(obj)._default_manager.filter(obj.shown_q(timezone.now()), pk=obj.pk).exists()
