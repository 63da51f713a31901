"""Kinds of notifications: each plugin registers its own in ``AppConfig.ready()``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from hanse_base.registry import Registry

from .delivery import Delivery

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from django.db.models import Model, QuerySet

    from hanse_access.viewer import Viewer

    from .models import Notification


def never(target: Model) -> bool:
    return False


def always(target: Model) -> bool:
    return True


def everybody(viewer: Viewer) -> bool:
    return True


def decides(viewer: Viewer) -> bool:
    """For ``concerns``: those who decide for others, such as the management of a cluster."""
    return bool(viewer.decides)


def as_loaded(targets: Sequence[Any], viewer: Viewer) -> None:
    pass


@dataclass(frozen=True)
class NotificationKind:
    """Something that people are told.

    ``targets(viewer)`` is the query set of the objects that this viewer may be told about now: of a scoped model
    ``visible_to(viewer)``. It is asked again whenever a notification is listed and before a mail is sent, and holds
    what ``text`` needs (``select_related``, ``prefetch_related``).

    ``prepare(targets, viewer)`` may load in one go what ``text`` says about each of them to this viewer.
    ``text(notification, target)`` is one whole sentence in the active language, ``url(notification, target)`` the
    address that leads there, beginning with "/". ``details`` is a longer text for the mail, such as a reason.
    ``discreet(target)`` says that a mail must carry neither title nor text, as for everything in a closed room: it then
    gives ``label`` and the way to the platform only. So it is too for what belongs to a discreet ``DeliverySource``.

    ``still_tells(target)`` says, after ``prepare``, whether anything is left to tell, where that is no question of the
    target alone: where it says no, no mail goes out.

    ``delivery`` is how its mails come as long as a person has chosen nothing else: at once what somebody must act on
    or waits for, the others in a digest. ``required`` is what nobody can be spared, such as decisions about the own
    things: it comes by mail, if later. ``addressed`` is what is meant for the person alone, such as being named: where
    it belongs to a source, what was chosen for that does not count. ``concerns(viewer)`` says whether the viewer can be
    told such things at all, and so has a line for it among the own choices; it asks no query of its own.

    ``answers(target)`` is the place that takes answers to its mail (name and id, see ``answers.AnswerPlace``), or None.
    What is discreet takes none.
    """

    name: str
    label: Any
    targets: Callable[[Viewer], QuerySet]
    text: Callable[[Notification, Any], str]
    url: Callable[[Notification, Any], str]
    prepare: Callable[[Sequence[Any], Viewer], None] = as_loaded
    details: Callable[[Notification, Any], str] | None = None
    discreet: Callable[[Any], bool] = never
    still_tells: Callable[[Any], bool] = always
    icon: str = "bell"
    delivery: Delivery = Delivery.DAILY
    required: bool = False
    addressed: bool = False
    concerns: Callable[[Viewer], bool] = everybody
    #: one person writes to another: nobody hears it from somebody whom they block
    personal: bool = False
    answers: Callable[[Any], tuple[str, int] | None] | None = None
    order: int = 100


notification_kinds: Registry[NotificationKind] = Registry()
