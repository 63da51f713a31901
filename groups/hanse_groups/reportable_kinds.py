"""Messages as something that one can report: a copy goes with it, so nobody needs to look into the room."""

from __future__ import annotations

from django.db.models import Q
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from hanse_access.scopes import Scope
from hanse_access.viewer import Viewer
from hanse_activity.moderation import withholding
from hanse_activity.reportables import Reportable, reportables
from hanse_members.models import Cluster, Membership
from hanse_members.reportable_kinds import objection as address_to_object

from .actions.locks import lock, touch
from .actions.messages import touch_beginning, touch_quotes
from .models import Message, Room
from .notifications_of_direct import own_requests


def reportable_to(viewer: Viewer):
    """What the viewer reads along, also of people whom they block, and the request that waits for an answer: then one
    reports. Not what was deleted: there is nothing left to take out of sight."""
    if viewer.user is None:
        return Message.objects.none()
    asked = Q(conversation__participants__in=own_requests(viewer).filter(from_seq=0).values("pk"), seq=1)
    said = Q(kind=Message.Kind.TEXT, deleted_at=None)
    readable = Message.objects.filter(Message.objects.read_along_q(viewer) | asked, said)
    in_sight = readable.exclude(conversation__room__state=Room.State.DELETED)
    return in_sight.select_related("author", "conversation__room__cluster", "conversation__direct")


def copy(message: Message, viewer: Viewer, scope: Scope | None) -> str:
    """Who wrote what and when, and nothing of what others wrote, not even of what it quotes. Not the room's name."""
    author = message.author.get_full_name() if message.author else _("Former member")
    at = date_format(timezone.localtime(message.created_at), "SHORT_DATETIME_FORMAT")
    return f"{author}, {at}\n\n{message.body}"


def clusters(message: Message) -> list[Cluster]:
    """Whose management decides: of a room the cluster that it is at home in, else those of the author, in their order.

    Whoever leads a room can delete without a report.
    """
    room = getattr(message.conversation, "room", None)
    if room is not None:
        return [room.cluster]
    mine = Membership.objects.approved().filter(person=message.author_id).select_related("cluster")
    return [membership.cluster for membership in mine.order_by("decided_at", "pk")]


def scopes(message: Message) -> list[Scope]:
    return [Scope("cluster", cluster.pk) for cluster in clusters(message)]


def withhold(message: Message) -> None:
    """Its place stays and its text is kept, so that it can be shown again; only its author still reads it."""
    conversation = lock(message.conversation_id)
    fresh = Message.objects.get(pk=message.pk)
    if fresh.is_deleted:
        return
    fresh.deleted_at, fresh.deleted_by, fresh.withheld = timezone.now(), None, True
    fresh.pinned_at = fresh.pinned_by = None
    touch(conversation, fresh, "deleted_at", "deleted_by", "withheld", "pinned_at", "pinned_by")
    touch_quotes(conversation, fresh)
    touch_beginning(conversation, fresh)


def show_again(message: Message) -> None:
    conversation = lock(message.conversation_id)
    fresh = Message.objects.get(pk=message.pk)
    if not fresh.withheld:
        return
    fresh.deleted_at, fresh.withheld = None, False
    touch(conversation, fresh, "deleted_at", "withheld")
    touch_quotes(conversation, fresh)
    touch_beginning(conversation, fresh)


def objection(message: Message) -> str:
    return address_to_object(clusters(message))


def why_withheld(message: Message) -> dict[str, str]:
    """For its author: the reasons, and where to object."""
    report = withholding(message)
    return {"deletion_reason": report.statement if report else "", "objection": objection(message)}


def register() -> None:
    reportables.register(
        Reportable(
            name="message",
            label=gettext_lazy("a message"),
            model=Message,
            key="uid",
            visible=reportable_to,
            author=lambda message: message.author,
            personal=True,
            copy=copy,
            scopes=scopes,
            withhold=withhold,
            show_again=show_again,
            objection=objection,
            order=40,
        )
    )
