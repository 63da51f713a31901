"""Who asks. A Viewer is built once per request and holds the scopes of a person at that moment."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import cached_property
from typing import TypeVar

from .scopes import PUBLIC, scope_kinds

T = TypeVar("T")

PUBLIC_ONLY: Mapping[str, frozenset[int]] = {PUBLIC.kind: frozenset({PUBLIC.id})}


@dataclass(frozen=True, eq=False)
class Viewer:
    """Who asks, as the scopes held: kind -> ids.

    ``decides`` are the scopes for which the person decides about proposed items. ``user`` is None for visitors.
    A viewer is a snapshot: a request builds it once, a socket again whenever rights change.
    """

    user: object | None = None
    scopes: Mapping[str, frozenset[int]] = field(default_factory=lambda: PUBLIC_ONLY)
    decides: Mapping[str, frozenset[int]] = field(default_factory=dict)

    @classmethod
    def public(cls) -> Viewer:
        """Anybody on the web."""
        return cls()

    @classmethod
    def of(cls, user) -> Viewer:
        """The viewer that this user is now. Inactive people and visitors hold the public scope only."""
        if user is None or not user.is_authenticated or not user.is_active:
            return cls()
        held = {kind.name: frozenset(kind.held_by(user)) for kind in scope_kinds}
        decides = {kind.name: frozenset(kind.decided_by(user)) for kind in scope_kinds}
        return cls(
            user=user,
            scopes={kind: ids for kind, ids in held.items() if ids},
            decides={kind: ids for kind, ids in decides.items() if ids},
        )

    @property
    def user_id(self) -> int | None:
        return self.user.pk if self.user is not None else None

    @property
    def is_member(self) -> bool:
        """Approved member of any cluster."""
        return "platform" in self.scopes

    def holds(self, kind: str, id: int) -> bool:
        return id in self.scopes.get(kind, ())

    def with_scopes(self, more: Mapping[str, frozenset[int]]) -> Viewer:
        """The same person with further scopes, for a single page view by break-glass."""
        merged = {
            kind: self.scopes.get(kind, frozenset()) | more.get(kind, frozenset()) for kind in {*self.scopes, *more}
        }
        return Viewer(user=self.user, scopes=merged, decides=self.decides)

    @cached_property
    def admitted_ids(self) -> list[int]:
        """Audiences that admit this viewer: one query, kept. Private to access."""
        from .models import Audience

        return list(Audience.objects.admitting(self).values_list("pk", flat=True))

    def kept(self, read: Callable[[Viewer], T]) -> T:
        """What ``read(self)`` gives, read once and kept as part of the snapshot. ``read`` is a named function.

        For ids that a ``stake_q`` needs. Written into a query as numbers, the database can look them up by index and
        knows how few they are; a sub-query beside an OR makes it read the whole table.
        """
        known = self.__dict__.setdefault("_kept", {})
        if read not in known:
            known[read] = read(self)
        return known[read]


class _Holder:
    """Compares by identity. Between threads and event loop asgiref compares what context variables hold, and comparing
    the lazy viewer itself would build it, with queries, where none may run."""

    def __init__(self, viewer: Viewer | None):
        self.viewer = viewer


_current: ContextVar[_Holder] = ContextVar("hanse_access_viewer", default=_Holder(None))  # noqa: B039 - never changed


def current_viewer() -> Viewer:
    """The viewer of the running request; outside of one, the public.

    Only for places that get no request from their framework, such as Wagtail's rich-text link handlers.
    """
    return _current.get().viewer or Viewer.public()


@contextmanager
def viewing_as(viewer: Viewer | None):
    token = _current.set(_Holder(viewer))
    try:
        yield
    finally:
        _current.reset(token)
