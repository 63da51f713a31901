"""Settings of this package, with their defaults. Read at run time, so tests may override them."""

from __future__ import annotations

from django.conf import settings

MEBIBYTE = 1024 * 1024

UPLOAD_TYPES = (
    "image/jpeg",
    "image/png",
    "image/webp",
    "image/gif",
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.openxmlformats-officedocument.presentationml.presentation",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "application/vnd.oasis.opendocument.presentation",
    "text/plain",
    "text/csv",
    "audio/mpeg",
    "audio/mp4",
    "audio/ogg",
    "audio/wav",
    "video/mp4",
    "video/webm",
)


def upload_types() -> tuple[str, ...]:
    """HANSE_UPLOAD_TYPES: content types that may be uploaded, out of ``sniffing.KNOWN_TYPES``."""
    return tuple(getattr(settings, "HANSE_UPLOAD_TYPES", UPLOAD_TYPES))


def upload_max_bytes() -> int:
    """HANSE_UPLOAD_MAX_BYTES: size of one upload."""
    return getattr(settings, "HANSE_UPLOAD_MAX_BYTES", 25 * MEBIBYTE)


def upload_max_pixels() -> int:
    """HANSE_UPLOAD_MAX_PIXELS: width times height of an image, summed over the frames of a moving one."""
    return getattr(settings, "HANSE_UPLOAD_MAX_PIXELS", 60_000_000)


def upload_max_frames() -> int:
    """HANSE_UPLOAD_MAX_FRAMES: frames of a moving image. Each costs time, however small it is."""
    return getattr(settings, "HANSE_UPLOAD_MAX_FRAMES", 600)


def upload_image_widths() -> tuple[int, ...]:
    """HANSE_UPLOAD_IMAGE_WIDTHS: widths in pixels of the smaller variants made of an image."""
    return tuple(getattr(settings, "HANSE_UPLOAD_IMAGE_WIDTHS", (480, 960, 1600)))


def unused_attachment_days() -> int:
    """HANSE_UNUSED_ATTACHMENT_DAYS: days after which an attachment that no page or revision uses is removed."""
    return getattr(settings, "HANSE_UNUSED_ATTACHMENT_DAYS", 90)


def files_handoff() -> str:
    """HANSE_FILES_HANDOFF: who sends the bytes once the rule has said yes: "" (Django), "x-accel" or "signed-url"."""
    return getattr(settings, "HANSE_FILES_HANDOFF", "")


def files_x_accel_prefix() -> str:
    """HANSE_FILES_X_ACCEL_PREFIX: internal location of nginx that points to the private storage."""
    return getattr(settings, "HANSE_FILES_X_ACCEL_PREFIX", "/private-files/")


def files_signed_url_seconds() -> int:
    """HANSE_FILES_SIGNED_URL_SECONDS: how long a signed URL of the storage is good."""
    return getattr(settings, "HANSE_FILES_SIGNED_URL_SECONDS", 60)


def actor_retention_days() -> int:
    """HANSE_ACTOR_RETENTION_DAYS: days after which the audit trail forgets who a person was that has left.

    Two years by default, so that an incident found late can still be answered for.
    """
    return getattr(settings, "HANSE_ACTOR_RETENTION_DAYS", 730)
