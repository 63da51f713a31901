"""Logos of clusters, measured as accents are (``colours``): how well one can be made out on what it stands on."""

from __future__ import annotations

from collections import Counter

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from PIL import Image

from hanse_access.uploads import CleanUpload

from .colours import LEAST_CONTRAST, Surfaces, contrast, to_hex

#: the measure is taken of a picture of at most this edge: finer detail is not seen at the size of the masthead
MEASURED_EDGE = 160
#: a pixel that lets more than half of the ground through is the soft edge of a shape
SOLID = 128
#: what stands out less than this from its ground is ground, too (noise of a JPEG, a soft shadow)
DISTINCT = 1.2
#: share of the edge that is solid in a picture with a ground of its own
OWN_GROUND = 0.6


def check_logo(upload: CleanUpload, surfaces: Surfaces) -> None:
    """Raises ValidationError when the logo moves, or is hard to make out on any of these surfaces."""
    upload.content.seek(0)
    with Image.open(upload.content) as image:
        moves = getattr(image, "n_frames", 1) > 1
        picture = image.convert("RGBA")
    upload.content.seek(0)
    if moves:
        raise ValidationError(_("A logo must not move."), code="moves")
    found = logo_contrast(picture, surfaces)
    if found < LEAST_CONTRAST:
        raise ValidationError(
            _(
                "Too hard to make out: half of this logo has a contrast of %(contrast)s to 1 or less to what is behind "
                "it, and it must be at least %(least)s to 1. Please upload a stronger version."
            ),
            code="contrast",
            params={"contrast": f"{found:.1f}", "least": f"{LEAST_CONTRAST:.1f}"},
        )


def logo_contrast(image: Image.Image, surfaces: Surfaces) -> float:
    """The contrast that half of what is drawn has at least, on the surface where that is worst; 1 for nothing drawn.

    A picture with a ground of its own, such as a JPEG on white, is measured against that; one that is cut out against
    the surface. The masthead is a card on paper, so these two count.
    """
    small = image.convert("RGBA")
    small.thumbnail((MEASURED_EDGE, MEASURED_EDGE))
    grounds = [own] if (own := own_ground(small)) else [surfaces.paper, surfaces.card]
    colours = Counter(to_hex(*(c / 255 for c in pixel[:3])) for pixel in pixels_of(small) if pixel[3] >= SOLID)
    return min(_median_contrast(colours, ground) for ground in grounds)


def own_ground(image: Image.Image) -> str | None:
    """The colour that a picture has all around, as "#rrggbb"; None for one that is cut out."""
    width, height = image.size
    pixels = pixels_of(image)
    rows = [pixels[start : start + width] for start in range(0, len(pixels), width)]
    edge = [*rows[0], *rows[-1], *(row[x] for row in rows for x in {0, width - 1})]
    solid = [pixel[:3] for pixel in edge if pixel[3] >= SOLID]
    if len(solid) < OWN_GROUND * len(edge):
        return None
    return to_hex(*(c / 255 for c in Counter(solid).most_common(1)[0][0]))


def pixels_of(image: Image.Image) -> list[tuple[int, int, int, int]]:
    raw = image.tobytes()
    return list(zip(raw[0::4], raw[1::4], raw[2::4], raw[3::4], strict=True))


def _median_contrast(colours: Counter[str], ground: str) -> float:
    measured = sorted((contrast(colour, ground), number) for colour, number in colours.items())
    drawn = [(found, number) for found, number in measured if found >= DISTINCT]
    half, passed = sum(number for _contrast, number in drawn) / 2, 0
    for found, number in drawn:
        passed += number
        if passed >= half:
            return found
    return 1.0
