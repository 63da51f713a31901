"""What people are told of the files of rooms: that there are new ones, and that one is infected."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanse_access.viewer import Viewer
from hanse_activity.actions import mark_read, notify, notify_until_read
from hanse_activity.delivery import Delivery
from hanse_activity.kinds import NotificationKind, notification_kinds
from hanse_activity.models import Notification

from .models import FileVersion, Participant, Room
from .models.conversations import LEADING
from .models.files import not_withheld_q
from .notifications import discreet, entered, source_of

NEW, INFECTED = "rooms.files", "rooms.infected"
#: files named in one mail
MOST_IN_MAIL = 20


# Of what a viewer may be told


def with_files(viewer: Viewer) -> QuerySet[Room]:
    """Rooms in which the viewer sees a file that somebody else brought. What is in the bin by now tells of nothing."""
    if viewer.user is None:
        return Room.objects.none()
    brought = FileVersion.objects.visible_to(viewer).filter(room_file__room=OuterRef("pk"), room_file__in_chat=False)
    return entered(viewer).filter(Exists(brought.exclude(uploaded_by=viewer.user_id)))


def infected(viewer: Viewer) -> QuerySet[FileVersion]:
    """Infected files that the viewer brought, or that lie in a room that the viewer leads."""
    if viewer.user is None:
        return FileVersion.objects.none()
    mine = Participant.objects.active().of_viewer(viewer).exclude(conversation__room__state=Room.State.DELETED)
    mine = mine.filter(conversation__room=OuterRef("room_file__room"), from_seq__lt=OuterRef("seq"))
    led = Exists(mine.filter(role__in=LEADING))
    found = FileVersion.objects.filter(
        led | (Exists(mine) & Q(uploaded_by=viewer.user_id)), scan="infected", seq__gt=0
    ).filter(not_withheld_q(), room_file__binned_at=None)
    return found.select_related("room_file__room__conversation")


# Sentences


def files_text(notification: Notification, room: Room) -> str:
    return _("There are new files in the room “%(room)s”.") % {"room": room}


def files_details(notification: Notification, room: Room) -> str:
    """For mails of rooms that allow it: what they are called, the newest first, as far as this person sees them."""
    places = Participant.objects.active().of(notification.recipient).select_related("person")
    place = places.filter(conversation=room.conversation_id).first()
    if place is None:
        return ""
    new = FileVersion.objects.new_to(place).filter(seq__gt=notification.data.get("after", 0))
    new = new.select_related("uploaded_by").order_by("-seq")[:MOST_IN_MAIL]
    return "\n".join(
        f"{version.label} ({version.uploaded_by.get_full_name() if version.uploaded_by else _('Former member')})"
        for version in new
    )


def infected_text(notification: Notification, version: FileVersion) -> str:
    values = {"file": version.room_file.name, "room": version.room_file.room}
    return _("The file “%(file)s” in the room “%(room)s” is infected. Nobody can open it any more.") % values


# Addresses


def to_files(notification: Notification, room: Room) -> str:
    return reverse("hanse_groups:files", args=[room.uid])


def to_file(notification: Notification, version: FileVersion) -> str:
    return reverse("hanse_groups:file", args=[version.room_file.room.uid, version.room_file.uid])


# Telling


def tell_of_files(room: Room, *, by, after: int) -> None:
    """What came after this number. Many files in a row make one notice, until they are looked at."""
    present = Participant.objects.active().filter(conversation=room.conversation_id)
    listening = present.exclude(level=Participant.Level.NONE).people()
    notify_until_read(NEW, about=room, recipients=listening, by=by, of=source_of(room), after=after)


def tell_infected(version: FileVersion) -> None:
    """Those who lead the room, and who brought it."""
    room = version.room_file.room
    present = Participant.objects.active().filter(conversation=room.conversation_id)
    concerned = present.filter(Q(role__in=LEADING) | Q(person=version.uploaded_by_id)).people()
    notify(INFECTED, about=version, recipients=concerned, of=source_of(room))


def files_seen(participant: Participant) -> None:
    """What was told of new files is read with them."""
    room = Room.objects.filter(conversation=participant.conversation_id).values("pk")
    mark_read(Notification.objects.of(participant.person).unread().filter(kind=NEW, object_id__in=room))


def register() -> None:
    notification_kinds.register(
        NotificationKind(
            name=NEW,
            label=gettext_lazy("There are new files in a room"),
            targets=with_files,
            text=files_text,
            details=files_details,
            url=to_files,
            discreet=discreet,
            icon="file",
            # Nothing is heard from whom one blocks.
            personal=True,
            order=20,
        )
    )
    notification_kinds.register(
        NotificationKind(
            name=INFECTED,
            label=gettext_lazy("A file in a room is infected"),
            targets=infected,
            text=infected_text,
            url=to_file,
            discreet=discreet,
            delivery=Delivery.AT_ONCE,
            required=True,
            icon="warning",
            order=20,
        )
    )
