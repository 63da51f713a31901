"""Who sees the picture of a person besides the audience of its field: plugins register theirs in ``AppConfig.ready()``.

In a closed room, for instance, the picture belongs to the people in the room, as the name does. Whoever keeps the
picture to themselves alone keeps it out of there too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from hanse_base.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.db.models import QuerySet

    from hanse_access.viewer import Viewer


@dataclass(frozen=True)
class PictureShare:
    """``people(viewer)`` are the numbers of those whose pictures this viewer, a signed-in one, may load: a subquery."""

    name: str
    people: Callable[[Viewer], QuerySet]
    order: int = 100


picture_shares: Registry[PictureShare] = Registry()
