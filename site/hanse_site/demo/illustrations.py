"""Simple illustrations, drawn when the demo is loaded: abstract, in the accent of the cluster."""

from __future__ import annotations

import math
from collections.abc import Callable
from io import BytesIO

from PIL import Image, ImageDraw

WIDTH, HEIGHT = 1200, 800
#: drawn larger and scaled down, for smooth edges
OVERSIZE = 2
PAPER, INK = (243, 238, 229), (28, 36, 48)
Colour = tuple[int, int, int]


def illustration(motif: str, accent: str) -> bytes:
    """A PNG of this motif: "rays", "fibres", "cells", "rings" or "bars". ``accent`` as "#rrggbb"."""
    colour: Colour = (int(accent[1:3], 16), int(accent[3:5], 16), int(accent[5:7], 16))
    image = Image.new("RGB", (WIDTH * OVERSIZE, HEIGHT * OVERSIZE), PAPER)
    MOTIFS[motif](ImageDraw.Draw(image), colour)
    image = image.resize((WIDTH, HEIGHT), Image.Resampling.LANCZOS).quantize(64)
    file = BytesIO()
    image.save(file, "PNG", optimize=True)
    return file.getvalue()


def tint(colour: Colour, share: float) -> Colour:
    """``share`` of the colour on paper."""
    red, green, blue = (round(share * c + (1 - share) * p) for c, p in zip(colour, PAPER, strict=True))
    return red, green, blue


def rays(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    """Light through a lens to one point."""
    w, h = WIDTH * OVERSIZE, HEIGHT * OVERSIZE
    focus, lens = (w * 0.82, h * 0.5), w * 0.42
    for i in range(13):
        y = h * (0.14 + 0.06 * i)
        shade = tint(colour, 0.35 + 0.05 * (6 - abs(6 - i)))
        draw.line([(0, y), (lens, y)], fill=shade, width=9)
        draw.line([(lens, y), focus], fill=shade, width=9)
        draw.line([focus, (w, focus[1] + (focus[1] - y) * 0.47)], fill=tint(colour, 0.25), width=6)
    draw.ellipse([lens - 90, h * 0.08, lens + 90, h * 0.92], outline=INK, width=10)
    draw.ellipse([focus[0] - 34, focus[1] - 34, focus[0] + 34, focus[1] + 34], fill=colour)


def fibres(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    """Two layers of a woven fabric that bend together."""
    w, h = WIDTH * OVERSIZE, HEIGHT * OVERSIZE
    for layer, (phase, share) in enumerate([(0.0, 0.3), (math.pi / 2, 0.85)]):
        for i in range(-4, 26):
            points = [
                (x, h * 0.04 * i + 130 * math.sin(x / w * 2 * math.pi + phase + i * 0.11) + (x * 0.12 if layer else 0))
                for x in range(0, w + 40, 40)
            ]
            draw.line(points, fill=tint(colour, share), width=22 if layer else 30, joint="curve")


def cells(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    """A honeycomb in which some cells are filled."""
    size = 150.0
    step_x, step_y = size * math.sqrt(3), size * 1.5
    for row in range(-1, 13):
        for column in range(-1, 12):
            x, y = column * step_x + (row % 2) * step_x / 2, row * step_y
            corner = [
                (x + size * 0.92 * math.cos(math.radians(a)), y + size * 0.92 * math.sin(math.radians(a)))
                for a in range(30, 390, 60)
            ]
            weight = (row * 7 + column * 13) % 11
            draw.polygon(
                corner, fill=tint(colour, 0.08 + 0.085 * weight) if weight > 3 else PAPER, outline=INK, width=5
            )


def rings(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    """Waves of two sources that meet."""
    w, h = WIDTH * OVERSIZE, HEIGHT * OVERSIZE
    for x, share in ((w * 0.3, 0.8), (w * 0.7, 0.4)):
        for radius in range(80, 1500, 110):
            box = [x - radius, h * 0.55 - radius, x + radius, h * 0.55 + radius]
            draw.ellipse(box, outline=tint(colour, max(0.12, share - radius / 2600)), width=16)
        draw.ellipse([x - 40, h * 0.55 - 40, x + 40, h * 0.55 + 40], fill=INK)


def bars(draw: ImageDraw.ImageDraw, colour: Colour) -> None:
    """A rising series with one bar that stands out."""
    w, h = WIDTH * OVERSIZE, HEIGHT * OVERSIZE
    for i in range(11):
        x = w * (0.07 + 0.08 * i)
        height = h * (0.16 + 0.055 * i + 0.05 * math.sin(i * 1.7))
        fill = colour if i == 7 else tint(colour, 0.22 + 0.03 * i)
        draw.rounded_rectangle([x, h * 0.88 - height, x + w * 0.055, h * 0.88], radius=16, fill=fill)
    draw.line([(w * 0.05, h * 0.88), (w * 0.95, h * 0.88)], fill=INK, width=10)


MOTIFS: dict[str, Callable[[ImageDraw.ImageDraw, Colour], None]] = {
    "rays": rays,
    "fibres": fibres,
    "cells": cells,
    "rings": rings,
    "bars": bars,
}
