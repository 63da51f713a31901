"""What waits for a person, all on one page: each plugin registers its kinds in ``AppConfig.ready()``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

from django.urls import reverse

from .registry import Registry

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import QuerySet
    from django.http import HttpRequest


class CannotBeDone(Exception):
    """This one item does not allow it, or no longer. The message is for the person, in their language."""


def always(item: Any, request: HttpRequest) -> bool:
    return True


def as_loaded(items: Sequence[Any], request: HttpRequest) -> None:
    pass


@dataclass(frozen=True)
class WaitingAction:
    """One thing to do with items, with one or with several at once.

    ``perform(request, item, reason)`` does it in a transaction of its own, asks again whether the person may, and
    raises CannotBeDone (or PermissionDenied) where not; the other items are done all the same. ``done(number)`` is
    what is said then. With a ``reason_label`` it asks for a reason, one for all, of at most ``longest_reason`` letters.
    ``fits(item, request)`` says whether it is offered; ``several`` is off for what is only done one by one.
    """

    name: str
    label: Any
    perform: Callable[[HttpRequest, Any, str], object]
    done: Callable[[int], str]
    reason_label: Any = ""
    longest_reason: int = 1000
    fits: Callable[[Any, HttpRequest], bool] = always
    several: bool = True
    kind: Literal["", "primary", "danger"] = ""


@dataclass(frozen=True)
class WaitingKind:
    """One kind of thing that waits, such as applications.

    ``items(request)`` is the query set of those that wait for this person, the longest waiting first: what is not in it
    can neither be seen nor done here. For people whom it never concerns it is ``none()``, which costs no query.
    ``concerns(request)`` says whether the page is of use to them even while nothing waits. ``prepare(items, request)``
    may load in one go what ``title``, ``url`` and the template (context: ``item``) show of each.
    """

    name: str
    label: Any
    template: str
    items: Callable[[HttpRequest], QuerySet]
    concerns: Callable[[HttpRequest], bool]
    title: Callable[[Any], str]
    actions: tuple[WaitingAction, ...] = ()
    url: Callable[[Any], str] | None = None
    #: label of a button that leads there
    open_label: Any = ""
    prepare: Callable[[Sequence[Any], HttpRequest], None] = as_loaded
    order: int = 100

    def action(self, name: str) -> WaitingAction | None:
        return next((action for action in self.actions if action.name == name), None)


waiting: Registry[WaitingKind] = Registry()


def waiting_url(kind: str = "") -> str:
    """The page, or the part of it with this kind only."""
    return reverse("hanse_base:waiting") + (f"?kind={kind}" if kind else "")


def waiting_counts(request: HttpRequest) -> dict[str, int]:
    """How much of each kind waits for this person: asked once a request."""
    if "_hanse_waiting" not in request.__dict__:
        signed_in = request.user.is_authenticated
        counts = {kind.name: kind.items(request).count() for kind in waiting} if signed_in else {}
        request.__dict__["_hanse_waiting"] = counts
    return request.__dict__["_hanse_waiting"]


def concerns(request: HttpRequest) -> bool:
    """Something can wait for this person, or does."""
    if not request.user.is_authenticated:
        return False
    return any(kind.concerns(request) for kind in waiting) or any(waiting_counts(request).values())


def waiting_card(request: HttpRequest) -> dict | None:
    """How much of each kind waits, for the dashboard."""
    counts = waiting_counts(request)
    rows = [
        {"label": kind.label, "url": waiting_url(kind.name), "count": counts[kind.name]}
        for kind in waiting
        if counts[kind.name]
    ]
    return {"rows": rows} if rows else None
