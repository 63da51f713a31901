"""Names of files and folders: what one may be called, and when two are the same."""

from __future__ import annotations

import unicodedata

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

#: characters, and bytes of UTF-8: most file systems take 255 bytes, and an unpacked archive may add to a name
LONGEST_NAME, MOST_BYTES = 150, 240
#: no file system takes them all
FORBIDDEN = frozenset('<>:"/\\|?*')
#: devices of Windows, with any ending: https://learn.microsoft.com/windows/win32/fileio/naming-a-file
RESERVED = frozenset(
    ["con", "prn", "aux", "nul", "conin$", "conout$"]
    + [f"{device}{number}" for device in ("com", "lpt") for number in "123456789¹²³"]
)
#: turn the direction of what follows, so that "exe.pdf" can be read where "fdp.exe" is written
DIRECTIONS = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
#: joiners: Persian words and joined pictures need them
JOINERS = frozenset("\u200c\u200d")


def checked_name(name: str) -> str:
    """The name as it is stored: in the composed form of Unicode (NFC), without blanks around it.

    Raises ValidationError with a sentence for the person who typed it.
    """
    name = unicodedata.normalize("NFC", name).strip()
    if not name:
        raise ValidationError(_("Please give a name."), code="required")
    if DIRECTIONS & set(name):
        raise ValidationError(
            _("This name holds invisible characters that turn the direction of writing. Please type it anew."),
            code="direction",
        )
    if any(_is_invisible(char) for char in name):
        raise ValidationError(
            _("This name holds characters that cannot be seen. Please type it anew."), code="invisible"
        )
    if found := sorted(FORBIDDEN & set(name)):
        raise ValidationError(
            _("A name cannot hold these characters: %(characters)s"),
            code="characters",
            params={"characters": " ".join(found)},
        )
    if name.startswith(".") or name.endswith("."):
        raise ValidationError(_("A name neither begins nor ends with a dot."), code="dot")
    if name.split(".")[0].strip().casefold() in RESERVED:
        raise ValidationError(_("Windows keeps this name for itself. Please choose another one."), code="reserved")
    if len(name) > LONGEST_NAME or len(name.encode()) > MOST_BYTES:
        raise ValidationError(
            _("A name has at most %(most)d characters, fewer with letters that take up more space."),
            code="length",
            params={"most": LONGEST_NAME},
        )
    return name


def key_of(name: str) -> str:
    """Two names with the same key are the same to people and to some file systems: case makes no difference."""
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())


def with_number(name: str, number: int) -> str:
    """The name with a number before its ending, for a place where it is taken: "plan (2).pdf"."""
    stem, dot, ending = name.rpartition(".")
    stem, end = (stem, f"{dot}{ending}") if dot and len(ending) <= 10 else (name, "")
    mark = f" ({number})"
    while len(stem) > 1 and (len(stem + mark + end) > LONGEST_NAME or len((stem + mark + end).encode()) > MOST_BYTES):
        stem = stem[:-1]
    return f"{stem.rstrip()}{mark}{end}"


def _is_invisible(char: str) -> bool:
    category = unicodedata.category(char)
    return category in ("Cc", "Cs", "Cn", "Co", "Zl", "Zp") or (category == "Cf" and char not in JOINERS)
