"""Blocking: whoever is blocked reaches the person no more by what one person sends to another, and is not told."""

from __future__ import annotations

from django.db.models import QuerySet

from .models import Block


def block(person, other) -> None:
    """Nothing happens to who is blocked already. Raises ValueError for oneself."""
    if person.pk == other.pk:
        raise ValueError("nobody blocks themselves")
    Block.objects.get_or_create(person=person, blocked=other, defaults={"name": other.get_full_name()[:310]})


def unblock(person, other_id: int) -> None:
    Block.objects.by(person).filter(blocked_id=other_id).delete()


def blocked_ids(person) -> QuerySet:
    """Those whom this person blocks, as a subquery."""
    return Block.objects.filter(person_id=getattr(person, "pk", None)).order_by().values("blocked_id")


def blockers_of(person) -> QuerySet:
    """Those who block this person, as a subquery. For recipients only: nobody else is told."""
    return Block.objects.filter(blocked_id=getattr(person, "pk", None)).order_by().values("person_id")
