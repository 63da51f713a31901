"""What taking part in a room means to the rule."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from hanse_access.scopes import ScopeKind

from .models import Participant, Room

Role = Participant.Role


class RoomKind(ScopeKind):
    """The people in one room."""

    name = "group"
    order = 10
    icon = "lock"
    label = _("Only a room")
    description = _("The people in one of your rooms, and nobody else.")
    closed = True

    def held_by(self, user):
        return self._rooms_of(Participant.objects.active().of(user))

    def decided_by(self, user):
        """Owners answer for their room; nothing is proposed to one."""
        return self._rooms_of(Participant.objects.with_role(Role.OWNER).of(user))

    def holders(self, ids):
        return Participant.objects.active().filter(conversation__room__in=self._existing(ids)).people()

    def deciders(self, ids):
        return Participant.objects.with_role(Role.OWNER).filter(conversation__room__in=self._existing(ids)).people()

    def choices(self, user):
        mine = Participant.objects.active().of(user)
        rooms = Room.objects.filter(conversation__participants__in=mine, state=Room.State.ACTIVE)
        return dict(rooms.order_by("name", "pk").values_list("pk", "name"))

    def number_of(self, text):
        """A room is found by any of its addresses too."""
        found = re.search(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", text.lower())
        if found is None:
            return super().number_of(text)
        return Room.objects.filter(uid=found[0]).values_list("pk", flat=True).first()

    def exist(self, ids):
        return self._existing(ids).count() == len(set(ids))

    def labels(self, ids, viewer):
        rooms = Room.objects.visible_to(viewer).filter(pk__in=ids).order_by("name", "pk")
        return {pk: _("Only the room “%(name)s”") % {"name": name} for pk, name in rooms.values_list("pk", "name")}

    @staticmethod
    def _existing(ids):
        return Room.objects.filter(pk__in=ids).exclude(state=Room.State.DELETED)

    @staticmethod
    def _rooms_of(participants):
        rooms = participants.filter(conversation__room__isnull=False).exclude(
            conversation__room__state=Room.State.DELETED
        )
        return rooms.values_list("conversation__room", flat=True)
