"""What happened in a room, as lines between the messages: their ``data`` has the verb and whom it is about."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from django.utils.translation import get_language, gettext_noop, ngettext, override
from django.utils.translation import gettext as _
from wagtail.coreutils import get_content_languages

if TYPE_CHECKING:
    from .people import Face

#: verb → whole sentence; "person" is whom it is about, "by" who did it
LINES = {
    "opened": gettext_noop("%(by)s opened the room."),
    "joined": gettext_noop("%(person)s has joined."),
    "came_by_link": gettext_noop("%(person)s has joined, invited by %(by)s."),
    "let_in": gettext_noop("%(by)s let %(person)s in."),
    "left": gettext_noop("%(person)s has left."),
    "removed": gettext_noop("%(by)s removed %(person)s from the room."),
    "lost": gettext_noop("%(person)s no longer takes part."),
    "became_guest": gettext_noop("%(person)s stays as a guest."),
    "handed_over": gettext_noop("%(by)s handed the room over to %(person)s."),
    "inherited": gettext_noop("%(person)s now owns the room."),
    "role": gettext_noop("%(by)s changed the role of %(person)s."),
    "renamed": gettext_noop("%(by)s renamed the room."),
    "shows_who_read": gettext_noop("%(by)s decided that everybody in the room sees who has read what."),
    "hides_who_read": gettext_noop("%(by)s decided that nobody sees any more who has read what."),
    "archived": gettext_noop("%(by)s archived the room. It can be read, not written in."),
    "archived_alone": gettext_noop("Nobody owns the room any more, so it is archived."),
    "reopened": gettext_noop("%(by)s opened the room again."),
    "deleted": gettext_noop("%(by)s deleted the room."),
    "restored": gettext_noop("%(by)s restored the room."),
    "exported": gettext_noop("%(by)s takes a copy of the room along."),
    "added": gettext_noop("%(by)s added %(person)s."),
    "asked": gettext_noop("%(by)s asked %(person)s to take part."),
    "titled": gettext_noop("%(by)s gave the conversation another title."),
    "break_glass": gettext_noop("An operator looked into this room: %(reason)s"),
}


def line(data: Mapping, known: Mapping[int | None, Face]) -> str:
    """The line in the active language. ``known`` are the people by number, and under None who is gone."""
    people = {role: known.get(data.get(role), known[None]) for role in ("person", "by")}
    values = {role: face.name_in(get_language()) for role, face in people.items()}
    if data["verb"] == "files":
        number = data.get("count", 1)
        text = ngettext("%(by)s added a file.", "%(by)s added %(count)d files.", number)
        return text % {**values, "count": number}
    return _(LINES[data["verb"]]) % {**values, "reason": data.get("reason", "")}


def in_each_language(data: Mapping, known: Mapping[int | None, Face]) -> dict[str, str]:
    """Language → line, for what is sent to readers of any language at once."""
    lines = {}
    for language in get_content_languages():
        with override(language):
            lines[language] = line(data, known)
    return lines
