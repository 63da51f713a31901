"""Pictures of people, drawn when the demo is loaded: a head and shoulders of simple shapes in two tones."""

from __future__ import annotations

import math
from collections.abc import Callable
from io import BytesIO

from PIL import Image, ImageDraw

SIZE = 480
#: drawn larger and scaled down, for smooth edges
OVERSIZE = 2
Colour = tuple[int, int, int]
Draw = ImageDraw.ImageDraw

#: background and figure; light against dark in either order
TONES: dict[str, tuple[Colour, Colour]] = {
    "sand": ((239, 225, 200), (63, 76, 92)),
    "sea": ((28, 70, 94), (205, 226, 232)),
    "moss": ((214, 226, 205), (40, 82, 60)),
    "brick": ((128, 50, 34), (244, 219, 205)),
    "plum": ((229, 216, 232), (88, 52, 98)),
    "slate": ((52, 58, 66), (226, 222, 210)),
}


def portrait(name: str) -> bytes:
    """A PNG of "shape tone", for example "round sea"."""
    shape, tone = name.split()
    background, figure = TONES[tone]
    image = Image.new("RGB", (SIZE * OVERSIZE, SIZE * OVERSIZE), background)
    SHAPES[shape](ImageDraw.Draw(image), figure, _between(background, figure))
    file = BytesIO()
    image.reduce(OVERSIZE).quantize(32).save(file, "PNG")
    return file.getvalue()


def _between(one: Colour, other: Colour) -> Colour:
    red, green, blue = (round(0.55 * a + 0.45 * b) for a, b in zip(one, other, strict=True))
    return red, green, blue


def at(*shares: float) -> list[float]:
    """Coordinates from shares of the width."""
    return [share * SIZE * OVERSIZE for share in shares]


def round_figure(draw: Draw, figure: Colour, shade: Colour) -> None:
    """A circle above a half circle, and half of the face in shade."""
    draw.ellipse(at(0.14, 0.66, 0.86, 1.38), fill=figure)
    draw.ellipse(at(0.32, 0.18, 0.68, 0.6), fill=figure)
    draw.chord(at(0.32, 0.18, 0.68, 0.6), -90, 90, fill=shade)


def square_figure(draw: Draw, figure: Colour, shade: Colour) -> None:
    """A face with corners, and a collar."""
    draw.polygon(at(0.1, 1, 0.2, 0.74, 0.8, 0.74, 0.9, 1), fill=figure)
    draw.polygon(at(0.38, 0.74, 0.62, 0.74, 0.5, 0.9), fill=shade)
    draw.rounded_rectangle(at(0.33, 0.2, 0.67, 0.66), radius=at(0.09)[0], fill=figure)
    draw.rectangle(at(0.33, 0.32, 0.67, 0.36), fill=shade)


def long_hair(draw: Draw, figure: Colour, shade: Colour) -> None:
    """Hair that falls to the shoulders."""
    draw.pieslice(at(0.25, 0.12, 0.75, 0.62), 180, 360, fill=shade)
    draw.rectangle(at(0.25, 0.36, 0.75, 0.78), fill=shade)
    draw.ellipse(at(0.1, 0.7, 0.9, 1.4), fill=figure)
    draw.ellipse(at(0.34, 0.24, 0.66, 0.64), fill=figure)


def knot(draw: Draw, figure: Colour, shade: Colour) -> None:
    """Hair in a knot above the head."""
    draw.ellipse(at(0.42, 0.06, 0.58, 0.22), fill=shade)
    draw.ellipse(at(0.3, 0.18, 0.7, 0.56), fill=shade)
    draw.polygon(at(0.16, 1, 0.32, 0.72, 0.68, 0.72, 0.84, 1), fill=figure)
    draw.ellipse(at(0.34, 0.24, 0.66, 0.66), fill=figure)


def facets(draw: Draw, figure: Colour, shade: Colour) -> None:
    """Cut like a crystal."""
    draw.polygon(at(0.08, 1, 0.3, 0.72, 0.5, 0.8, 0.5, 1), fill=shade)
    draw.polygon(at(0.92, 1, 0.7, 0.72, 0.5, 0.8, 0.5, 1), fill=figure)
    draw.polygon(at(0.5, 0.14, 0.32, 0.26, 0.34, 0.52, 0.5, 0.68), fill=figure)
    draw.polygon(at(0.5, 0.14, 0.68, 0.26, 0.66, 0.52, 0.5, 0.68), fill=shade)


def stripes(draw: Draw, figure: Colour, shade: Colour) -> None:
    """Of horizontal stripes, as wide as the figure is there."""
    for number in range(26):
        height = 0.16 + number * 0.034
        if height < 0.6:
            half = 0.19 * math.sqrt(max(0.0, 1 - ((height - 0.38) / 0.23) ** 2))
        else:
            half = min(0.4, 0.1 + 1.05 * math.sqrt(max(0.0, height - 0.66)))
        fill = shade if number % 3 == 1 else figure
        draw.rectangle(at(0.5 - half, height, 0.5 + half, height + 0.022), fill=fill)


SHAPES: dict[str, Callable[[Draw, Colour, Colour], None]] = {
    "round": round_figure,
    "square": square_figure,
    "long": long_hair,
    "knot": knot,
    "facets": facets,
    "stripes": stripes,
}
