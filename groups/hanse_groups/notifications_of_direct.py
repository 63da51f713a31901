"""What people are told of direct messages. A mail says what was written only to who wants that."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import BooleanField, OuterRef, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanse_access.viewer import Viewer
from hanse_activity.actions import already_told, notify, notify_until_read
from hanse_activity.blocks import blocked_ids
from hanse_activity.delivery import Delivery
from hanse_activity.kinds import NotificationKind, notification_kinds
from hanse_activity.live import announce
from hanse_activity.models import Notification
from hanse_base.waiting import waiting_url

from .attachments import excerpt, with_first_file
from .direct_names import name_directs
from .models import Direct, DirectFile, Message, MessageSettings, Participant
from .models.conversations import ANSWERS

Level, State = Participant.Level, Participant.State
WRITTEN, REQUEST, INFECTED = "direct.message", "direct.request", "direct.infected"
#: name of the kind of what waits, in its address
WAITING = "message-requests"
#: characters of a message in a mail
MOST_IN_MAIL = 2000


def shows_text(person_id: int | None):
    """Whether this person wants to read messages in mails."""
    chosen = MessageSettings.objects.filter(person=person_id).values("mails_show_text")
    return Coalesce(Subquery(chosen), Value(False), output_field=BooleanField())


def own_directs(viewer: Viewer) -> QuerySet[Direct]:
    return (
        Direct.objects.of_viewer(viewer).select_related("conversation").annotate(shows_text=shows_text(viewer.user_id))
    )


def own_requests(viewer: Viewer) -> QuerySet[Participant]:
    """Places that somebody offers the viewer, who has not answered. None from people whom the viewer blocks."""
    asked = Participant.objects.invited().of_viewer(viewer)
    asked = asked.filter(conversation__direct__isnull=False, invited_by__is_active=True)
    asked = asked.exclude(invited_by__in=blocked_ids(viewer.user)).annotate(shows_text=shows_text(viewer.user_id))
    return asked.select_related("person", "invited_by", "conversation__direct")


def own_infected(viewer: Viewer) -> QuerySet[DirectFile]:
    """Infected files that the viewer sent, in conversations that the viewer takes part in."""
    mine = Participant.objects.active().of_viewer(viewer).values("conversation")
    sent = DirectFile.objects.filter(uploaded_by=viewer.user_id, scan=DirectFile.Scan.INFECTED, seq__gt=0)
    found = sent.filter(conversation__in=mine, conversation__direct__isnull=False, message__deleted_at=None)
    found = found.annotate(shows_text=shows_text(viewer.user_id))
    return found.select_related("message__thread", "conversation")


def prepare(directs: Sequence[Direct], viewer: Viewer) -> None:
    """Their names, and the newest message of each that the viewer has not read."""
    name_directs(directs, viewer)
    newest = newest_of([direct.pk for direct in directs], viewer, unread=True)
    for direct in directs:
        direct.unread_message = newest.get(direct.pk)


def newest_of(ids: Sequence[int], viewer: Viewer, *, unread: bool = False) -> dict[int, Message]:
    """Conversation → the newest message that the viewer reads there: one query for all."""
    if not ids or viewer.user is None:
        return {}
    mine = Message.objects.unread_by(viewer.user) if unread else Message.objects.read_along(viewer)
    newest = mine.filter(conversation=OuterRef("conversation")).order_by("-seq").values("pk")[:1]
    places = Participant.objects.active().of_viewer(viewer).filter(conversation__in=ids)
    numbers = places.annotate(newest=Subquery(newest)).values("newest")
    found = with_first_file(Message.objects.filter(pk__in=numbers).select_related("author"))
    return {message.conversation_id: message for message in found}


def written_text(notification: Notification, direct: Direct) -> str:
    message = direct.unread_message
    if direct.title:
        return _("There is something new in the conversation “%(title)s”.") % {"title": direct.title}
    who = message.author.get_full_name() if message is not None and message.author else direct.label
    return _("%(person)s has written to you.") % {"person": who}


def written_details(notification: Notification, direct: Direct) -> str:
    return excerpt(direct.unread_message, MOST_IN_MAIL) if direct.unread_message is not None else ""


def request_text(notification: Notification, participant: Participant) -> str:
    return _("%(person)s wants to write to you.") % {"person": participant.invited_by.get_full_name()}


def infected_text(notification: Notification, file: DirectFile) -> str:
    return _("The file “%(file)s” that you sent is infected. Nobody can open it any more.") % {"file": file.label}


def to_infected(notification: Notification, file: DirectFile) -> str:
    return reverse("hanse_groups:direct_message", args=[file.conversation.uid, file.message.uid])


def discreet(target: Any) -> bool:
    return not target.shows_text


def tell_of_direct(direct: Direct, message: Message) -> None:
    """Who takes part, as one notice until they have read; whom the first message asks, that they are asked."""
    there = Participant.objects.filter(conversation=direct.pk)
    wanted = Q(level=Level.ALL) | Q(level=Level.MENTIONS, person__in=message.mentions.values("person"))
    listening = there.active().filter(wanted).exclude(person__in=already_told(WRITTEN, direct))
    notify_until_read(WRITTEN, about=direct, recipients=listening.people(), by=message.author)
    # The number in the side bar grows with each message, also where nobody is told once more.
    announce(there.active().exclude(person=message.author_id).values_list("person_id", flat=True))
    if not Message.objects.filter(conversation=direct.pk, kind=Message.Kind.TEXT).exclude(pk=message.pk).exists():
        for participant in there.invited().select_related("person"):
            tell_of_request(participant, by=message.author)


def tell_of_request(participant: Participant, *, by) -> None:
    notify(REQUEST, about=participant, recipients=[participant.person], by=by)


def tell_direct_infected(file: DirectFile) -> None:
    """Whoever sent it: the others read it at the message."""
    if file.uploaded_by is not None:
        notify(INFECTED, about=file, recipients=[file.uploaded_by])


def register() -> None:
    common: dict[str, Any] = {
        "discreet": discreet,
        "delivery": Delivery.AT_ONCE,
        "addressed": True,
        "personal": True,
        "icon": "mail",
        "order": 19,
    }
    notification_kinds.register(
        NotificationKind(
            name=WRITTEN,
            label=gettext_lazy("Somebody writes to you"),
            targets=own_directs,
            prepare=prepare,
            text=written_text,
            details=written_details,
            answers=lambda direct: (ANSWERS, direct.pk),
            url=lambda notification, direct: direct.get_absolute_url(),
            **common,
        )
    )
    notification_kinds.register(
        NotificationKind(
            name=INFECTED,
            label=gettext_lazy("A file that you sent is infected"),
            targets=own_infected,
            text=infected_text,
            url=to_infected,
            **{**common, "required": True, "personal": False, "icon": "warning"},
        )
    )
    notification_kinds.register(
        NotificationKind(
            name=REQUEST,
            label=gettext_lazy("Somebody whom you share nothing with wants to write to you"),
            targets=own_requests,
            text=request_text,
            url=lambda notification, participant: waiting_url(WAITING),
            **common,
        )
    )
