"""What becomes of everything when a cluster is suspended, reinstated or closed: plugins register their part.

Nothing is estimated: what a change of state does by itself is found by making it and taking it back.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from hanse_base.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from .models import Cluster


class Change(TextChoices):
    SUSPEND = "suspend", _("Suspend")
    REINSTATE = "reinstate", _("Reinstate")
    CLOSE = "close", _("Close for good")


#: change -> the state of the cluster afterwards
AFTERWARDS = {Change.SUSPEND: "suspended", Change.REINSTATE: "active", Change.CLOSE: "closed"}


@dataclass(frozen=True)
class Consequence:
    """What becomes of one kind of thing.

    ``label`` names the kind in the audit trail. ``says(change, number)`` is the sentence for readers.
    ``counts(cluster)`` is how many work now: those that a visitor, a member or a manager finds. The change of
    state turns them off or on, which is found by counting again. Where more is to be done when the cluster ends for
    good, ``ends(cluster)`` are the rows and ``end(row, by)`` does it; their number is then told of a closing. One that
    tells what the management may not see, such as memberships elsewhere, is ``for_operators`` alone.
    """

    name: str
    label: Any
    says: Callable[[Change, int], str]
    counts: Callable[[Cluster], int]
    ends: Callable[[Cluster], Collection[Any]] | None = None
    end: Callable[..., object] | None = None
    order: int = 100
    for_operators: bool = False


consequences: Registry[Consequence] = Registry()


@dataclass(frozen=True)
class Stated:
    """One line of a statement."""

    name: str
    number: int
    text: str
    for_operators: bool = False


def state_of_affairs(cluster: Cluster, change: Change) -> list[Stated]:
    """What this change does, in numbers; what it does not touch is left out. Nothing is changed by asking."""
    numbers = numbers_of(cluster, change)
    return [
        Stated(each.name, numbers[each.name], each.says(change, numbers[each.name]), each.for_operators)
        for each in consequences
        if numbers[each.name]
    ]


def for_managers(stated: Iterable[Stated]) -> list[Stated]:
    return [each for each in stated if not each.for_operators]


def numbers_of(cluster: Cluster, change: Change) -> dict[str, int]:
    cluster = type(cluster).objects.get(pk=cluster.pk)
    before = counted(cluster)
    after = counted_after(cluster, change)
    numbers = {name: abs(before[name] - after[name]) for name in before}
    if change == Change.CLOSE:
        numbers |= {each.name: len(each.ends(cluster)) for each in consequences if each.ends is not None}
    return numbers


def counted(cluster: Cluster) -> dict[str, int]:
    return {each.name: each.counts(cluster) for each in consequences}


def counted_after(cluster: Cluster, change: Change) -> dict[str, int]:
    """As it would be: the change is made, looked at, and taken back. No signal is sent."""
    model = type(cluster)
    with transaction.atomic():
        model.objects.filter(pk=cluster.pk).update(state=AFTERWARDS[change])
        found = counted(model.objects.get(pk=cluster.pk))
        transaction.set_rollback(True)
    return found


def digest_of(stated: Iterable[Stated]) -> str:
    """Tells whether somebody has read the statement as it is now."""
    told = [[each.name, each.number] for each in stated]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:16]


def carry_out(cluster: Cluster, *, by) -> None:
    """End for good what does not end by the state of the cluster. In the transaction of the closing, before it."""
    for each in consequences:
        if each.ends is not None and each.end is not None:
            for row in each.ends(cluster):
                each.end(row, by=by)
