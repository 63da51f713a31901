"""Accent colours of clusters: measured against the surfaces they stand on.

``LIGHT`` and ``DARK`` repeat the surface tokens of hanse_base's style sheet; a test compares the two.
"""

from __future__ import annotations

import colorsys
import re
from dataclasses import dataclass

#: WCAG 2.2, success criterion 1.4.3, text of normal size
LEAST_CONTRAST = 4.5
#: share of the accent in the wash behind accent text
WASH = 0.1
HEX = re.compile(r"#[0-9a-f]{6}")


@dataclass(frozen=True)
class Surfaces:
    """One colour set: what an accent stands on as text, and the text that stands on the accent."""

    paper: str
    card: str
    sand: str
    ink_on_accent: str


LIGHT = Surfaces(paper="#fbf9f5", card="#ffffff", sand="#f3eee5", ink_on_accent="#ffffff")
DARK = Surfaces(paper="#14181e", card="#1c222a", sand="#222932", ink_on_accent="#1c0e09")


def channels(colour: str) -> tuple[float, float, float]:
    """Red, green and blue of "#rrggbb", each 0 to 1."""
    red, green, blue = (int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5))
    return red, green, blue


def to_hex(red: float, green: float, blue: float) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in (red, green, blue))


def luminance(colour: str) -> float:
    """Relative luminance as WCAG 2.2 defines it."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels(colour)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """Contrast ratio, 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


def wash(accent: str, surfaces: Surfaces) -> str:
    """The pale tone of the accent that chips and chosen cards have behind accent text."""
    return mix(accent, surfaces.card, WASH)


def deep(accent: str, surfaces: Surfaces) -> str:
    """The stronger tone of the accent that buttons take on when pointed at."""
    return mix(accent, "#000000" if surfaces is LIGHT else "#ffffff", 0.8)


def mix(one: str, other: str, share: float) -> str:
    """``share`` of one colour in the other."""
    red, green, blue = (share * a + (1 - share) * b for a, b in zip(channels(one), channels(other), strict=True))
    return to_hex(red, green, blue)


def least_contrast(accent: str, surfaces: Surfaces) -> float:
    """The worst contrast that this accent has anywhere in the colour set."""
    return min(
        contrast(accent, surfaces.paper),
        contrast(accent, surfaces.card),
        contrast(accent, surfaces.sand),
        contrast(accent, wash(accent, surfaces)),
        contrast(accent, surfaces.ink_on_accent),
    )


def is_readable(accent: str, surfaces: Surfaces) -> bool:
    return least_contrast(accent, surfaces) >= LEAST_CONTRAST


def readable_on_dark(accent: str) -> str:
    """The same hue, lightened until it is readable in the dark colour set."""
    hue, lightness, saturation = colorsys.rgb_to_hls(*channels(accent))
    for step in range(round(lightness * 100), 101):
        candidate = to_hex(*colorsys.hls_to_rgb(hue, step / 100, saturation))
        if is_readable(candidate, DARK):
            return candidate
    return "#ffffff"
