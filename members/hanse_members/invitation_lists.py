"""The list of invitations for those who manage them."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest
from django.urls import reverse_lazy
from django.utils.translation import gettext_lazy as _

from hanse_base.lists import Facet, ItemList, Sort

from .models import Invitation

Standing = Invitation.Standing


def standing_names(values: Collection[str]) -> dict[str, Any]:
    return {value: Standing(value).label for value in values}


class InvitationList(ItemList):
    name = "invitations"
    item_template = "hanse_members/includes/invitation.html"
    layout = "rows"
    page_size = 25
    search_fields = ("email",)
    search_label = _("Search by address")
    sorts = (Sort("newest", _("Newest first"), ("-sent_at",)), Sort("address", _("Address"), ("email",)))
    facets = (
        Facet("state", _("State"), "standing", labels=standing_names),
        Facet("cluster", _("Cluster"), "cluster"),
    )
    empty = {
        "icon": "mail",
        "title": _("Nobody is invited yet"),
        "text": _("Whoever you invite gets a mail with a link, and becomes a member by accepting."),
        "url": reverse_lazy("hanse_members:invite"),
        "action": _("Invite people"),
    }

    def __init__(self, request: HttpRequest):
        own = Invitation.objects.managed_by(request.user).with_standing()
        super().__init__(request, own.select_related("cluster", "invited_by", "accepted_by"))
