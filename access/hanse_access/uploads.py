"""Takes an upload in: refuses what it is not to be, cleans its name, and makes images anew without metadata."""

from __future__ import annotations

import hashlib
import io
import unicodedata
from dataclasses import dataclass, field

from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile, File
from django.template.defaultfilters import filesizeformat
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from PIL import Image, ImageCms, ImageOps, ImageSequence

from . import conf
from .sniffing import IMAGE_TYPES, KNOWN_TYPES, sniff

MAX_LABEL = 150
#: type of what is none of the known ones
BYTES = "application/octet-stream"
_FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP", "image/gif": "GIF"}
_SAVING = {
    "JPEG": {"quality": 88, "optimize": True, "progressive": True},
    "PNG": {"optimize": True},
    "WEBP": {"quality": 85, "method": 4},
    "GIF": {},
}


@dataclass(frozen=True)
class Variant:
    width: int
    height: int
    content: File


@dataclass(frozen=True)
class CleanUpload:
    """An accepted upload. ``label`` is the cleaned original name: for people to read, never for a path."""

    content: File
    content_type: str
    label: str
    size: int
    sha256: str
    width: int | None = None
    height: int | None = None
    variants: list[Variant] = field(default_factory=list)


def accept_upload(upload: File, *, images_only: bool = False, any_type: bool = False) -> CleanUpload:
    """Check and clean an upload. Raises ValidationError with a sentence for the person who uploaded it.

    With ``any_type`` nothing is refused for its type: what is none of the known ones, or a picture that cannot be read,
    is bytes that nobody is shown and everybody can save.
    """
    if not upload.size:
        raise ValidationError(_("This file is empty."), code="empty")
    if upload.size > conf.upload_max_bytes():
        raise ValidationError(
            _("This file is too large (%(size)s). Files may have %(limit)s at most."),
            code="too_large",
            params={"size": filesizeformat(upload.size), "limit": filesizeformat(conf.upload_max_bytes())},
        )
    kind = sniff(upload, upload.name or "")
    if any_type:
        return _accept_any(upload, kind)
    allowed = [known for known in conf.upload_types() if not images_only or known in IMAGE_TYPES]
    if kind not in allowed:
        raise ValidationError(
            _("This file cannot be used: by its content it is none of the types accepted here (%(types)s)."),
            code="type",
            params={"types": get_text_list([KNOWN_TYPES[known][0].upper() for known in allowed], _("or"))},
        )
    label = clean_label(upload.name or "", kind)
    if kind in IMAGE_TYPES:
        return _accept_image(upload, kind, label)
    return CleanUpload(upload, kind, label, upload.size, _sha256(upload))


def _accept_any(upload: File, kind: str | None) -> CleanUpload:
    label = clean_label(upload.name or "", kind)
    if kind in IMAGE_TYPES:
        try:
            return _accept_image(upload, kind, label)
        except ValidationError:
            upload.seek(0)
            kind = None
    return CleanUpload(upload, kind or BYTES, label, upload.size, _sha256(upload))


def clean_label(name: str, content_type: str | None) -> str:
    """A name to show and to offer for saving: no path, no invisible or control characters, an ending that fits."""
    name = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    name = "".join(" " if unicodedata.category(char) in ("Cc", "Zl", "Zp", "Zs") else char for char in name)
    name = "".join(char for char in name if unicodedata.category(char)[0] != "C" and char not in '<>:"|?*')
    name = " ".join(name.split()).rstrip(" .")
    if content_type is None:
        return name.strip(" .")[:MAX_LABEL] or _("file")
    stem, dot, ending = name.rpartition(".")
    endings = KNOWN_TYPES[content_type]
    if not dot or ending.lower() not in endings:
        stem, ending = name, endings[0]
    return f"{stem.strip(' .')[: MAX_LABEL - 10] or _('file')}.{ending.lower()}"


def _accept_image(upload: File, content_type: str, label: str) -> CleanUpload:
    try:
        image = Image.open(upload, formats=list(_FORMATS.values()))
        frame_count = _count_frames(image, limit=conf.upload_max_frames() + 1)
    except Exception as error:  # decoders raise anything at hostile data; whatever it is, the file is broken
        raise _broken() from error
    if frame_count > conf.upload_max_frames():
        raise ValidationError(
            _("This image has too many frames. Moving images may have %(limit)d at most."),
            code="too_many_frames",
            params={"limit": conf.upload_max_frames()},
        )
    if image.width * image.height * frame_count > conf.upload_max_pixels():
        raise ValidationError(
            _("This image has too many pixels (%(width)d × %(height)d). Please make it smaller."),
            code="too_many_pixels",
            params={"width": image.width, "height": image.height},
        )
    format = _FORMATS[content_type]
    try:
        frames = _clean_frames(image)
        content = _encode(frames, format)
        width, height = frames[0][0].size
        variants = [_scaled(frames, format, wanted) for wanted in sorted(conf.upload_image_widths()) if wanted < width]
    except Exception as error:  # as above
        raise _broken() from error
    return CleanUpload(content, content_type, label, content.size, _sha256(content), width, height, variants)


def _count_frames(image: Image.Image, *, limit: int) -> int:
    """How many frames there are, counted up to ``limit``: Pillow's own count reads a hostile file to its end."""
    count = 1
    try:
        while count < limit:
            image.seek(count)
            count += 1
    except EOFError:
        pass
    image.seek(0)
    return count


def _broken() -> ValidationError:
    return ValidationError(_("This image is broken and cannot be read."), code="broken")


Frames = list[tuple[Image.Image, int]]


def _clean_frames(image: Image.Image) -> Frames:
    """Every frame as bare pixels, upright and in sRGB, with its duration in milliseconds, and nothing else."""
    profile = image.info.get("icc_profile")
    frames: Frames = []
    for frame in ImageSequence.Iterator(image):
        upright = ImageOps.exif_transpose(frame)
        bare = _in_srgb(upright, profile)
        bare.info = {}
        frames.append((bare, int(frame.info.get("duration") or 100)))
    return frames


def _in_srgb(image: Image.Image, profile: bytes | None) -> Image.Image:
    transparent = "A" in image.getbands() or "transparency" in image.info
    mode = "RGBA" if transparent else "RGB"
    if profile and image.mode in ("RGB", "CMYK"):
        try:
            source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
            converted = ImageCms.profileToProfile(image, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
            return converted or image.convert(mode)
        except (ImageCms.PyCMSError, OSError):
            return image.convert(mode)
    return image.convert(mode)


def _encode(frames: Frames, format: str) -> File:
    options = dict(_SAVING[format])
    first = frames[0][0]
    if len(frames) > 1 and format in ("GIF", "WEBP"):
        rest = [frame for frame, _duration in frames[1:]]
        options |= {"save_all": True, "append_images": rest, "loop": 0, "duration": [wait for _frame, wait in frames]}
    if format == "JPEG":
        first = first.convert("RGB")
    buffer = io.BytesIO()
    first.save(buffer, format, **options)
    return ContentFile(buffer.getvalue())


def _scaled(frames: Frames, format: str, width: int) -> Variant:
    height = max(1, round(frames[0][0].height * width / frames[0][0].width))
    small = [(frame.resize((width, height), Image.Resampling.LANCZOS), wait) for frame, wait in frames]
    return Variant(width, height, _encode(small, format))


def _sha256(file: File) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks():
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
