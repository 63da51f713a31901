"""Inviting into a room by link, and coming in by one."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from hanse_access.audit import record
from hanse_access.viewer import Viewer
from hanse_activity.tasks import send_after_commit
from hanse_base.link_tokens import NoSuchLink, issue_link, revoke_link, use_link
from hanse_members.addresses import confirmed_addresses, normalised

from ..models import Conversation, Participant, Room, RoomLink
from ..models.conversations import LEADING
from ..notifications import tell_inviter
from ..room_links import OUTBOX, PURPOSE
from .locks import NotPermitted, NotPossible, locked_room, note, require_role
from .membership import admit, require_member, require_running, row_of

Role, State = Participant.Role, Participant.State
DEFAULT_DAYS, MOST_DAYS = 14, 90
#: links of one room that are open at the same time
MOST_OPEN = 200
#: between two mails to one address
PAUSE = timedelta(minutes=10)


@transaction.atomic
def make_link(room: Room, *, by, use_limit: int = 1, **values) -> tuple[RoomLink, str]:
    """A link for whoever gets it, and its secret, which is to be had now or never. ``values``: see ``_new``."""
    room, _conversation = _led(room, by)
    _require_few(room, 1)
    link = _new(room, by, use_limit=use_limit, **values)
    link.token, secret = issue_link(PURPOSE, expires_at=link.expires_at, use_limit=use_limit)
    link.save()
    _record("rooms.link_made", link, by=by, use_limit=use_limit, days=(link.expires_at - link.made_at).days)
    return link, secret


@transaction.atomic
def mail_links(room: Room, *, by, addresses: Iterable[str], language: str = "", **values) -> list[RoomLink]:
    """A link of its own for each of these addresses, which must be well formed, by mail after commit.

    Whoever was invited to this room before gets a new link, and the old one opens nothing any more. Raises NotPossible
    where that was a moment ago.
    """
    room, _conversation = _led(room, by)
    wanted = list(dict.fromkeys(map(normalised, addresses)))
    earlier = list(RoomLink.objects.open().filter(room=room, email__in=wanted))
    if any(link.made_at > timezone.now() - PAUSE for link in earlier):
        raise NotPossible(_("One of these addresses was invited a few minutes ago. Please wait a little."))
    for link in earlier:
        _revoke(link)
        _record("rooms.link_revoked", link, by=by)
    _require_few(room, len(wanted))
    language = language or get_language() or settings.LANGUAGE_CODE
    now = timezone.now()
    links = []
    for email in wanted:
        link = _new(room, by, email=email, language=language, **values)
        link.mail, link.mail_changed_at = RoomLink.Mail.WAITING, now
        link.save()
        _record("rooms.link_made", link, by=by, use_limit=1, days=(link.expires_at - link.made_at).days)
        links.append(link)
    send_after_commit([link.pk for link in links], OUTBOX)
    return links


@transaction.atomic
def revoke_room_link(link: RoomLink, *, by) -> None:
    """It opens nothing any more. Whoever leads the room may, whoever made it."""
    room, conversation = locked_room(link.room)
    require_role(conversation, by, *LEADING)
    link = RoomLink.objects.get(pk=link.pk)
    if link.revoked_at is not None:
        return
    end_link(link, by=by)


def end_link(link: RoomLink, *, by) -> None:
    """In the caller's transaction, which holds the room."""
    _revoke(link)
    _record("rooms.link_revoked", link, by=by)


@transaction.atomic
def come_in(link: RoomLink, *, by, secret: str, as_guest: bool = False) -> Participant:
    """Come into a room by a link. Who is in it already stays what they are, and the use does not count.

    Raises NoSuchLink for a link that opens nothing (any more) and for who is barred from the room, NotPermitted for one
    that was mailed to somebody else, NotPossible where a member of the room must belong to a cluster: ``as_guest`` says
    that the person wants to come in as a guest then, where the link allows it.
    """
    room, conversation = locked_room(link.room)
    found = RoomLink.objects.working().select_related("made_by").filter(pk=link.pk).first()
    participant = row_of(conversation, by)
    if found is None or not by.is_active or participant.state == State.BANNED:
        raise NoSuchLink
    if found.email and found.email not in confirmed_addresses(by):
        raise NotPermitted
    if participant.pk and participant.state == State.ACTIVE:
        return participant
    role = _role_for(found, by, as_guest=as_guest)
    require_running(room)
    use_link(PURPOSE, secret)
    found.uses += 1
    found.save(update_fields=["uses"])
    participant.invited_by = found.made_by
    admit(room, participant, role)
    participant.objections.all().delete()
    record("rooms.joined", by=by, obj=room, scope=room.scope, person=by.pk, room_role=role, room_link=found.pk)
    note(conversation, "came_by_link", by=found.made_by, person=by)
    tell_inviter(participant, room=room, inviter=found.made_by)
    return participant


def _role_for(link: RoomLink, person, *, as_guest: bool) -> str:
    if link.role == Role.GUEST:
        return Role.GUEST
    if link.or_guest and as_guest and not Viewer.of(person).is_member:
        return Role.GUEST
    require_member(person)
    return Role(link.role)


def _led(room: Room, by) -> tuple[Room, Conversation]:
    room, conversation = locked_room(room)
    require_role(conversation, by, *LEADING)
    require_running(room)
    return room, conversation


def _require_few(room: Room, more: int) -> None:
    if RoomLink.objects.open().filter(room=room).count() + more > MOST_OPEN:
        text = _("At most %(number)d links of a room can be open at the same time. Take back those that nobody needs.")
        raise NotPossible(text % {"number": MOST_OPEN})


def _new(
    room: Room,
    by,
    *,
    role: str,
    days: int = DEFAULT_DAYS,
    or_guest: bool = False,
    note: str = "",
    names_room: bool = False,
    **values,
) -> RoomLink:
    if role not in RoomLink.Role.values:
        raise NotPermitted
    now = timezone.now()
    return RoomLink(
        room=room,
        role=role,
        or_guest=or_guest and role == Role.MEMBER,
        note=note.strip(),
        names_room=names_room,
        made_by=by,
        made_at=now,
        expires_at=now + timedelta(days=min(max(days, 1), MOST_DAYS)),
        **values,
    )


def _revoke(link: RoomLink) -> None:
    revoke_link(link.token_id)
    link.revoked_at = timezone.now()
    link.save(update_fields=["revoked_at"])


def _record(verb: str, link: RoomLink, *, by, **data) -> None:
    room = link.room
    record(verb, by=by, obj=room, scope=room.scope, room_link=link.pk, room_role=link.role, **data)
