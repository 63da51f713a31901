"""Rooms and what is said in them, by the actions that people use."""

import uuid

from hanse_access.scopes import Scope
from hanse_groups import actions
from hanse_groups.models import Message, Participant, Room
from hanse_members.roles import Role

from .clusters import MembershipFactory

PLATFORM = Scope("platform", 0)


def make_room(cluster, *, owner=None, members=(), kind=Room.Kind.CLOSED, scopes=None, **settings) -> Room:
    """A room at home in the cluster. ``owner`` is a new manager of it unless said; ``members`` are in the room."""
    owner = owner or MembershipFactory(cluster=cluster, role=Role.MANAGER).person
    if scopes is None:
        scopes = () if kind == Room.Kind.HIDDEN else [Scope("cluster", cluster.pk)]
    room = actions.open_room(
        by=owner,
        cluster=cluster,
        kind=kind,
        scopes=scopes,
        **{"name": "Room", "purpose": "To work together", **settings},
    )
    for person in members:
        add(room, person)
    return room


def owner_of(room: Room):
    return Participant.objects.get(conversation=room.conversation_id, role="owner").person


def place_of(room: Room, person) -> Participant:
    return Participant.objects.select_related("person").get(conversation=room.conversation_id, person=person)


def add(room: Room, person, role: str = "member") -> Participant:
    """Let a person in, invited by the owner."""
    invited = actions.invite(room, by=owner_of(room), person=person, role="guest" if role == "guest" else "member")
    place = actions.accept_invitation(invited, by=person)
    if role not in ("member", "guest"):
        actions.set_role(place, role, by=owner_of(room))
    return place_of(room, person)


def say(room: Room, person, body: str = "Hello", **values) -> Message:
    return actions.post_message(room.conversation, by=person, body=body, client_key=uuid.uuid4(), **values)
