"""Invitations to rooms by link: their mails, what a page behind one says, and their end."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.db.models import Q
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from hanse_activity.mails import MailContent, build_mail
from hanse_base.link_tokens import issue_link, revoke_link
from hanse_members.models import Membership

from .models import Participant, Room, RoomLink

PURPOSE = "groups.room"
#: name of the outbox
OUTBOX = "room-links"
#: what became of one is kept for so long
KEPT_FOR = timedelta(days=90)


def write_link(link: RoomLink) -> EmailMultiAlternatives | None:
    """The mail, with a new link. The same whether the address has an account or not. None if it is void by now."""
    with transaction.atomic():
        rows = RoomLink.objects.working().exclude(email="").select_for_update(of=("self",))
        found = rows.select_related("room__cluster", "made_by").filter(pk=link.pk).first()
        if found is None:
            return None
        revoke_link(found.token_id)
        found.token, secret = issue_link(PURPOSE, expires_at=found.expires_at)
        found.save(update_fields=["token"])
    with translation.override(found.language):
        return build_mail(found.email, _content(found, secret))


def _content(link: RoomLink, secret: str) -> MailContent:
    names = {
        "person": link.made_by.get_full_name(),
        "room": link.room.name,
        "site": settings.WAGTAIL_SITE_NAME,
        "day": date_format(timezone.localtime(link.expires_at), "DATE_FORMAT"),
    }
    if link.mail_names_room:
        subject = _("%(person)s invites you to the room “%(room)s”") % names
        paragraphs = [_("%(person)s invites you to work together in the room “%(room)s” on %(site)s.") % names]
    else:
        subject = _("%(person)s invites you to a room on %(site)s") % names
        paragraphs = [
            _("%(person)s invites you to work together in a closed room on %(site)s.") % names,
            _("Which one you read after signing in with this address."),
        ]
    if link.note:
        paragraphs += [_("%(person)s writes:") % names, *link.note.replace("\r\n", "\n").split("\n\n")]
    paragraphs.append(
        _(
            "Open the link, sign in or create an account with this address, and join. It can be used once, until "
            "%(day)s, and by you only."
        )
        % names
    )
    return MailContent(
        subject=subject,
        paragraphs=tuple(paragraphs),
        url=reverse("hanse_groups:link", args=[secret]),
        action=_("See the invitation"),
        note=_(
            "You get this mail because %(person)s entered your address. If you do not want to join, do nothing; your "
            "address is then removed."
        )
        % names,
    )


def numbers_of(room: Room) -> dict[str, int]:
    """Who is in a room, in numbers: for somebody who is asked in and may not know the names yet."""
    present = Participant.objects.active().filter(conversation=room.conversation_id)
    through = Membership.objects.approved().filter(person__in=present.values("person"), organisation__isnull=False)
    return {
        "people": present.count(),
        "guests": present.filter(role=Participant.Role.GUEST).count(),
        "organisations": through.order_by().values("organisation").distinct().count(),
    }


def forget_room_links() -> int:
    """Timed job: remove links that ended a while ago, and with them the addresses. Returns their number."""
    before = timezone.now() - KEPT_FOR
    return RoomLink.objects.filter(Q(expires_at__lt=before) | Q(revoked_at__lt=before)).delete()[0]
