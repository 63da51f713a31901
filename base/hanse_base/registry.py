"""The one kind of registry that the plugins use to reach upwards and sideways without importing each other."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class Named(Protocol):
    """What a registry holds: something with a unique name and a position."""

    @property
    def name(self) -> str: ...

    @property
    def order(self) -> int: ...


T = TypeVar("T", bound=Named)


class Registry(Generic[T]):
    """Named things, in their order. Filled in ``AppConfig.ready()``; read at request time.

    ``register`` raises ValueError when another thing already has that name: one concept has one owner.
    """

    def __init__(self) -> None:
        self._items: dict[str, T] = {}

    def register(self, item: T) -> T:
        if item.name in self._items:
            raise ValueError(f"{item.name!r} is registered already")
        self._items[item.name] = item
        return item

    def unregister(self, name: str) -> T:
        """Take a thing out, such as a card that a site does not want or puts another in place of. Returns it.

        For ``AppConfig.ready()`` of an app that stands in INSTALLED_APPS after the one that registers it. Raises
        KeyError when nothing has that name.
        """
        return self._items.pop(name)

    def __iter__(self) -> Iterator[T]:
        return iter(sorted(self._items.values(), key=lambda item: (item.order, item.name)))

    def __contains__(self, name: object) -> bool:
        return name in self._items

    def __getitem__(self, name: str) -> T:
        return self._items[name]

    def __len__(self) -> int:
        return len(self._items)
