"""What goes into the copy of a room besides people and messages: tools register their part in ``AppConfig.ready()``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import IO, TYPE_CHECKING, Any

from hanse_base.registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from .models import Participant, Room


@dataclass(frozen=True)
class ExportPart:
    """One folder of the ZIP, named ``name``.

    ``files(room, participant)`` yields pairs of a path within the folder and its content: bytes, text, anything that
    becomes JSON, or an open binary file, which is copied piece by piece and closed. It gives what this participant, an
    owner, may see: who came in later than something was written does not get it where the room keeps it from newcomers.
    It runs in the worker.
    """

    name: str
    label: Any
    files: Callable[[Room, Participant], Iterator[tuple[str, IO[bytes] | Any]]]
    order: int = 100


export_parts: Registry[ExportPart] = Registry()
