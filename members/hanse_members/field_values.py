"""What stands in a field, as actions take it."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from hanse_access.uploads import CleanUpload

if TYPE_CHECKING:
    from .models import Topic

#: in ``FieldValue.picture``: take the present one away
NO_PICTURE = "none"


@dataclass(frozen=True)
class FieldValue:
    """The content of one field. ``picture`` None leaves the present one."""

    text: str = ""
    choices: Collection[str] = ()
    topics: Collection[Topic] = ()
    picture: CleanUpload | str | None = None

    @property
    def is_empty(self) -> bool:
        return not (self.text.strip() or self.choices or self.topics or isinstance(self.picture, CleanUpload))
