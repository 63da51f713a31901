"""The room level before there are rooms: a closed kind of scope that only the tests have."""

from django.contrib.auth import get_user_model

from hanse_access.scopes import ScopeKind

from .models import Room


class RoomKind(ScopeKind):
    name = "room"
    order = 10
    icon = "lock"
    label = "One room"
    description = "Only the people in this room."
    closed = True

    def held_by(self, user):
        return Room.people.through.objects.filter(user=user).values_list("room_id", flat=True)

    def decided_by(self, user):
        return Room.objects.filter(owner=user).values_list("pk", flat=True)

    def holders(self, ids):
        people = Room.people.through.objects.filter(room_id__in=ids)
        return get_user_model().objects.filter(is_active=True, pk__in=people.values("user_id"))

    def deciders(self, ids):
        return get_user_model().objects.filter(
            is_active=True, pk__in=Room.objects.filter(pk__in=ids).values("owner_id")
        )

    def choices(self, user):
        return dict(Room.objects.filter(people=user).order_by("name").values_list("pk", "name"))

    def proposable(self, user):
        return dict(Room.objects.filter(listed=True).exclude(people=user).order_by("name").values_list("pk", "name"))

    def accepts_at_once(self, ids):
        return set(Room.objects.filter(pk__in=ids, accepts=True).values_list("pk", flat=True))

    def exist(self, ids):
        return Room.objects.filter(pk__in=ids).count() == len(set(ids))

    def labels(self, ids, viewer):
        known = viewer.scopes.get("room", frozenset()) & set(ids)
        return dict(Room.objects.filter(pk__in=known).values_list("pk", "name"))
