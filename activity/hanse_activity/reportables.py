"""What people can report, and whose authors they can block: plugins register kinds in ``AppConfig.ready()``."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

from hanse_base.registry import Registry

if TYPE_CHECKING:
    from django.db.models import Model, QuerySet

    from hanse_access.scopes import Scope
    from hanse_access.viewer import Viewer


def always(row: Any) -> bool:
    return True


@dataclass(frozen=True)
class Reportable:
    """Things of one kind that can be reported.

    ``label`` reads on in a sentence ("a profile"): notifications and mails say no more. ``visible(viewer)`` are the
    rows that the viewer may see now: of a scoped model ``visible_to(viewer)``. ``key`` is the field that names a row in
    an address and tells nothing. ``author(row)`` is whose it is, ``personal`` that it is one person's and one may block
    them. Where ``names_author(row)`` says no, nobody is told whose it is, those who decide included, and nobody can
    block that person by it. ``copy(row, viewer, scope)`` is what the viewer sees of it, as text, without what is for
    others than the deciders of ``scope`` (None: operators). ``scopes(row)`` say whose deciders decide, the
    nearest first. ``withhold(row)`` takes it out of sight of all but its author, ``show_again(row)`` brings it back,
    where that is not up to its editors; both in the caller's transaction. ``objection(row)`` is the address where its
    author can object.
    """

    name: str
    label: Any
    model: type[Model]
    key: str
    visible: Callable[[Viewer], QuerySet]
    author: Callable[[Any], Any]
    copy: Callable[[Any, Viewer, Scope | None], str]
    scopes: Callable[[Any], Iterable[Scope]]
    withhold: Callable[[Any], None]
    objection: Callable[[Any], str]
    show_again: Callable[[Any], None] | None = None
    personal: bool = False
    names_author: Callable[[Any], bool] = always
    order: int = 100

    def find(self, key: str, viewer: Viewer) -> Any:
        """The row with this key as the viewer sees it, or None: hidden and missing are the same."""
        if "\x00" in key:  # PostgreSQL refuses to look for it
            return None
        try:
            return self.visible(viewer).filter(**{self.key: key}).first()
        except (ValidationError, ValueError, OverflowError):
            return None


reportables: Registry[Reportable] = Registry()


def reportable_of(row: Any) -> Reportable | None:
    return next((each for each in reportables if isinstance(row, each.model)), None)
