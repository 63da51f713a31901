"""What people can follow: each plugin registers its kinds, and asks here who follows what."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from hanse_access.viewer import Viewer
from hanse_base.registry import Registry

from .models import DeliveryChoice, Follow

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import QuerySet

#: things of one kind that one person follows
MOST_FOLLOWED = 100


class TooMany(Exception):
    """The person follows as many as there may be. The message is for the person, in their language."""


@dataclass(frozen=True)
class FollowableKind:
    """Things of one kind that people follow, such as topics.

    ``targets(viewer)`` is the query set of those that this viewer may follow now: of a scoped model
    ``visible_to(viewer)``. It holds what ``str`` of each needs; each has ``get_absolute_url``. ``choose`` gives the
    address where several are chosen at once, "" where there is none.
    """

    name: str
    label: Any
    targets: Callable[[Viewer], QuerySet]
    choose: Callable[[], str] = str
    icon: str = "bell"
    order: int = 100


followable_kinds: Registry[FollowableKind] = Registry()


@dataclass(frozen=True)
class Followed:
    """What a person follows of one kind."""

    kind: FollowableKind
    targets: Sequence[Any]


def followed_things(kind: FollowableKind) -> Callable[[Viewer], QuerySet]:
    """What a viewer follows of this kind and may see now."""

    def things(viewer: Viewer) -> QuerySet:
        followed = Follow.objects.filter(person=viewer.user_id, kind=kind.name).order_by().values("object_id")
        return kind.targets(viewer).filter(pk__in=followed)

    return things


def followed_ids(kind: str, person) -> set[int]:
    return set(Follow.objects.of(person).filter(kind=kind).values_list("object_id", flat=True))


def followed_by(viewer: Viewer) -> list[Followed]:
    """All that the viewer follows and may see now, by kind."""
    ids: dict[str, list[int]] = {kind.name: [] for kind in followable_kinds}
    for kind, id in Follow.objects.of(viewer.user).values_list("kind", "object_id"):
        ids.get(kind, []).append(id)
    return [
        Followed(kind, sorted(kind.targets(viewer).filter(pk__in=ids[kind.name]), key=lambda row: str(row).casefold()))
        for kind in followable_kinds
        if ids[kind.name]
    ]


@transaction.atomic
def follow(kind: str, ids: Collection[int], *, person) -> None:
    """Follow these too. Raises TooMany. That the person may see them is for the caller to know."""
    own = Follow.objects.of(person).filter(kind=kind)
    if len(followed_ids(kind, person) | set(ids)) > MOST_FOLLOWED:
        raise TooMany(_("You follow as many as there can be. Please leave one first."))
    new = set(ids) - set(own.values_list("object_id", flat=True))
    rows = [Follow(person=person, kind=kind, object_id=id) for id in sorted(new)]
    Follow.objects.bulk_create(rows, ignore_conflicts=True)


@transaction.atomic
def unfollow(kind: str, ids: Collection[int], *, person) -> None:
    """What was chosen for the news of these goes too."""
    Follow.objects.of(person).filter(kind=kind, object_id__in=ids).delete()
    DeliveryChoice.objects.of(person).filter(source=kind, source_id__in=ids).delete()


@transaction.atomic
def follow_exactly(kind: str, ids: Collection[int], *, person) -> None:
    """Follow these and no other of the kind. Raises TooMany."""
    unfollow(kind, followed_ids(kind, person) - set(ids), person=person)
    follow(kind, ids, person=person)
