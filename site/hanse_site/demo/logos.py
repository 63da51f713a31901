"""Logos of organisations, drawn when the demo is loaded: one simple shape in two tones."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw

from .portraits import OVERSIZE, TONES, Colour, Draw, at

SIDE = 480 * OVERSIZE


def logo(name: str) -> bytes:
    """A PNG of "shape tone", for example "lens sea"."""
    shape, tone = name.split()
    background, figure = TONES[tone]
    image = Image.new("RGB", (SIDE, SIDE), background)
    SHAPES[shape](ImageDraw.Draw(image), figure, background)
    file = BytesIO()
    image.reduce(OVERSIZE).quantize(16).save(file, "PNG")
    return file.getvalue()


def ring(draw: Draw, figure: Colour, background: Colour) -> None:
    draw.ellipse(at(0.16, 0.16, 0.84, 0.84), fill=figure)
    draw.ellipse(at(0.34, 0.34, 0.66, 0.66), fill=background)


def lens(draw: Draw, figure: Colour, background: Colour) -> None:
    draw.ellipse(at(0.3, 0.1, 0.7, 0.9), fill=figure)
    draw.rectangle(at(0.08, 0.48, 0.92, 0.52), fill=figure)


def beam(draw: Draw, figure: Colour, background: Colour) -> None:
    draw.polygon(at(0.1, 0.5, 0.9, 0.16, 0.9, 0.36), fill=figure)
    draw.polygon(at(0.1, 0.5, 0.9, 0.64, 0.9, 0.84), fill=figure)


def wave(draw: Draw, figure: Colour, background: Colour) -> None:
    for left in (0.1, 0.5):
        draw.arc(at(left, 0.3, left + 0.4, 0.7), 180, 360, fill=figure, width=SIDE // 14)
        draw.arc(at(left - 0.2, 0.3, left + 0.2, 0.7), 0, 180, fill=figure, width=SIDE // 14)


def square(draw: Draw, figure: Colour, background: Colour) -> None:
    draw.rectangle(at(0.16, 0.16, 0.6, 0.6), fill=figure)
    draw.rectangle(at(0.66, 0.66, 0.84, 0.84), fill=figure)


def leaf(draw: Draw, figure: Colour, background: Colour) -> None:
    draw.pieslice(at(-0.34, 0.16, 0.84, 1.34), 270, 360, fill=figure)
    draw.pieslice(at(0.16, -0.34, 1.34, 0.84), 90, 180, fill=figure)
    draw.line(at(0.2, 0.8, 0.8, 0.2), fill=background, width=SIDE // 40)


def round_mark(draw: Draw, figure: Colour, background: Colour) -> None:
    draw.ellipse(at(0.12, 0.34, 0.54, 0.76), fill=figure)
    draw.ellipse(at(0.46, 0.24, 0.88, 0.66), fill=figure)


SHAPES = {
    "ring": ring,
    "lens": lens,
    "beam": beam,
    "wave": wave,
    "square": square,
    "leaf": leaf,
    "round": round_mark,
}
