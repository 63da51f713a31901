"""Personal data: each plugin that stores something about a person says how it is handed out and how it goes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable


@dataclass(frozen=True)
class ExportFile:
    """One file of the ZIP: ``path`` inside the plugin's folder, ``content`` as JSON-ready data or bytes."""

    path: str
    content: Any


@dataclass(frozen=True)
class PersonalData:
    """What one plugin holds about a person.

    ``models`` are the labels ("app.Model") it answers for: a test fails for a model that refers to a person and is in
    no entry. ``export(user)`` yields the files of the person's own data. ``erase(user)`` runs inside the transaction
    that deletes the account: it removes what is the person's alone and leaves what is shared, which then shows
    "Former member".
    """

    name: str
    label: Any
    models: tuple[str, ...]
    export: Callable[[Any], Iterable[ExportFile]]
    erase: Callable[[Any], None]
    order: int = 100


personal_data: Registry[PersonalData] = Registry()
