"""What people type into a field to search."""

from __future__ import annotations

from collections.abc import Mapping

#: characters of a search
LONGEST = 200


def search_text(data: Mapping[str, str], *, name: str = "q", most: int | None = LONGEST) -> str:
    """The words in the field ``name`` of an address or a form, with one space between them: empty where there are none.

    Without the character that no database takes, and at most ``most`` characters of it; None: all.
    """
    return " ".join(data.get(name, "").replace("\x00", " ").split())[:most].rstrip()
