"""What has a weight, with its name."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _

from ..sources import sources

KIND = "kind:"


def weighed() -> list[tuple[str, Any]]:
    places = [
        ("title", _("A word in the title")),
        ("title_stems", _("Another form of it in the title")),
        ("text", _("A word in the text")),
        ("text_stems", _("Another form of it in the text")),
    ]
    kinds = [(f"{KIND}{source.name}", _("All %(kind)s") % {"kind": source.plural}) for source in sources]
    return [*places, *kinds]
