"""A cluster's own accent, as a style sheet of its own: no inline style is needed."""

from __future__ import annotations

from .colours import DARK, LIGHT, deep, wash
from .models import Cluster


def style_sheet(cluster: Cluster) -> str:
    """Overrides the accent tokens of the design system in both colour sets. The colours are checked when saved."""
    return (
        "@layer tokens {\n  :root {\n"
        f"    --brick: light-dark({cluster.accent}, {cluster.accent_dark});\n"
        f"    --brick-deep: light-dark({deep(cluster.accent, LIGHT)}, {deep(cluster.accent_dark, DARK)});\n"
        f"    --brick-ink: light-dark({LIGHT.ink_on_accent}, {DARK.ink_on_accent});\n"
        f"    --brick-wash: light-dark({wash(cluster.accent, LIGHT)}, {wash(cluster.accent_dark, DARK)});\n"
        "  }\n}\n"
    )
