"""Opening a room, changing it, and its end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from hanse_access.actions import change_audience
from hanse_access.audit import record
from hanse_access.models import Audience
from hanse_access.scopes import Scope
from hanse_members.models import Cluster, Membership
from hanse_members.models.memberships import MembershipQuerySet
from hanse_members.roles import Role as ClusterRole

from ..models import Conversation, Message, Participant, Room, RoomExport, RoomFile, RoomLink, RoomOpening
from ..models.rooms import GRACE
from .exports import remove_exports
from .file_bin import remove_files_of
from .locks import NotPermitted, NotPossible, end_reading, lock, locked_room, next_seq, note, require_role, touch

Role, State, Kind = Participant.Role, Room.State, Room.Kind
#: what an owner changes of a room, apart from who sees it
SETTINGS = (
    "name",
    "purpose",
    "kind",
    "patron",
    "contact",
    "newcomers_see_all",
    "asks_members",
    "mails_show_text",
    "shows_who_read",
    "retention_days",
)


def may_open_rooms(person, cluster: Cluster) -> bool:
    """Managers of the cluster; its members where its setting says so."""
    membership = Membership.objects.approved().of(person).filter(cluster=cluster).first()
    if membership is None:
        return False
    by_members = RoomOpening.objects.filter(cluster=cluster, by_members=True).exists()
    return by_members or membership.role == ClusterRole.MANAGER


def clusters_to_open_in(person):
    """The clusters in which this person may open rooms."""
    mine = Membership.objects.approved().of(person).order_by()
    opening = mine.filter(
        MembershipQuerySet.with_role_q(ClusterRole.MANAGER) | Q(cluster__room_opening__by_members=True)
    )
    return Cluster.objects.active().filter(pk__in=opening.values("cluster"))


@transaction.atomic
def open_room(
    *,
    by,
    cluster: Cluster,
    name: str,
    purpose: str,
    kind: str = Kind.CLOSED,
    scopes: Iterable[Scope | tuple[str, int]] = (),
    **settings,
) -> Room:
    """Open a room, which ``by`` then owns, its contact unless said. ``scopes`` say who sees the card; a hidden room
    takes none.

    Raises NotPermitted for who may open none in this cluster, ValidationError for an audience out of reach.
    """
    if not may_open_rooms(by, cluster):
        raise NotPermitted
    room = Room.objects.create(
        conversation=Conversation.objects.create(),
        cluster=cluster,
        name=name.strip(),
        purpose=purpose.strip(),
        kind=kind,
        **{"contact": by, **settings},
    )
    now = timezone.now()
    Participant.objects.create(
        conversation=room.conversation,
        person=by,
        role=Role.OWNER,
        joined_at=now,
        changed_at=now,
        level=Participant.Level.ALL,
    )
    record("rooms.opened", by=by, obj=room, scope=room.scope, room_kind=room.kind)
    _set_card(room, scopes, by=by)
    # That of what is in it: a viewer who was read before it is there would not be admitted by it.
    Audience.objects.of([room.scope])
    note(lock(room.conversation_id), "opened", by=by)
    room.refresh_from_db()
    return room


@transaction.atomic
def change_room(room: Room, *, by, scopes: Iterable[Scope | tuple[str, int]] | None = None, **changes) -> Room:
    """Change settings of a room, with ``scopes`` who sees its card. Owners only."""
    room, conversation = locked_room(room)
    require_role(conversation, by, Role.OWNER)
    if room.state == State.DELETED:
        raise NotPossible(_("This room was deleted."))
    unknown = set(changes) - set(SETTINGS)
    if unknown:
        raise TypeError(f"not settings of a room: {', '.join(sorted(unknown))}")
    changed = sorted(name for name, value in changes.items() if getattr(room, name) != value)
    told = _told(room, {name: changes[name] for name in changed})
    for name in changed:
        setattr(room, name, changes[name])
    if changed:
        room.save(update_fields=changed)
        record("rooms.changed", by=by, obj=room, scope=room.scope, **told)
    if "name" in changed:
        note(conversation, "renamed", by=by)
    if "shows_who_read" in changed:
        note(conversation, "shows_who_read" if room.shows_who_read else "hides_who_read", by=by)
    if scopes is not None or "kind" in changed:
        _set_card(room, scopes or (), by=by)
    room.refresh_from_db()
    return room


def _told(room: Room, changes: dict[str, Any]) -> dict[str, Any]:
    """Changes for the audit trail: what was and what is, of texts only that they were changed."""
    told: dict[str, Any] = {}
    for name, after in changes.items():
        before = getattr(room, name)
        if name in ("patron", "contact"):
            people = {name: after, f"{name}_before": before}
            told |= {key: person.pk for key, person in people.items() if person is not None}
        elif name in ("name", "purpose"):
            told.setdefault("settings", []).append(name)
        else:
            told.setdefault("values", {})[name] = [before, after]
    return told


def _set_card(room: Room, scopes: Iterable[Scope | tuple[str, int]], *, by) -> None:
    """Who sees the card. That of a hidden room is its people; they are put there by the room itself, not chosen."""
    if room.kind == Kind.HIDDEN:
        hidden = Audience.objects.of([room.scope])
        if room.audience_id != hidden.pk:
            before = room.audience.scope_set
            room.audience, room.requested_audience = hidden, None
            room.save(update_fields=["audience", "requested_audience"])
            after = [list(room.scope)]
            record(
                "audience.changed",
                by=by,
                obj=room,
                scope=room.scope,
                before=[list(s) for s in sorted(before)],
                after=after,
            )
        return
    wanted = {Scope(*scope) for scope in scopes}
    if wanted and wanted == set(room.audience.scope_set):
        return
    change_audience(room, scopes=wanted, by=by)


@transaction.atomic
def archive_room(room: Room, *, by) -> Room:
    """From now on it is read, not written in."""
    return _to_state(room, State.ARCHIVED, (State.ACTIVE,), "archived", by=by)


@transaction.atomic
def reopen_room(room: Room, *, by) -> Room:
    return _to_state(room, State.ACTIVE, (State.ARCHIVED,), "reopened", by=by)


@transaction.atomic
def delete_room(room: Room, *, by) -> Room:
    """Take it from everybody's sight. For 30 days an owner can have it back, then it is emptied for good."""
    return _to_state(room, State.DELETED, (State.ACTIVE, State.ARCHIVED), "deleted", by=by)


@transaction.atomic
def restore_room(room: Room, *, by) -> Room:
    return _to_state(room, State.ACTIVE, (State.DELETED,), "restored", by=by)


def _to_state(room: Room, state: str, before: tuple[str, ...], verb: str, *, by) -> Room:
    room, conversation = locked_room(room)
    require_role(conversation, by, Role.OWNER)
    if room.state not in before:
        text = _("This does not fit the present state of the room: %(state)s.")
        raise NotPossible(text % {"state": room.get_state_display()})
    if room.gone_at is not None and room.gone_at < timezone.now():
        raise NotPossible(_("The 30 days are over: the room can no longer be restored."))
    room.state, room.state_changed_at = state, timezone.now()
    room.save(update_fields=["state", "state_changed_at"])
    record(f"rooms.{verb}", by=by, obj=room, scope=room.scope)
    note(conversation, verb, by=by)
    end_reading(conversation)
    return room


def empty_deleted_rooms() -> int:
    """Timed job: remove what was in rooms that were deleted 30 days ago. Returns the number of rooms.

    The row stays, so that its number never stands for another room in an audience.
    """
    over = Room.objects.filter(state=State.DELETED, state_changed_at__lt=timezone.now() - GRACE)
    emptied = 0
    for room in over.filter(conversation__participants__isnull=False).distinct():
        with transaction.atomic():
            conversation = lock(room.conversation_id)
            remove_files_of(room)
            Message.objects.filter(conversation=conversation).delete()
            Participant.objects.filter(conversation=conversation).delete()
            RoomLink.objects.filter(room=room).delete()
            remove_exports(RoomExport.objects.filter(room=room))
            conversation.floor_seq = conversation.last_seq
            conversation.save(update_fields=["floor_seq"])
            Room.objects.filter(pk=room.pk).update(
                name=f"#{room.pk}", purpose="", patron=None, contact=None, audience=Audience.objects.of([room.scope])
            )
            record("rooms.emptied", by=None, obj=room, scope=room.scope)
            emptied += 1
    return emptied


def remove_old_messages() -> int:
    """Timed job: remove messages for which the time that their room keeps them is over. Returns their number."""
    removed = 0
    for room in Room.objects.filter(retention_days__isnull=False).exclude(state=State.DELETED):
        with transaction.atomic():
            conversation = lock(room.conversation_id)
            limit = timezone.now() - timedelta(days=room.retention_days)
            old = Message.objects.filter(conversation=conversation, created_at__lt=limit)
            newest = old.aggregate(newest=Max("seq"))["newest"]
            if newest is None:
                continue
            over = Message.objects.filter(conversation=conversation, seq__lte=newest)
            # Who answered one of them shows its words, until it changes too.
            answers = Message.objects.filter(conversation=conversation, seq__gt=newest)
            answers = list(answers.filter(Q(quoted__in=over) | Q(thread__in=over)).order_by("seq"))
            RoomFile.objects.filter(message__in=over, in_chat=True).delete()
            _rows, by_model = over.delete()
            removed += by_model.get(Message._meta.label, 0)
            for answer in answers:
                answer.refresh_from_db()
                touch(conversation, answer)
            conversation.floor_seq = newest
            conversation.save(update_fields=["floor_seq"])
            # A number of its own, so that whoever catches up hears of it, and open pages are asked to.
            next_seq(conversation)
            end_reading(conversation)
    return removed


@transaction.atomic
def set_room_opening(cluster: Cluster, *, by_members: bool, by) -> None:
    """Say who may open rooms in a cluster. Its managers only."""
    if not Membership.objects.with_role(ClusterRole.MANAGER).of(by).filter(cluster=cluster).exists():
        raise NotPermitted
    _row, _created = RoomOpening.objects.update_or_create(cluster=cluster, defaults={"by_members": by_members})
    record("rooms.opening_changed", by=by, obj=cluster, scope=("cluster", cluster.pk), by_members=by_members)
