"""What people are told of what their searches found: what they may see of it when they read it, or it is sent."""

from __future__ import annotations

from collections.abc import Sequence

from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from hanse_access.viewer import Viewer
from hanse_activity.delivery import DeliverySource, delivery_sources
from hanse_activity.kinds import NotificationKind, notification_kinds
from hanse_activity.models import Notification

from ..queries import Query
from ..searching import load
from .actions import KIND, SOURCE
from .models import SavedSearch, SearchAlert

#: things that a mail names
MOST_IN_MAIL = 10


def own_alerts(viewer: Viewer) -> QuerySet[SearchAlert]:
    mine = SavedSearch.objects.of(viewer.user).order_by().values("pk")
    return SearchAlert.objects.filter(search__in=mine).select_related("search").defer("search__known")


def read(alerts: Sequence[SearchAlert], viewer: Viewer) -> None:
    """Puts what the viewer may see of them now onto each as ``results``: two queries for each kind of items."""
    named = {(source, pk) for alert in alerts for source, pk in alert.items}
    found = load(sorted(named), viewer, Query())
    for alert in alerts:
        keys = [(source, pk) for source, pk in alert.items]
        alert.results = [found[key] for key in dict.fromkeys(keys) if key in found]


def tells_something(alert: SearchAlert) -> bool:
    return bool(alert.results)


def alert_text(notification: Notification, alert: SearchAlert) -> str:
    number = len(alert.results)
    if not number:
        return _("What your search “%(search)s” found is not there any more.") % {"search": alert.search}
    text = ngettext(
        "%(number)d new thing for your search “%(search)s”",
        "%(number)d new things for your search “%(search)s”",
        number,
    )
    return text % {"number": number, "search": alert.search}


def alert_details(notification: Notification, alert: SearchAlert) -> str:
    """For mails: what is in closed places is counted only, as everywhere in mails."""
    said = [f"{result.source.label}: {result.found.title}" for result in alert.results if not result.found.discreet]
    lines = said[:MOST_IN_MAIL]
    if rest := len(alert.results) - len(lines):
        lines.append(ngettext("and %(number)d more", "and %(number)d more", rest) % {"number": rest})
    return "\n".join(lines)


def alert_url(notification: Notification, alert: SearchAlert) -> str:
    return alert.get_absolute_url()


def register() -> None:
    delivery_sources.register(
        DeliverySource(
            name=SOURCE,
            label=gettext_lazy("Saved searches"),
            things=lambda viewer: SavedSearch.objects.of(viewer.user).watched().without_known(),
            order=30,
        )
    )
    notification_kinds.register(
        NotificationKind(
            name=KIND,
            label=gettext_lazy("A search that you keep finds something new"),
            targets=own_alerts,
            prepare=read,
            text=alert_text,
            details=alert_details,
            url=alert_url,
            still_tells=tells_something,
            icon="search",
            order=65,
        )
    )
