"""Who may write to whom: asked when a conversation begins, and again with each message."""

from __future__ import annotations

from collections.abc import Collection
from enum import StrEnum

from django.contrib.auth import get_user_model
from django.utils.translation import gettext as _

from hanse_access.viewer import Viewer
from hanse_activity.models import Block
from hanse_members.models import Membership, Profile

from .models import Direct, Message, MessageSettings, Participant, Room

Accepts = MessageSettings.Accepts
State = Participant.State


class Refusal(StrEnum):
    """Why nothing can be sent. That somebody blocks is told like any other "no messages": nobody learns of it."""

    OWN_BLOCK = "own_block"
    NO_MESSAGES = "no_messages"
    CLOSE_ONLY = "close_only"
    ROOMS_ONLY = "rooms_only"
    OWN_SETTING = "own_setting"
    GUEST = "guest"
    THEY_ARE_GUEST = "they_are_guest"
    STRANGERS = "strangers"
    WAITS = "waits"
    ALONE = "alone"


def why(refusal: Refusal, name: str) -> str:
    """The refusal as a sentence for the one who wants to write. ``name`` is the other person's, or the group's."""
    texts = {
        Refusal.OWN_BLOCK: _("You block %(name)s. Nothing can be sent until you lift that."),
        Refusal.NO_MESSAGES: _("%(name)s accepts no messages at present."),
        Refusal.CLOSE_ONLY: _("%(name)s accepts messages from people of the own clusters and rooms only."),
        Refusal.ROOMS_ONLY: _("%(name)s accepts messages only from people who are in a room with them."),
        Refusal.OWN_SETTING: _("Your own settings keep %(name)s from answering. Change who may write to you first."),
        Refusal.GUEST: _("Without a cluster you can write only to people who are in a room with you."),
        Refusal.THEY_ARE_GUEST: _("%(name)s belongs to no cluster: only people in the same room can write."),
        Refusal.STRANGERS: _("You share no cluster and no room with %(name)s any more."),
        Refusal.WAITS: _("%(name)s has not answered yet. Once your request is accepted you can go on writing."),
        Refusal.ALONE: _("Nobody else takes part any more. You can read what was written."),
    }
    return texts[refusal] % {"name": name}


class Ties:
    """What lies between some people at this moment: five queries, however many they are."""

    def __init__(self, person_ids: Collection[int]) -> None:
        ids = set(person_ids)
        self.present = set(
            get_user_model()._default_manager.filter(pk__in=ids, is_active=True).values_list("pk", flat=True)
        )
        self.accepts = dict(MessageSettings.objects.filter(person__in=ids).values_list("person", "accepts"))
        self.blocks = set(Block.objects.filter(person__in=ids, blocked__in=ids).values_list("person", "blocked"))
        self.clusters = _grouped(Membership.objects.approved().filter(person__in=ids).values_list("person", "cluster"))
        rooms = Participant.objects.active().filter(person__in=ids, conversation__room__isnull=False)
        rooms = rooms.exclude(conversation__room__state=Room.State.DELETED)
        self.rooms = _grouped(rooms.values_list("person", "conversation"))

    def share_room(self, one: int, other: int) -> bool:
        return bool(self.rooms.get(one, set()) & self.rooms.get(other, set()))

    def share(self, one: int, other: int) -> bool:
        """A room or a cluster."""
        return self.share_room(one, other) or bool(self.clusters.get(one, set()) & self.clusters.get(other, set()))

    def refusal(self, by: int, to: int) -> Refusal | None:
        """Why ``by`` may not write to ``to``. Both sides count: whoever writes can be answered."""
        if (by, to) in self.blocks:
            return Refusal.OWN_BLOCK
        if to not in self.present or (to, by) in self.blocks:
            return Refusal.NO_MESSAGES
        if not self.share_room(by, to):
            if by not in self.clusters:
                return Refusal.GUEST
            if to not in self.clusters:
                return Refusal.THEY_ARE_GUEST
        if not self._admits(by, to):
            return Refusal.OWN_SETTING
        if not self._admits(to, by):
            return {Accepts.CLOSE: Refusal.CLOSE_ONLY, Accepts.ROOMS: Refusal.ROOMS_ONLY}.get(
                self._setting(to), Refusal.NO_MESSAGES
            )
        return None

    def _setting(self, person: int) -> Accepts:
        return Accepts(self.accepts.get(person, Accepts.EVERYBODY))

    def _admits(self, person: int, other: int) -> bool:
        setting = self._setting(person)
        if setting == Accepts.ROOMS:
            return self.share_room(person, other)
        if setting == Accepts.CLOSE:
            return self.share(person, other)
        return setting == Accepts.EVERYBODY


def addressable(by, person_ids: Collection[int], ties: Ties) -> set[int]:
    """Those of these people whom ``by`` knows of: whose profile they see, or who are in a room with them."""
    others = set(person_ids) - {by.pk}
    seen = Profile.objects.visible_to(Viewer.of(by)).filter(person__in=others)
    return set(seen.values_list("person", flat=True)) | {id for id in others if ties.share_room(by.pk, id)}


def refusal_in(direct: Direct, by) -> tuple[Refusal, int | None] | None:
    """Why ``by``, who takes part, cannot write here now, and on whose side that is; None: they can."""
    rows = Participant.objects.filter(conversation=direct.pk).exclude(person=by.pk)
    rows = list(rows.order_by("pk").values_list("person", "state", "person__is_active"))
    there = [person for person, state, active in rows if state == State.ACTIVE and active]
    if not there:
        asked = [person for person, state, _active in rows if state in (State.INVITED, State.DECLINED)]
        if not asked:
            return (Refusal.NO_MESSAGES, rows[0][0]) if rows and not direct.is_group else (Refusal.ALONE, None)
        # The request is one message; what follows waits until somebody accepts.
        sent = Message.objects.filter(conversation=direct.pk, kind=Message.Kind.TEXT).exists()
        return (Refusal.WAITS, asked[0]) if sent else None
    ties = Ties([by.pk, *there])
    refused = [(found, person) for person in there if (found := ties.refusal(by.pk, person)) is not None]
    if not direct.is_group:
        if refused:
            return refused[0]
        # The other one has never answered; an answer is their consent.
        if direct.answered_at is None and direct.started_by_id == by.pk and not ties.share(by.pk, there[0]):
            return Refusal.STRANGERS, there[0]
        return None
    # In a group everybody reads everything: it is enough that one of them may be written to. Whoever belongs to no
    # cluster writes to people in the same room alone, so to all of them.
    guests = [each for each in refused if each[0] == Refusal.GUEST]
    return (guests or refused)[0] if guests or len(refused) == len(there) else None


def _grouped(pairs) -> dict[int, set[int]]:
    grouped: dict[int, set[int]] = {}
    for one, other in pairs:
        grouped.setdefault(one, set()).add(other)
    return grouped
