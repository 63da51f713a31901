"""What files add to the pages of a room: a tab, and the newest ones on its home page."""

from __future__ import annotations

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from .file_lists import describe, shown_versions
from .models import FileVersion, Participant, Room
from .room_tools import RoomTool

#: on the home page
MOST_NEWEST = 5


def newest_files(request: HttpRequest, room: Room, participant: Participant) -> dict | None:
    """The files that came or changed last, or nothing."""
    versions = list(shown_versions(room, participant).order_by("-seq")[:MOST_NEWEST])
    for version in versions:
        describe(version)
    return {"versions": versions, "room": room} if versions else None


def new_files(room: Room, participant: Participant) -> int:
    return FileVersion.objects.new_to(participant).count()


files = RoomTool(
    name="files",
    label=_("Files"),
    url=lambda room: reverse("hanse_groups:files", args=[room.uid]),
    icon="file",
    order=20,
    new=new_files,
    template="hanse_groups/includes/newest_files.html",
    home=newest_files,
)
