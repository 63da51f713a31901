"""Links that open something for whoever has them: an invitation, a released field, a room for a guest.

A link carries a secret of 256 random bits. It is in the mail and nowhere else: the table holds its SHA-256, which is
enough to find it again and, the secret being random, cannot be turned back. So nothing is compared piece by piece that
could be measured. Make the secret where the mail is written, in the task that sends it: then neither queue nor log has
it.

    token, secret = issue_link("members.invitation", expires_at=invitation.expires_at)
    find_link("members.invitation", secret)     # looking changes nothing: link scanners follow every link
    use_link("members.invitation", secret)      # on POST only, in the transaction of what it opens

Pages behind such links are views with ``hanse_base.link_pages.link_page``.
"""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime, timedelta

from django.db.models import F
from django.utils import timezone

from .models import LinkToken

#: bytes of a secret
SECRET_BYTES = 32
#: keys that open nothing any more are kept for so long
KEPT_FOR = timedelta(days=30)


class NoSuchLink(Exception):
    """Wrong, expired, used or revoked. Which of these is told to nobody."""


def issue_link(purpose: str, *, expires_at: datetime, use_limit: int = 1) -> tuple[LinkToken, str]:
    """A new key and its secret, which is to be had now or never."""
    secret = secrets.token_urlsafe(SECRET_BYTES)
    token = LinkToken.objects.create(
        purpose=purpose, digest=_digest(purpose, secret), expires_at=expires_at, use_limit=use_limit
    )
    return token, secret


def find_link(purpose: str, secret: str) -> LinkToken:
    """The valid key with this secret. Raises NoSuchLink."""
    token = LinkToken.objects.valid().filter(purpose=purpose, digest=_digest(purpose, secret)).first()
    if token is None:
        raise NoSuchLink
    return token


def use_link(purpose: str, secret: str) -> LinkToken:
    """Use the key once. Of two who do so at the same moment one gets it. Raises NoSuchLink.

    In the transaction of what the link opens, so that a use which comes to nothing does not count.
    """
    digest = _digest(purpose, secret)
    valid = LinkToken.objects.valid().filter(purpose=purpose, digest=digest)
    # One conditional UPDATE decides, on SQLite and PostgreSQL alike.
    if not valid.update(uses=F("uses") + 1):
        raise NoSuchLink
    return LinkToken.objects.get(digest=digest)


def revoke_link(token_id: int | None) -> None:
    """The link opens nothing from now on. Nothing happens to one that is gone."""
    LinkToken.objects.filter(pk=token_id, revoked_at=None).update(revoked_at=timezone.now())


def remove_old_links() -> int:
    """Timed job: remove keys that have opened nothing for a while. Returns their number."""
    return LinkToken.objects.filter(expires_at__lt=timezone.now() - KEPT_FOR).delete()[0]


def _digest(purpose: str, secret: str) -> str:
    """With the purpose in it, so that a secret opens only what it was made for."""
    return hashlib.sha256(f"{purpose}:{secret}".encode(errors="replace")).hexdigest()
