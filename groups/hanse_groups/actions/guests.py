"""What guests say of themselves."""

from __future__ import annotations

from django.db import transaction

from hanse_access.attachments import store_attachment
from hanse_access.audit import record
from hanse_access.uploads import CleanUpload
from hanse_access.viewer import Viewer

from ..models import GuestPicture, GuestProfile
from .locks import NotPermitted


def may_have_guest_profile(viewer: Viewer) -> bool:
    """Who is in a room and belongs to no cluster, whose members have another one."""
    return bool(viewer.scopes.get("group")) and not viewer.is_member


@transaction.atomic
def save_guest_profile(
    *, person, picture: CleanUpload | None = None, no_picture: bool = False, **texts: str
) -> GuestProfile:
    """Store what a guest says of themselves (``organisation``, ``function``, ``about``). Raises NotPermitted."""
    if not may_have_guest_profile(Viewer.of(person)):
        raise NotPermitted
    profile, _made = GuestProfile.objects.select_for_update(of=("self",)).get_or_create(person=person)
    for name in ("organisation", "function", "about"):
        setattr(profile, name, texts.get(name, "").strip())
    profile.save()
    if picture is not None or no_picture:
        # One by one: the files go with the row.
        for present in GuestPicture.objects.filter(profile=profile):
            present.delete()
    if picture is not None:
        store_attachment(GuestPicture(profile=profile), upload=picture, by=person)
    record("rooms.guest_profile", by=person, obj=profile)
    return profile
