"""What people can follow: each plugin registers its kinds, and asks here who follows what."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from hanse_access.viewer import Viewer
from hanse_base.registry import Registry

from .delivery import nothing
from .models import DeliveryChoice, Follow
from .models.follows import Body

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

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
    address where several are chosen at once, "" where there is none. ``discreet(ids)`` are those of them
    that mails name not even by their title.
    """

    name: str
    label: Any
    targets: Callable[[Viewer], QuerySet]
    choose: Callable[[], str] = str
    discreet: Callable[[Collection[int]], Collection[int]] = nothing
    icon: str = "bell"
    order: int = 100


followable_kinds: Registry[FollowableKind] = Registry()


@dataclass(frozen=True)
class BodyKind:
    """Bodies of one kind that follow, such as organisations.

    ``in_charge(ids)`` gives pairs of one of these numbers and a person who is in charge of it now: they are told.
    """

    name: str
    in_charge: Callable[[Collection[int]], Iterable[tuple[int, int]]]
    order: int = 100


body_kinds: Registry[BodyKind] = Registry()


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


@transaction.atomic
def let_follow(kind: str, ids: Collection[int], *, body: Body) -> None:
    """The body follows these and no other of the kind. Who may say so is for the caller to know. Raises TooMany."""
    if len(set(ids)) > MOST_FOLLOWED:
        raise TooMany(_("No more than %(most)d can be followed.") % {"most": MOST_FOLLOWED})
    own = Follow.objects.of_body(body).filter(kind=kind)
    own.exclude(object_id__in=ids).delete()
    new = set(ids) - set(own.values_list("object_id", flat=True))
    rows = [Follow(body=body.name, body_id=body.id, kind=kind, object_id=id) for id in sorted(new)]
    Follow.objects.bulk_create(rows, ignore_conflicts=True)


def followed_by_body(kind: str, body: Body) -> set[int]:
    return set(Follow.objects.of_body(body).filter(kind=kind).values_list("object_id", flat=True))


def followers_of(kind: str, ids: Collection[int]) -> dict[int, list[int]]:
    """People who follow one of these themselves, each with what they follow."""
    found: dict[int, list[int]] = {}
    rows = Follow.objects.filter(kind=kind, object_id__in=ids).exclude(person=None).order_by("object_id", "pk")
    for person, id in rows.values_list("person_id", "object_id"):
        found.setdefault(person, []).append(id)
    return found


def told_through_bodies(kind: str, ids: Collection[int], *, but: Body | None = None) -> dict[int, list[int]]:
    """People in charge of bodies that follow one of these, each with what those follow; ``but`` one body."""
    found: dict[int, list[int]] = {}
    for each in body_kinds:
        rows = Follow.objects.filter(kind=kind, object_id__in=ids, body=each.name).order_by("object_id", "pk")
        if but is not None and but.name == each.name:
            rows = rows.exclude(body_id=but.id)
        followed: dict[int, list[int]] = {}
        for body, id in rows.values_list("body_id", "object_id"):
            followed.setdefault(body, []).append(id)
        for body, person in each.in_charge(list(followed)):
            found.setdefault(person, []).extend(followed[body])
    return {person: sorted(set(several)) for person, several in found.items()}
