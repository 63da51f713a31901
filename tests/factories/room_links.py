"""Invitations to rooms by link, and the links that were mailed with them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.core import mail
from django.urls import reverse

from hanse_activity.tasks import deliver
from hanse_groups import actions
from hanse_groups.models import RoomLink

LINK = re.compile(r"https?://\S+/rooms/invitation/\S+")


def copied(room, *, by, role: str = "member", **values) -> tuple[RoomLink, str]:
    """A link that was shown once, and its path."""
    link, secret = actions.make_link(room, by=by, role=role, **values)
    return link, reverse("hanse_groups:link", args=[secret])


def mailed(room, address: str, *, by, role: str = "member", **values) -> tuple[RoomLink, str]:
    """A link that was mailed, and its path."""
    (link,) = actions.mail_links(room, by=by, addresses=[address], role=role, **values)
    deliver.call([link.pk], "room-links")
    return link, urlsplit(LINK.search(mail.outbox[-1].body)[0]).path
