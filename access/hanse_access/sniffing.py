"""What a file is, by its content. The name and the type that a browser sends are never believed."""

from __future__ import annotations

import zipfile
from typing import BinaryIO

import puremagic

OOXML = "application/vnd.openxmlformats-officedocument."
ODF = "application/vnd.oasis.opendocument."

#: content type -> endings that fit it, the usual one first
KNOWN_TYPES: dict[str, tuple[str, ...]] = {
    "image/jpeg": ("jpg", "jpeg"),
    "image/png": ("png",),
    "image/webp": ("webp",),
    "image/gif": ("gif",),
    "application/pdf": ("pdf",),
    OOXML + "wordprocessingml.document": ("docx",),
    OOXML + "spreadsheetml.sheet": ("xlsx",),
    OOXML + "presentationml.presentation": ("pptx",),
    ODF + "text": ("odt",),
    ODF + "spreadsheet": ("ods",),
    ODF + "presentation": ("odp",),
    "text/plain": ("txt", "md", "log"),
    "text/csv": ("csv",),
    "audio/mpeg": ("mp3",),
    "audio/mp4": ("m4a",),
    "audio/ogg": ("ogg", "oga"),
    "audio/wav": ("wav",),
    "video/mp4": ("mp4",),
    "video/webm": ("webm",),
    "application/zip": ("zip",),
}
IMAGE_TYPES = frozenset({"image/jpeg", "image/png", "image/webp", "image/gif"})

_ALIASES = {"audio/wave": "audio/wav", "audio/x-wav": "audio/wav", "application/ogg": "audio/ogg"}
_OOXML_PARTS = {
    "word/document.xml": OOXML + "wordprocessingml.document",
    "xl/workbook.xml": OOXML + "spreadsheetml.sheet",
    "ppt/presentation.xml": OOXML + "presentationml.presentation",
}
_HEAD = 8192


def sniff(file: BinaryIO, name: str = "") -> str | None:
    """The content type of this file, None if it is none of ``KNOWN_TYPES``.

    ``name`` only tells plain text from comma-separated values. Leaves the file at its beginning.
    """
    file.seek(0)
    head = file.read(_HEAD)
    found = _by_signature(head, file) or _as_text(head, file, name)
    file.seek(0)
    return found


def _by_signature(head: bytes, file: BinaryIO) -> str | None:
    if head.startswith(b"PK\x03\x04"):
        return _in_zip(file)
    if head[4:8] == b"ftyp":
        return "audio/mp4" if head[8:11] == b"M4A" else _mp4(head)
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return "video/webm" if b"webm" in head[:64] else None
    if head.startswith((b"ID3", b"\xff\xfb", b"\xff\xf3", b"\xff\xf2")):
        return "audio/mpeg"
    try:
        candidates = puremagic.magic_string(head)
    except (puremagic.PureError, ValueError):
        return None
    best = max((match.confidence for match in candidates), default=0)
    for match in candidates:
        kind = _ALIASES.get(match.mime_type, match.mime_type)
        if match.confidence == best and kind in KNOWN_TYPES and _starts_right(kind, head):
            return kind
    return None


def _mp4(head: bytes) -> str | None:
    """ISO base media files are many things (HEIC pictures too); these brands are MP4 video."""
    return (
        "video/mp4" if head[8:12] in (b"isom", b"iso2", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ") else None
    )


def _starts_right(kind: str, head: bytes) -> bool:
    """Signatures that may stand further down in a file count only where a reader expects them."""
    starts = {"application/pdf": b"%PDF-", "audio/ogg": b"OggS", "audio/wav": b"RIFF"}
    return head.startswith(starts.get(kind, b"")) and not kind.startswith("text/")


def _in_zip(file: BinaryIO) -> str | None:
    """Office documents without macros, or a plain archive."""
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                return None
            if "mimetype" in names and archive.getinfo("mimetype").file_size < 200:
                kind = archive.read("mimetype").decode("ascii", "replace").strip()
                return kind if kind in KNOWN_TYPES else None
            if "[Content_Types].xml" in names:
                return next((kind for part, kind in _OOXML_PARTS.items() if part in names), None)
    except Exception:  # as decoders of images, those of archives raise anything at hostile data
        return None
    return "application/zip"


def _as_text(head: bytes, file: BinaryIO, name: str) -> str | None:
    """Text without control characters that does not begin like markup or a script."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start or start.startswith((b"<", b"#!", b"%!", b"{\\rtf")) or b"\0" in head:
        return None
    file.seek(0)
    for chunk in iter(lambda: file.read(1 << 20), b""):
        if any(byte < 32 and byte not in (9, 10, 12, 13, 27) for byte in set(chunk)):
            return None
    return "text/csv" if name.lower().endswith(".csv") else "text/plain"
