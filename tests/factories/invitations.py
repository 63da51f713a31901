"""Invitations, and the links that were mailed with them."""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from django.core import mail

from hanse_activity.tasks import deliver
from hanse_members import actions
from hanse_members.models import Invitation

LINK = re.compile(r"https?://\S+/invitations/\S+")


def invited(cluster, address: str, *, by, **fields) -> tuple[Invitation, str]:
    """An invitation, and the path of the link in its mail."""
    (invitation,) = actions.invite(cluster=cluster, addresses=[address], by=by, **fields)
    return invitation, mailed_link(invitation)


def mailed_link(invitation: Invitation) -> str:
    deliver.call([invitation.pk], "invitations")
    invitation.refresh_from_db()
    return link_of(mail.outbox[-1])


def link_of(message) -> str:
    return urlsplit(LINK.search(message.body)[0]).path
