"""Sessions that are ended elsewhere: what somebody keeps open by one asks again at once."""

from __future__ import annotations

from allauth.usersessions.models import UserSession
from django.db.models.signals import post_delete

from hanse_access.signals import rights_lost


def session_ended(sender, instance: UserSession, **kwargs) -> None:
    """By "sign out everywhere", by a new password or with the account: allauth removes its row after the session."""
    rights_lost.send(sender=sender, person_ids={instance.user_id})


def connect() -> None:
    post_delete.connect(session_ended, sender=UserSession, dispatch_uid="hanse_site_session_ended")
