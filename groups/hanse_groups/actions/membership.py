"""Who takes part in a room: coming in, going, roles."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from hanse_access.audit import record
from hanse_access.viewer import Viewer

from ..models import Conversation, Objection, Participant, Room
from ..models.conversations import LEADING
from ..notifications import (
    tell_decision,
    tell_invited,
    tell_leaders_of_request,
    tell_members_of_request,
    tell_owner,
    tell_removed,
)
from .locks import NotPermitted, NotPossible, end_reading, locked_room, note, participant_in, require_role
from .succession import keep_owned

Role, State = Participant.Role, Participant.State
#: gone in a way that allows to come back
GONE = (State.LEFT, State.REMOVED, State.DECLINED)


@transaction.atomic
def join(room: Room, *, by) -> Participant:
    """Come into an open room that one sees."""
    room, conversation = _entered(room, by)
    if room.kind != Room.Kind.OPEN:
        raise NotPossible(_("Please ask to be let in."))
    participant = row_of(conversation, by)
    _refuse_present(participant)
    admit(room, participant, Role.MEMBER)
    _record("rooms.joined", room, participant, by=by)
    note(conversation, "joined", person=by)
    return participant


@transaction.atomic
def ask_to_join(room: Room, *, by, request: str = "") -> Participant:
    """Ask the owner of a closed room to be let in. The people in it hear who asks, where the room says so."""
    room, conversation = _entered(room, by)
    if room.kind == Room.Kind.OPEN:
        raise NotPossible(_("This room is open: you can join at once."))
    participant = row_of(conversation, by)
    _refuse_present(participant)
    _set(participant, State.REQUESTED, request=request.strip(), reason="", role=Role.MEMBER)
    participant.objections.all().delete()
    record("rooms.asked", by=by, obj=room, scope=room.scope, person=by.pk)
    tell_leaders_of_request(participant, room=room, by=by)
    if room.asks_members:
        tell_members_of_request(participant, room=room, by=by)
    return participant


@transaction.atomic
def withdraw_request(participant: Participant, *, by) -> None:
    participant, room, _conversation = _locked(participant)
    if participant.person_id != by.pk or participant.state != State.REQUESTED:
        raise NotPermitted
    _set(participant, State.LEFT)
    record("rooms.withdrawn", by=by, obj=room, scope=room.scope, person=by.pk)


@transaction.atomic
def object_to(participant: Participant, *, by, text: str) -> Objection:
    """Say in confidence what speaks against letting somebody in: the owners read it. Once, and again in its place."""
    participant, room, conversation = _locked(participant)
    author = participant_in(conversation, by)
    if author.role == Role.GUEST or not room.asks_members:
        raise NotPermitted
    if participant.state != State.REQUESTED:
        raise NotPossible(_("This was decided in the meantime."))
    if not text.strip():
        raise NotPossible(_("Please say what speaks against it; only the owners of the room read it."))
    objection, _new = Objection.objects.update_or_create(
        participant=participant, author=by, defaults={"text": text.strip(), "at": timezone.now()}
    )
    tell_owner(objection, room=room, by=by)
    return objection


def require_member(person) -> None:
    """Raises NotPossible for who belongs to no cluster now: such people take part as guests alone."""
    if not Viewer.of(person).is_member:
        text = _("Members of a room belong to a cluster. You can join as soon as a cluster has admitted you.")
        raise NotPossible(text)


@transaction.atomic
def accept_request(participant: Participant, *, by) -> Participant:
    """Let somebody in who asked. Objections have done their work and go."""
    participant, room, conversation = _locked(participant)
    require_role(conversation, by, *LEADING)
    _require(participant, State.REQUESTED)
    require_running(room)
    # As what they are now: who lost the last cluster meanwhile is a guest, who belongs to one again a member.
    as_guest = not Viewer.of(participant.person).is_member
    role = Role.GUEST if as_guest else Role.MEMBER
    admit(room, participant, role)
    participant.objections.all().delete()
    _record("rooms.let_in", room, participant, by=by)
    note(conversation, "became_guest" if as_guest else "let_in", by=by, person=participant.person)
    tell_decision(participant, room=room, by=by)
    return participant


@transaction.atomic
def decline_request(participant: Participant, *, by, reason: str) -> Participant:
    """Do not let somebody in. Raises NotPossible without a reason, which the person reads."""
    participant, room, conversation = _locked(participant)
    require_role(conversation, by, *LEADING)
    _require(participant, State.REQUESTED)
    if not reason.strip():
        raise NotPossible(_("Please give a reason; the person will read it."))
    _set(participant, State.DECLINED, reason=reason.strip())
    participant.objections.all().delete()
    record("rooms.declined", by=by, obj=room, scope=room.scope, person=participant.person_id)
    tell_decision(participant, room=room, by=by)
    return participant


@transaction.atomic
def invite(room: Room, *, by, person, role: str = Role.MEMBER) -> Participant:
    """Ask a person on the platform to come in, as member or guest; owners and moderators, in any room.

    Views offer people whose profile the inviting person sees.
    """
    room, conversation = locked_room(room)
    require_role(conversation, by, *LEADING)
    require_running(room)
    if role not in (Role.MEMBER, Role.GUEST):
        raise NotPermitted
    participant = row_of(conversation, person)
    if participant.pk and participant.state == State.BANNED:
        raise NotPossible(_("This person is barred from the room. Lift the bar first."))
    if participant.pk and participant.state == State.REQUESTED:
        raise NotPossible(_("This person has asked to be let in; you find the request on the page of people."))
    _refuse_present(participant)
    _set(participant, State.INVITED, role=role, invited_by=by, reason="")
    record("rooms.invited", by=by, obj=room, scope=room.scope, person=person.pk, room_role=role)
    tell_invited(participant, room=room, by=by)
    return participant


@transaction.atomic
def accept_invitation(participant: Participant, *, by) -> Participant:
    participant, room, conversation = _locked(participant)
    if participant.person_id != by.pk:
        raise NotPermitted
    _require(participant, State.INVITED)
    require_running(room)
    if participant.role != Role.GUEST:
        require_member(by)
    admit(room, participant, participant.role)
    _record("rooms.joined", room, participant, by=by)
    note(conversation, "joined", person=by)
    return participant


@transaction.atomic
def decline_invitation(participant: Participant, *, by) -> None:
    """By the person who was invited; or taken back by those who lead the room."""
    participant, room, conversation = _locked(participant)
    _require(participant, State.INVITED)
    if participant.person_id != by.pk:
        require_role(conversation, by, *LEADING)
    _set(participant, State.LEFT)
    record("rooms.invitation_ended", by=by, obj=room, scope=room.scope, person=participant.person_id)


@transaction.atomic
def leave(room: Room, *, by) -> None:
    """Go. Ownership falls to somebody else when the last owner goes."""
    room, conversation = locked_room(room)
    participant = participant_in(conversation, by)
    before = participant.role
    _set(participant, State.LEFT, role=Role.MEMBER)
    record("rooms.left", by=by, obj=room, scope=room.scope, person=by.pk, room_role_before=before)
    note(conversation, "left", person=by)
    keep_owned(room, conversation)
    end_reading(conversation)


@transaction.atomic
def hand_over(room: Room, *, by, to: Participant) -> None:
    """Make somebody else the owner; the present one stays as moderator."""
    room, conversation = locked_room(room)
    owner = require_role(conversation, by, Role.OWNER)
    heir = _active(conversation, to)
    if heir.pk == owner.pk or heir.role == Role.GUEST:
        raise NotPossible(_("Only a member of the room can own it."))
    before = heir.role
    heir.role, owner.role = Role.OWNER, Role.MODERATOR
    heir.save(update_fields=["role"])
    owner.save(update_fields=["role"])
    _record("rooms.handed_over", room, heir, by=by, room_role_before=before)
    _record("rooms.role_changed", room, owner, by=by, room_role_before=Role.OWNER)
    note(conversation, "handed_over", by=by, person=heir.person)
    end_reading(conversation)


@transaction.atomic
def set_role(participant: Participant, role: str, *, by) -> None:
    """Give a role in the room. Owners only; a guest who became a member of a cluster can become one of the room."""
    participant, room, conversation = _locked(participant)
    require_role(conversation, by, Role.OWNER)
    participant = _active(conversation, participant)
    if role not in Role.values:
        raise NotPossible(_("This role is not known."))
    if participant.role == role:
        return
    if role != Role.GUEST and not Viewer.of(participant.person).is_member:
        raise NotPossible(_("Who belongs to no cluster takes part as a guest."))
    before, participant.role = participant.role, Role(role)
    participant.save(update_fields=["role"])
    if not Participant.objects.with_role(Role.OWNER).filter(conversation=conversation).exists():
        raise NotPossible(_("A room needs an owner. Hand it over first."))
    _record("rooms.role_changed", room, participant, by=by, room_role_before=before)
    note(conversation, "role", by=by, person=participant.person)
    end_reading(conversation)


@transaction.atomic
def remove(participant: Participant, *, by, reason: str = "", bar: bool = False) -> None:
    """Take somebody out of the room at once, on every surface; ``bar``: so that they cannot come back.

    Owners may remove all but themselves, moderators those who lead nothing.
    """
    participant, room, conversation = _locked(participant)
    acting = require_role(conversation, by, *LEADING)
    participant = _active(conversation, participant)
    if participant.person_id == by.pk or (participant.role in LEADING and acting.role != Role.OWNER):
        raise NotPermitted
    before = participant.role
    _set(participant, State.BANNED if bar else State.REMOVED, role=Role.MEMBER, reason=reason.strip())
    verb = "rooms.barred" if bar else "rooms.removed"
    record(verb, by=by, obj=room, scope=room.scope, person=participant.person_id, room_role_before=before)
    note(conversation, "removed", by=by, person=participant.person)
    keep_owned(room, conversation)
    end_reading(conversation)
    tell_removed(participant, room=room, by=by)


def ban(participant: Participant, *, by, reason: str = "") -> None:
    """``remove`` so that the person cannot come back."""
    remove(participant, by=by, reason=reason, bar=True)


@transaction.atomic
def lift_ban(participant: Participant, *, by) -> None:
    participant, room, conversation = _locked(participant)
    require_role(conversation, by, Role.OWNER)
    _require(participant, State.BANNED)
    _set(participant, State.REMOVED)
    record("rooms.bar_lifted", by=by, obj=room, scope=room.scope, person=participant.person_id)


@transaction.atomic
def set_level(conversation: Conversation, level: str, *, by) -> None:
    """What one is told of. Only for oneself."""
    if level not in Participant.Level.values:
        raise NotPossible(_("This choice is not known. Please choose again."))
    if not Participant.objects.active().of(by).filter(conversation=conversation).exists():
        raise NotPermitted
    Participant.objects.of(by).filter(conversation=conversation).update(level=level)


def _entered(room: Room, person) -> tuple[Room, Conversation]:
    """Locked, for somebody who comes to it from outside: must see the card."""
    room, conversation = locked_room(room)
    if not Room.objects.visible_to(Viewer.of(person)).filter(pk=room.pk).exists():
        raise NotPermitted
    require_running(room)
    return room, conversation


def require_running(room: Room) -> None:
    """Raises NotPossible where nobody can come in."""
    if not room.is_writable:
        raise NotPossible(_("This room is archived; nobody can join any more."))
    if not room.cluster.is_active:
        raise NotPossible(_("The cluster of this room takes no part at present."))


def row_of(conversation: Conversation, person) -> Participant:
    """The person's row, which is new where they were never in it."""
    found = Participant.objects.of(person).filter(conversation=conversation).select_related("person").first()
    return found or Participant(conversation=conversation, person=person)


def _refuse_present(participant: Participant) -> None:
    if participant.pk is None or participant.state in GONE or participant.state == State.INVITED:
        return
    if participant.state == State.BANNED:
        raise NotPermitted
    raise NotPossible(_("Already in the room, or waiting to be let in."))


def _require(participant: Participant, state: str) -> None:
    if participant.state != state:
        raise NotPossible(_("This was decided in the meantime."))


def _active(conversation: Conversation, participant: Participant) -> Participant:
    found = Participant.objects.active().filter(conversation=conversation, pk=participant.pk).select_related("person")
    active = found.first()
    if active is None:
        raise NotPossible(_("This person takes no part any more."))
    return active


def admit(room: Room, participant: Participant, role: str) -> None:
    """Let in. What was before is for newcomers only where the room says so; nothing of it counts as new."""
    last = room.conversation.last_seq
    participant.from_seq = 0 if room.newcomers_see_all else last
    participant.last_read_seq = participant.files_seen_seq = last
    participant.joined_at = timezone.now()
    _set(participant, State.ACTIVE, role=role, reason="")


def _set(participant: Participant, state: str, **values) -> None:
    participant.state, participant.changed_at = state, timezone.now()
    for name, value in values.items():
        setattr(participant, name, value)
    participant.save()


def _record(verb: str, room: Room, participant: Participant, *, by, **data) -> None:
    """Of somebody who is in the room: with the role that they have now."""
    person, role = participant.person_id, str(participant.role)
    record(verb, by=by, obj=room, scope=room.scope, person=person, room_role=role, **data)


def _locked(participant: Participant) -> tuple[Participant, Room, Conversation]:
    room, conversation = locked_room(Room.objects.get(conversation=participant.conversation_id))
    fresh = Participant.objects.select_related("person").get(pk=participant.pk)
    return fresh, room, conversation
