"""What ends with the cluster that a room is at home in. Whether ``by`` may end that is for the caller to know."""

from __future__ import annotations

from django.db import transaction
from django.utils.translation import gettext as _

from hanse_access.audit import record

from ..models import Participant, RoomLink
from ..notifications import tell_decision
from .links import end_link
from .locks import locked_room

State = Participant.State


@transaction.atomic
def end_request(participant: Participant, *, by) -> None:
    """A request to be let in, as far as it still waits."""
    participant, room = _locked(participant)
    if participant.state != State.REQUESTED:
        return
    participant.state, participant.reason = State.DECLINED, _("The cluster of this room does not take part any more.")
    participant.save(update_fields=["state", "reason"])
    participant.objections.all().delete()
    record("rooms.declined", by=by, obj=room, scope=room.scope, person=participant.person_id)
    tell_decision(participant, room=room, by=by)


@transaction.atomic
def end_invitation(participant: Participant, *, by) -> None:
    """An invitation of somebody on the platform that was not answered yet."""
    participant, room = _locked(participant)
    if participant.state != State.INVITED:
        return
    participant.state = State.LEFT
    participant.save(update_fields=["state"])
    record("rooms.invitation_ended", by=by, obj=room, scope=room.scope, person=participant.person_id)


@transaction.atomic
def end_open_link(link: RoomLink, *, by) -> None:
    """A link by which somebody could still have come in."""
    locked_room(link.room)
    fresh = RoomLink.objects.select_related("room__cluster").get(pk=link.pk)
    if fresh.revoked_at is None:
        end_link(fresh, by=by)


def _locked(participant: Participant):
    room, _conversation = locked_room(participant.conversation.room)
    return Participant.objects.select_related("person", "conversation__room__cluster").get(pk=participant.pk), room
