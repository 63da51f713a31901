"""What becomes of rooms when people lose their place: in a cluster, on the platform, or in the room itself."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from hanse_access.audit import record
from hanse_members.models import Membership

from ..looks import forget
from ..models import Conversation, Participant, Room
from ..notifications import tell_leaders_of_request, tell_owns
from .locks import end_reading, end_reading_in, lock, locked_room, note

Role, State = Participant.Role, Participant.State


def keep_owned(room: Room, conversation: Conversation) -> None:
    """When no owner is left the room falls to a moderator, then to its patron, else it is archived.

    ``conversation`` is locked. Of several moderators it is the one who is in the room longest.
    """
    # Not active(): while its cluster takes no part a room sleeps, with its people in it.
    present = Participant.objects.filter(conversation=conversation, state=State.ACTIVE, person__is_active=True)
    present = present.select_related("person")
    if room.state != Room.State.DELETED and not present.filter(role=Role.OWNER).exists():
        _fall(room, conversation, present)
    _keep_named(room, present)


def _fall(room: Room, conversation: Conversation, present: QuerySet[Participant]) -> None:
    heir = present.filter(role=Role.MODERATOR).order_by("joined_at", "pk").first()
    if heir is None and room.patron_id:
        heir = present.filter(person=room.patron_id).exclude(role=Role.GUEST).first()
    if heir is not None:
        before, heir.role = heir.role, Role.OWNER
        heir.save(update_fields=["role"])
        roles = {"room_role_before": str(before), "room_role": str(Role.OWNER)}
        record("rooms.inherited", by=None, obj=room, scope=room.scope, person=heir.person_id, **roles)
        note(conversation, "inherited", person=heir.person)
        end_reading(conversation)
        tell_owns(heir, room=room)
    elif room.state == Room.State.ACTIVE:
        room.state, room.state_changed_at = Room.State.ARCHIVED, timezone.now()
        room.save(update_fields=["state", "state_changed_at"])
        record("rooms.archived", by=None, obj=room, scope=room.scope)
        note(conversation, "archived_alone")
        end_reading(conversation)


def _keep_named(room: Room, present: QuerySet[Participant]) -> None:
    """The card names nobody who is gone: a contact's place is taken by an owner, that of a patron by nobody."""
    ids = set(present.filter(person__in=[room.contact_id, room.patron_id]).values_list("person_id", flat=True))
    changed = [name for name in ("patron", "contact") if (id := getattr(room, f"{name}_id")) and id not in ids]
    if not changed:
        return
    owner = present.filter(role=Role.OWNER).order_by("joined_at", "pk").first()
    told = {}
    for name in changed:
        told[f"{name}_before"] = getattr(room, f"{name}_id")
        setattr(room, name, owner.person if owner is not None and name == "contact" else None)
        if getattr(room, f"{name}_id"):
            told[name] = getattr(room, f"{name}_id")
    room.save(update_fields=changed)
    record("rooms.changed", by=None, obj=room, scope=room.scope, **told)


@transaction.atomic
def end_with_cluster(person_ids: Iterable[int], cluster_id: int, *, asleep: bool = False) -> None:
    """These people no longer belong to the cluster; ``asleep``: because it takes no part itself.

    Rooms at home in it then sleep with their people in them, as it may come back.

    They leave the rooms whose card is for clusters of which they are in none any more. Where a room is for all members,
    or hidden, who belongs to no cluster at all waits until the owner lets them in again, as guests; so do, as members,
    those of a hidden room at home in the cluster.
    """
    mine = Participant.objects.filter(
        person__in=set(person_ids), state=State.ACTIVE, conversation__room__isnull=False
    ).exclude(role=Role.GUEST)
    if asleep:
        mine = mine.exclude(conversation__room__cluster=cluster_id)
    for participant in mine.select_related("person", "conversation__room__audience").order_by("conversation", "pk"):
        room = participant.conversation.room
        clusters = set(
            Membership.objects.approved().filter(person=participant.person_id).values_list("cluster", flat=True)
        )
        reached = {scope.id for scope in room.audience.scope_set if scope.kind == "cluster"}
        for_all = any(scope.kind == "platform" for scope in room.audience.scope_set)
        if reached and not for_all:
            if not reached & clusters:
                _end(participant, State.LEFT)
        elif not clusters:
            _end(participant, State.REQUESTED, role=Role.GUEST)
        elif not for_all and room.cluster_id == cluster_id and cluster_id not in clusters:
            _end(participant, State.REQUESTED, role=Role.MEMBER)


def _end(participant: Participant, state: str, role: str = Role.MEMBER) -> None:
    room, conversation = locked_room(participant.conversation.room)
    fresh = Participant.objects.select_related("person").get(pk=participant.pk)
    if fresh.state != State.ACTIVE:
        return
    before = str(fresh.role)
    fresh.state, fresh.role, fresh.changed_at, fresh.request = state, role, timezone.now(), ""
    fresh.save(update_fields=["state", "role", "changed_at", "request"])
    facts = {"person": fresh.person_id, "room_state": state, "room_role_before": before}
    record("rooms.lost", by=None, obj=room, scope=room.scope, **facts)
    note(conversation, "lost", person=fresh.person)
    keep_owned(room, conversation)
    end_reading(conversation)
    if state == State.REQUESTED:
        tell_leaders_of_request(fresh, room=room, by=None)


@transaction.atomic
def end_with_account(person, *, gone: bool) -> None:
    """The account was deactivated, or with ``gone`` deleted. Ownership falls to others; open pages close."""
    mine = Participant.objects.of(person).select_related("conversation").order_by("conversation")
    for participant in list(mine):
        conversation = lock(participant.conversation_id)
        forget([(conversation.pk, person.pk)])
        if gone:
            participant.delete()
        room = Room.objects.filter(conversation=conversation).select_related("cluster").first()
        if participant.state == State.ACTIVE:
            if room is not None:
                before = str(participant.role)
                record("rooms.lost", by=None, obj=room, scope=room.scope, person=person.pk, room_role_before=before)
                note(conversation, "lost", person=None if gone else person)
                keep_owned(room, conversation)
            end_reading(conversation)


@transaction.atomic
def ask_again(person_ids: Iterable[int]) -> None:
    """Rights of these people changed elsewhere: open pages of their conversations ask again."""
    mine = Participant.objects.filter(person__in=set(person_ids), state=State.ACTIVE).order_by()
    forget(mine.values_list("conversation", "person"))
    end_reading_in(mine.values("conversation"))


@transaction.atomic
def ask_again_in_rooms_of(cluster_id: int) -> None:
    """The cluster takes part again or no longer: so do the rooms that are at home in it."""
    end_reading_in(Room.objects.filter(cluster=cluster_id).order_by().values("conversation"))
