"""Agreeing to terms."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from hanse_access.audit import actor_key

from ..models import Cluster, Membership, Terms, TermsAcceptance
from ..roles import Role
from .errors import NotPermitted, NotPossible


@transaction.atomic
def accept_terms(terms: Iterable[Terms], *, by) -> None:
    """Agree to these versions. What was agreed to before stays on record as it is. Raises NotPermitted."""
    if not by.is_active:
        raise NotPermitted
    actor = actor_key(by)
    for version in terms:
        TermsAcceptance.objects.get_or_create(terms=version, actor=actor)


def terms_asked_of(person) -> QuerySet[Terms]:
    """Terms in force in the person's clusters to which the person has not agreed yet. Who has no cluster has none."""
    roles = dict(Membership.objects.approved().of(person).values_list("cluster_id", "role"))
    if not roles:
        return Terms.objects.none()
    return Terms.objects.asked_of(roles, managing=Role.MANAGER in roles.values()).not_accepted_by(person)


def require_contract(*, person) -> None:
    """Raises NotPossible when the contract in force is not agreed to by who applies for a cluster."""
    if Terms.objects.contract().not_accepted_by(person).exists():
        raise NotPossible(_("Please read and accept the contract as it is now."))


def require_acceptance(*, person, cluster: Cluster) -> None:
    """Raises NotPossible when a version in force is not agreed to, such as one issued while the form was open."""
    if Terms.objects.asked_of([cluster]).not_accepted_by(person).exists():
        raise NotPossible(_("Please read and accept the terms as they are now."))
