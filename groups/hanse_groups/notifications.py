"""What people are told of rooms. Mails say no more than that there is something, unless the room allows it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanse_access.viewer import Viewer
from hanse_activity.actions import already_told, mark_read, notify, notify_until_read
from hanse_activity.delivery import Delivery, DeliverySource, Source, delivery_sources
from hanse_activity.kinds import NotificationKind, notification_kinds
from hanse_activity.models import Notification

from .models import FileVersion, Message, Objection, Participant, Room
from .models.conversations import ANSWERS, ParticipantQuerySet
from .notifications_of_direct import WRITTEN
from .people import organisations_of
from .rendering import plain

State, Role, Level = Participant.State, Participant.Role, Participant.Level
SOURCE = "rooms"
#: kinds that are done with once what was said is read
TALK = ("rooms.mention", "rooms.messages", WRITTEN)
#: messages in one mail, and characters of each
MOST_IN_MAIL = 10
LONGEST_IN_MAIL = 2000
#: a participant's row with what its sentence names
NAMED = ("person", "conversation__room__cluster", "invited_by")


# Of whom a viewer may be told


def waiting_in_led_rooms(viewer: Viewer) -> QuerySet[Participant]:
    led = Participant.objects.leading().of_viewer(viewer).values("conversation")
    return Participant.objects.waiting().filter(conversation__in=led).select_related(*NAMED)


def waiting_in_own_rooms(viewer: Viewer) -> QuerySet[Participant]:
    mine = Participant.objects.active().of_viewer(viewer).exclude(role=Role.GUEST).values("conversation")
    asking = Participant.objects.waiting().filter(conversation__in=mine, conversation__room__asks_members=True)
    return asking.select_related(*NAMED)


def own_with_card(viewer: Viewer) -> QuerySet[Participant]:
    """The viewer's rows in rooms whose card the viewer sees."""
    seen = Room.visible_q(viewer, prefix="conversation__room__")
    return Participant.objects.of_viewer(viewer).filter(seen).select_related(*NAMED)


def own_answered(viewer: Viewer) -> QuerySet[Participant]:
    return own_with_card(viewer).filter(state__in=[State.ACTIVE, State.DECLINED])


def own_invitations(viewer: Viewer) -> QuerySet[Participant]:
    return own_with_card(viewer).filter(ParticipantQuerySet.invited_q())


def own_ended(viewer: Viewer) -> QuerySet[Participant]:
    return Participant.objects.of_viewer(viewer).filter(state__in=[State.REMOVED, State.BANNED])


def own_owned(viewer: Viewer) -> QuerySet[Participant]:
    return own_with_card(viewer).filter(role=Role.OWNER, state=State.ACTIVE)


def own_invited(viewer: Viewer) -> QuerySet[Participant]:
    """Who is in a room that the viewer is in too, and was invited by the viewer."""
    mine = Participant.objects.active().of_viewer(viewer).exclude(conversation__room__state=Room.State.DELETED)
    found = Participant.objects.active().filter(invited_by=viewer.user_id, conversation__in=mine.values("conversation"))
    return found.filter(conversation__room__isnull=False).select_related(*NAMED)


def objections(viewer: Viewer) -> QuerySet[Objection]:
    owned = Participant.objects.with_role(Role.OWNER).of_viewer(viewer).values("conversation")
    found = Objection.objects.filter(participant__conversation__in=owned, participant__state=State.REQUESTED)
    return found.select_related("author", "participant__person", "participant__conversation__room")


def entered(viewer: Viewer) -> QuerySet[Room]:
    return Room.objects.entered_by(viewer)


def mentions(viewer: Viewer) -> QuerySet[Message]:
    """Messages that mention the viewer, in conversations that the viewer is in."""
    if viewer.user is None:
        return Message.objects.none()
    found = Message.objects.filter(
        Message.objects.read_along_q(viewer), mentions__person=viewer.user_id, deleted_at=None
    )
    return found.select_related("author", "conversation__room")


# Sentences


def about(participant: Participant) -> dict[str, object]:
    return {"person": participant.person.get_full_name(), "room": participant.conversation.room}


def applied_text(notification: Notification, participant: Participant) -> str:
    return _("%(person)s asks to be let into the room “%(room)s”.") % about(participant)


def applicant_text(notification: Notification, participant: Participant) -> str:
    firm = organisations_of([participant.person_id]).get(participant.person_id)
    values = {**about(participant), "organisation": firm or _("no organisation")}
    return _("%(person)s (%(organisation)s) asks to be let into “%(room)s”. You can object in confidence.") % values


def objection_text(notification: Notification, objection: Objection) -> str:
    values = {"author": objection.author.get_full_name(), **about(objection.participant)}
    return _("%(author)s objects to letting %(person)s into “%(room)s”.") % values


def decided_text(notification: Notification, participant: Participant) -> str:
    if participant.state == State.ACTIVE:
        return _("You are in the room “%(room)s” now.") % about(participant)
    return _("You were not let into the room “%(room)s”.") % about(participant)


def decided_details(notification: Notification, participant: Participant) -> str:
    return participant.reason if participant.state == State.DECLINED else ""


def invited_text(notification: Notification, participant: Participant) -> str:
    inviter = participant.invited_by.get_full_name() if participant.invited_by else _("Somebody")
    return _("%(inviter)s invites you to the room “%(room)s”.") % {"inviter": inviter, **about(participant)}


def came_text(notification: Notification, participant: Participant) -> str:
    return _("%(person)s came into the room “%(room)s” by your link.") % about(participant)


def removed_text(notification: Notification, participant: Participant) -> str:
    return _("You no longer take part in a room. Whoever led it decided so.")


def removed_details(notification: Notification, participant: Participant) -> str:
    return participant.reason


def owns_text(notification: Notification, participant: Participant) -> str:
    return _("The room “%(room)s” is yours now, since nobody owned it any more.") % about(participant)


def messages_text(notification: Notification, room: Room) -> str:
    return _("There is something new in the room “%(room)s”.") % {"room": room}


def messages_details(notification: Notification, room: Room) -> str:
    """For mails of rooms that allow it: what the person has not read and no mail before told, the newest of it."""
    unread = Message.objects.unread_by(notification.recipient).filter(conversation=room.conversation_id)
    unread = unread.filter(seq__gt=notification.data.get("after", 0))
    newest = unread.select_related("author").order_by("-seq")[:MOST_IN_MAIL]
    return "\n\n".join(said_by(message) for message in reversed(newest))


def mention_details(notification: Notification, message: Message) -> str:
    return said_by(message)


def said_by(message: Message) -> str:
    author = message.author.get_full_name() if message.author else _("Former member")
    return f"{author}: {plain(message.html, LONGEST_IN_MAIL)}"


def answers_to_room(room: Room) -> tuple[str, int] | None:
    return (ANSWERS, room.conversation_id) if room.is_writable else None


def answers_to_message(message: Message) -> tuple[str, int] | None:
    return answers_to_room(message.conversation.room)


def mention_text(notification: Notification, message: Message) -> str:
    author = message.author.get_full_name() if message.author else _("Former member")
    return _("%(author)s mentions you in “%(room)s”.") % {"author": author, "room": message.conversation.room}


# Addresses


def to_people(notification: Notification, participant: Participant) -> str:
    return reverse("hanse_groups:people", args=[participant.conversation.room.uid])


def to_objected(notification: Notification, objection: Objection) -> str:
    return to_people(notification, objection.participant)


def to_room(notification: Notification, participant: Participant) -> str:
    return participant.conversation.room.get_absolute_url()


def to_rooms(notification: Notification, participant: Participant) -> str:
    return reverse("hanse_groups:rooms")


def to_chat(notification: Notification, room: Room) -> str:
    return reverse("hanse_groups:chat", args=[room.uid])


def to_message(notification: Notification, message: Message) -> str:
    return reverse("hanse_groups:message", args=[message.conversation.room.uid, message.uid])


def discreet(target) -> bool:
    """Mails carry neither title nor text of a room that does not allow it."""
    if isinstance(target, Room):
        return not target.mails_show_text
    if isinstance(target, FileVersion):
        return not target.room_file.room.mails_show_text
    row = target.participant if isinstance(target, Objection) else target
    return not row.conversation.room.mails_show_text


def always(target) -> bool:
    return True


# Sources


def own_rooms(viewer: Viewer) -> QuerySet[Room]:
    """Rooms that the viewer takes part in; what somebody opened by break-glass only sends no mails."""
    present = Participant.objects.active().of_viewer(viewer).values("conversation")
    return Room.objects.entered_by(viewer).filter(conversation__in=present)


def without_text(ids: Collection[int]) -> QuerySet:
    """Of these rooms those whose name and words stay out of mails."""
    return Room.objects.filter(pk__in=ids, mails_show_text=False).values_list("pk", flat=True)


# Telling


def source_of(room: Room) -> Source:
    """What people choose for the room counts for all that they are told of it."""
    return Source(SOURCE, room.pk)


def _tell(kind: str, participant: Participant, recipients, *, room: Room, by) -> None:
    notify(kind, about=participant, recipients=recipients, by=by, of=source_of(room))


def tell_leaders_of_request(participant: Participant, *, room: Room, by) -> None:
    leaders = Participant.objects.leading().filter(conversation=participant.conversation_id).people()
    _tell("rooms.applied", participant, leaders, room=room, by=by)


def tell_members_of_request(participant: Participant, *, room: Room, by) -> None:
    present = Participant.objects.with_role(Role.MEMBER).filter(conversation=participant.conversation_id)
    _tell("rooms.applicant", participant, present.people(), room=room, by=by)


def tell_owner(objection: Objection, *, room: Room, by) -> None:
    owners = Participant.objects.with_role(Role.OWNER).filter(conversation=room.conversation_id)
    notify("rooms.objection", about=objection, recipients=owners.people(), by=by, of=source_of(room))


def tell_decision(participant: Participant, *, room: Room, by) -> None:
    _tell("rooms.decided", participant, [participant.person], room=room, by=by)


def tell_invited(participant: Participant, *, room: Room, by) -> None:
    _tell("rooms.invited", participant, [participant.person], room=room, by=by)


def tell_inviter(participant: Participant, *, room: Room, inviter) -> None:
    _tell("rooms.came", participant, [inviter], room=room, by=participant.person)


def tell_removed(participant: Participant, *, room: Room, by) -> None:
    _tell("rooms.removed", participant, [participant.person], room=room, by=by)


def tell_owns(participant: Participant, *, room: Room) -> None:
    _tell("rooms.owns", participant, [participant.person], room=room, by=None)


def tell_of_message(message: Message, room: Room, mentioned: Collection[int]) -> None:
    """Who is mentioned (their numbers), and who wants to hear of every message: the latter have one notice for all that
    is unread."""
    present = Participant.objects.active().filter(conversation=message.conversation_id)
    listening = present.filter(level=Level.ALL).exclude(person__in=already_told("rooms.messages", room))
    if mentioned:
        addressed = present.exclude(level=Level.NONE).filter(person__in=mentioned).people()
        notify("rooms.mention", about=message, recipients=addressed, by=message.author, of=source_of(room))
        # Who is mentioned has been told of this one already.
        listening = listening.exclude(person__in=mentioned)
    notify_until_read(
        "rooms.messages",
        about=room,
        recipients=listening.people(),
        by=message.author,
        of=source_of(room),
        after=message.seq - 1,
    )


def read_up_to(participant: Participant, seq: int) -> None:
    """What was said up to here is read, and so is what was told of it."""
    conversation_id = participant.conversation_id
    mine = Notification.objects.of(participant.person).unread().filter(kind__in=TALK)
    if not mine.exists():  # mostly so
        return
    read = Message.objects.filter(conversation=conversation_id, seq__lte=seq).filter(
        mentions__person=participant.person_id
    )
    of_mention = Q(kind="rooms.mention", object_id__in=read.values("pk"))
    room = Room.objects.filter(conversation=conversation_id).values("pk")
    of_room, of_direct = Q(kind="rooms.messages", object_id__in=room), Q(kind=WRITTEN, object_id=conversation_id)
    mark_read(mine.filter(of_mention | of_room | of_direct))


AT_ONCE: dict[str, Any] = {"delivery": Delivery.AT_ONCE}
#: about the person, not about what goes on in the room
ONES_OWN: dict[str, Any] = {**AT_ONCE, "addressed": True}


def register() -> None:
    delivery_sources.register(
        DeliverySource(name=SOURCE, label=gettext_lazy("Rooms"), things=own_rooms, discreet=without_text, order=20)
    )
    for name, label, targets, text, url, more in (
        ("applied", gettext_lazy("Somebody asks to be let into your room"), waiting_in_led_rooms, applied_text,
         to_people, AT_ONCE),
        ("applicant", gettext_lazy("Somebody asks to be let into a room that you are in"), waiting_in_own_rooms,
         applicant_text, to_people, {}),
        ("objection", gettext_lazy("Somebody objects to a request in your room"), objections, objection_text,
         to_objected, AT_ONCE),
        ("decided", gettext_lazy("Your request to join a room is decided"), own_answered, decided_text, to_room,
         {**ONES_OWN, "details": decided_details}),
        ("invited", gettext_lazy("You are invited to a room"), own_invitations, invited_text, to_room,
         {**ONES_OWN, "personal": True}),
        ("came", gettext_lazy("Somebody came into a room by your link"), own_invited, came_text, to_people, {}),
        ("removed", gettext_lazy("You no longer take part in a room"), own_ended, removed_text, to_rooms,
         {**ONES_OWN, "required": True, "details": removed_details, "discreet": always}),
        ("owns", gettext_lazy("A room is yours now"), own_owned, owns_text, to_room, ONES_OWN),
        ("messages", gettext_lazy("There is something new in a room"), entered, messages_text, to_chat,
         # Nothing is heard from whom one blocks.
         {"details": messages_details, "answers": answers_to_room, "personal": True}),
        ("mention", gettext_lazy("Somebody mentions you in a room"), mentions, mention_text, to_message,
         {**ONES_OWN, "personal": True, "details": mention_details, "answers": answers_to_message}),
    ):  # fmt: skip
        notification_kinds.register(
            NotificationKind(
                name=f"rooms.{name}",
                label=label,
                targets=targets,
                text=text,
                url=url,
                order=20,
                **{"discreet": discreet, "icon": "chat", **more},
            )
        )
