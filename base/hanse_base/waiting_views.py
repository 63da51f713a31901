"""The page "Waiting for me"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from .waiting import CannotBeDone, WaitingAction, WaitingKind, waiting, waiting_counts, waiting_url

#: items of each kind on the page of all, and on the page of one kind; doing them brings the others forward
FEW, MANY = 10, 50


@dataclass
class Refused:
    """What was sent without a reason, or with too long a one: drawn again with what was chosen and typed."""

    kind: str
    action: str
    error: str
    reason: str
    chosen: set[int]
    #: the item whose own button was pressed
    only: int | None


@dataclass
class Offer:
    """An action as it is drawn, with what was wrong and what was typed when it was refused."""

    action: WaitingAction
    error: str = ""
    reason: str = ""


@dataclass
class DrawnItem:
    item: Any
    title: str
    url: str
    offers: list[Offer]
    choosable: bool
    chosen: bool


@dataclass
class Group:
    """One kind as it is drawn."""

    kind: WaitingKind
    count: int
    items: list[DrawnItem]
    several: list[Offer] = field(default_factory=list)


@login_required
def waiting_page(request: HttpRequest) -> HttpResponse:
    """All that waits for this person, or one kind of it (``?kind=``). POST does something with the chosen ones."""
    if request.method == "POST":
        return _act(request)
    return _page(request)


def _page(request: HttpRequest, refused: Refused | None = None) -> HttpResponse:
    counts = waiting_counts(request)
    wanted = request.GET.get("kind", "")
    only = wanted if counts.get(wanted) else ""
    shown = [kind for kind in waiting if counts[kind.name] and only in ("", kind.name)]
    tabs = [{"label": _("All"), "url": waiting_url(), "current": not only, "count": 0}]
    tabs += [
        {"label": kind.label, "url": waiting_url(kind.name), "current": kind.name == only, "count": counts[kind.name]}
        for kind in waiting
        if counts[kind.name]
    ]
    most = MANY if only or len(shown) == 1 else FEW
    context = {
        "groups": [_group(request, kind, counts[kind.name], most, refused) for kind in shown],
        "tabs": tabs if len(tabs) > 2 else [],
        "only": only,
    }
    return render(request, "hanse_base/waiting.html", context, status=400 if refused else 200)


def _group(request: HttpRequest, kind: WaitingKind, count: int, most: int, refused: Refused | None) -> Group:
    if refused and refused.kind != kind.name:
        refused = None
    rows = list(kind.items(request)[:most])
    kind.prepare(rows, request)
    items = [_drawn(request, kind, row, refused) for row in rows]
    group = Group(kind, count, items)
    if sum(item.choosable for item in items) > 1:
        group.several = [_offer(action, refused, None) for action in kind.actions if action.several]
    return group


def _drawn(request: HttpRequest, kind: WaitingKind, row: Any, refused: Refused | None) -> DrawnItem:
    offered = [action for action in kind.actions if action.fits(row, request)]
    return DrawnItem(
        item=row,
        title=kind.title(row),
        url=kind.url(row) if kind.url else "",
        offers=[_offer(action, refused, row.pk) for action in offered],
        choosable=any(action.several for action in offered),
        chosen=bool(refused and refused.only is None and row.pk in refused.chosen),
    )


def _offer(action: WaitingAction, refused: Refused | None, only: int | None) -> Offer:
    if refused is None or (refused.action, refused.only) != (action.name, only):
        return Offer(action)
    return Offer(action, refused.error, refused.reason)


def _act(request: HttpRequest) -> HttpResponse:
    """``kind``; ``do``: the action, with ":" and a number where the item's own button was pressed; ``chosen``.

    ``all`` stands for everything that was ``shown``. What cannot be done is said, item by item.
    """
    sent = request.POST
    kind = waiting[sent["kind"]] if sent.get("kind") in waiting else None
    name, _colon, one = sent.get("do", "").partition(":")
    action = kind.action(name) if kind else None
    if kind is None or action is None:
        messages.error(request, _("This is not known here."))
        return redirect("hanse_base:waiting")
    asked = [one] if one else sent.getlist("shown" if sent.get("all") else "chosen")
    numbers = {int(number) for number in asked if number.isdecimal() and len(number) < 19}
    back = redirect(waiting_url(kind.name if request.GET.get("kind") == kind.name else ""))
    if not numbers:
        messages.error(request, _("Please choose something first."))
        return back
    reason = ""
    if action.reason_label:
        reason = sent.get(f"reason-{name}-{one}" if one else f"reason-{name}", "").replace("\x00", "").strip()
        if error := _reason_error(reason, action.longest_reason):
            only = next(iter(numbers)) if one else None
            return _page(request, Refused(kind.name, name, error, reason, numbers, only))
    _perform(request, kind, action, numbers, reason)
    return back


def _reason_error(reason: str, longest: int) -> str:
    if not reason:
        return _("Please give a reason.")
    if len(reason) > longest:
        return _("Please write no more than %(longest)d characters; these are %(number)d.") % {
            "longest": longest,
            "number": len(reason),
        }
    return ""


def _perform(
    request: HttpRequest, kind: WaitingKind, action: WaitingAction, numbers: Iterable[int], reason: str
) -> None:
    """Each for itself: what one item refuses does not keep the others from being done."""
    wanted = set(numbers)
    rows = list(kind.items(request).filter(pk__in=wanted)[:MANY])
    kind.prepare(rows, request)
    done = 0
    for row in rows:
        if not action.fits(row, request):
            messages.error(request, _("%(item)s: this cannot be done here.") % {"item": kind.title(row)})
            continue
        try:
            action.perform(request, row, reason)
        except CannotBeDone as problem:
            messages.error(request, f"{kind.title(row)}: {problem}")
        except PermissionDenied:
            messages.error(request, _("%(item)s: you may not do this any more.") % {"item": kind.title(row)})
        else:
            done += 1
    if done:
        messages.success(request, action.done(done))
    if missing := len(wanted) - len(rows):
        text = ngettext(
            "%(number)d of the chosen does not wait for you any more.",
            "%(number)d of the chosen do not wait for you any more.",
            missing,
        )
        messages.info(request, text % {"number": missing})
