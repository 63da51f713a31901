"""What direct messages add to the shared surfaces: side bar, navigation, dashboard, profiles."""

from __future__ import annotations

from django.db.models import Count, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hanse_base.cards import Card
from hanse_base.navigation import NavigationItem
from hanse_base.slots import SlotPart
from hanse_members.models import Profile
from hanse_members.profile_parts import ProfilePart

from .direct_names import name_directs
from .direct_people import describe
from .models import Direct, Message
from .models.direct import pair_of
from .surfaces import takes_part

#: conversations in the side bar and on the card
MOST_LISTED = 6


def newest_directs(request: HttpRequest) -> list[Direct]:
    """The reader's newest conversations, each with ``label`` and ``unread``. Three queries a request."""
    if "_hanse_own_directs" not in request.__dict__:
        found = []
        if request.user.is_authenticated:
            found = _described(request, Direct.objects.listed_for(request.viewer)[: MOST_LISTED + 1])
        request.__dict__["_hanse_own_directs"] = found
    return request.__dict__["_hanse_own_directs"]


def _described(request: HttpRequest, directs: QuerySet[Direct]) -> list[Direct]:
    found = list(directs.select_related("conversation"))
    if found:
        name_directs(found, request.viewer)
        unread = unread_by_direct(request)
        for direct in found:
            direct.unread = unread.get(direct.pk, 0)
    return found


def unread_by_direct(request: HttpRequest) -> dict[int, int]:
    """Conversation with something new → how many messages: one query a request."""
    if "_hanse_unread_directs" not in request.__dict__:
        unread = Message.objects.unread_by(request.user).filter(conversation__direct__isnull=False)
        counted = unread.order_by().values("conversation").annotate(number=Count("pk"))
        request.__dict__["_hanse_unread_directs"] = dict(counted.values_list("conversation", "number"))
    return request.__dict__["_hanse_unread_directs"]


def unread_directs(request: HttpRequest) -> int:
    """Conversations with something new. None of them is archived."""
    return len(unread_by_direct(request)) if newest_directs(request) else 0


def has_directs(request: HttpRequest) -> bool:
    return bool(newest_directs(request)) or Direct.objects.of_viewer(request.viewer).exists()


def card_context(request: HttpRequest) -> dict | None:
    """Conversations with something new, the newest first."""
    unread = unread_by_direct(request) if newest_directs(request) else {}
    if not unread:
        return None
    new = Direct.objects.listed_for(request.viewer).filter(pk__in=unread)[:MOST_LISTED]
    return {"directs": _described(request, new), "more": len(unread) > MOST_LISTED}


def side_context(request: HttpRequest) -> dict | None:
    found = newest_directs(request)
    return {"directs": found[:MOST_LISTED], "more": len(found) > MOST_LISTED} if found else None


def profile_context(request: HttpRequest, profile: Profile) -> dict | None:
    """The way to write to the person, or why there is none. Nothing on the own profile, and for visitors."""
    if not request.user.is_authenticated or profile.person_id == request.user.pk:
        return None
    pair = Direct.objects.of_viewer(request.viewer).filter(pair=pair_of(request.user.pk, profile.person_id))
    known = pair.select_related("conversation").first()
    [to] = describe(request, [(f"p{profile.uid}", profile.person)])
    return {"to": to, "known": known, "url": reverse("hanse_groups:write", args=[profile.uid])}


side_part = SlotPart(
    name="my-messages",
    place="side",
    template="hanse_groups/slots/side_messages.html",
    context=side_context,
    order=11,
)

card = Card(
    name="messages",
    title=_("New messages to you"),
    template="hanse_groups/cards/messages.html",
    context=card_context,
    order=16,
)

navigation_item = NavigationItem(
    name="messages",
    label=_("Messages"),
    url=lambda request: reverse("hanse_groups:directs"),
    icon="chat",
    order=16,
    shown=lambda request: takes_part(request) or has_directs(request),
    count=unread_directs,
)

profile_part = ProfilePart(
    name="write", template="hanse_groups/includes/write_button.html", context=profile_context, order=10
)
