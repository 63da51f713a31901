"""What becomes of a cluster's news when it is suspended, reinstated or closed."""

from __future__ import annotations

from django.db.models import Exists, OuterRef
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hanse_access.models import AudienceScope
from hanse_access.scopes import EDITORS
from hanse_members.consequences import Change, Consequence, consequences
from hanse_members.models import Cluster

from .models import NewsPage


def pieces_of(cluster: Cluster):
    """Pieces that are shown to somebody, each in one language."""
    shown = NewsPage.objects.filter(cluster=cluster).shown().originals()
    return shown.order_by().values("translation_key").distinct()


def shared_pieces(cluster: Cluster):
    """Those that others than the own members see: other clusters, all members, everybody."""
    scopes = AudienceScope.objects.filter(audience=OuterRef("page_audience__audience"))
    others = scopes.exclude(kind="cluster", object_id=cluster.pk).exclude(kind=EDITORS.kind)
    return pieces_of(cluster).filter(Exists(others))


def says_of_all(change: Change, number: int) -> str:
    if change == Change.REINSTATE:
        text = ngettext(
            "%(number)d piece of news is shown again.", "%(number)d pieces of news are shown again.", number
        )
    else:
        text = ngettext(
            "%(number)d piece of news is no longer shown.", "%(number)d pieces of news are no longer shown.", number
        )
    return text % {"number": number}


def says_of_shared(change: Change, number: int) -> str:
    if change == Change.REINSTATE:
        text = ngettext(
            "%(number)d of them is shared beyond the cluster: others see it again.",
            "%(number)d of them are shared beyond the cluster: others see them again.",
            number,
        )
    else:
        text = ngettext(
            "%(number)d of them is shared beyond the cluster: others see it no longer.",
            "%(number)d of them are shared beyond the cluster: others see them no longer.",
            number,
        )
    return text % {"number": number}


def register() -> None:
    consequences.register(
        Consequence(
            name="news",
            label=_("News"),
            says=says_of_all,
            counts=lambda cluster: pieces_of(cluster).count(),
            order=30,
        )
    )
    consequences.register(
        Consequence(
            name="news-shared",
            label=_("Shared news"),
            says=says_of_shared,
            counts=lambda cluster: shared_pieces(cluster).count(),
            order=31,
        )
    )
