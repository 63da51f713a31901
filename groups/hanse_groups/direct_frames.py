"""What stands around a direct conversation, and what the pages of one share."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from hanse_access.viewer import Viewer
from hanse_activity.models import Block
from hanse_members.models import Profile

from .chat_frames import ChatFrame
from .direct_names import name_directs
from .direct_rule import Refusal, refusal_in, why
from .models import Direct, Participant
from .people import key_in, organisations_of


@dataclass(frozen=True)
class Obstacle:
    """Why nothing can be sent, and the address where the reader can change that, or none."""

    text: str
    url: str = ""
    action: Any = ""


def direct_place(request: HttpRequest, uid: UUID) -> Participant:
    """The reader's place in a direct conversation. 404 for everybody who is not in it, whoever they are."""
    found = (
        Participant.objects.active()
        .of_viewer(request.viewer)
        .filter(conversation__uid=uid, conversation__direct__isnull=False)
        .select_related("person", "conversation__direct")
        .first()
    )
    if found is None:
        raise Http404
    return found


def direct_frame(place: Participant, viewer: Viewer) -> ChatFrame:
    conversation, direct = place.conversation, place.conversation.direct
    obstacle = obstacle_in(direct, place.person)
    return ChatFrame(
        conversation=conversation,
        address=reverse("hanse_groups:direct", args=[conversation.uid]),
        search_address=reverse("hanse_groups:direct_search", args=[conversation.uid]),
        chat="hanse_groups/direct_chat.html",
        search="hanse_groups/direct_search.html",
        writable=obstacle is None,
        removed=_("This message was taken out of sight after a report."),
        context=lambda: {**direct_context(place, viewer, "chat"), "obstacle": obstacle},
    )


def direct_context(place: Participant, viewer: Viewer, current: str) -> dict[str, Any]:
    """What every page of a direct conversation shows: its name, its people, its tabs."""
    direct = place.conversation.direct
    name_directs([direct], viewer)
    describe(direct.others, viewer)
    uid = place.conversation.uid
    return {
        "direct": direct,
        "place": place,
        "other": None if direct.is_group or not direct.others else direct.others[0],
        "tabs": [
            {"label": label, "url": reverse(f"hanse_groups:{name}", args=[uid]), "current": current == key, "count": 0}
            for key, name, label in (
                ("chat", "direct", _("Chat")),
                ("people", "direct_people", _("People and settings")),
            )
        ],
    }


def describe(participants: list[Participant], viewer: Viewer) -> None:
    """Give each ``key``, ``organisation``, ``profile_uid`` where the viewer sees the profile, and ``block_pk``."""
    people = [participant.person_id for participant in participants]
    firms = organisations_of(people)
    profiles = dict(Profile.objects.visible_to(viewer).filter(person__in=people).values_list("person", "uid"))
    blocks = Block.objects.by(viewer.user).filter(blocked__in=people)
    blocked = dict(blocks.values_list("blocked", "pk"))
    for participant in participants:
        participant.key = key_in(participant.conversation_id, participant.person_id)
        participant.organisation = firms.get(participant.person_id, "")
        participant.profile_uid = profiles.get(participant.person_id)
        participant.block_pk = blocked.get(participant.person_id)


def obstacle_in(direct: Direct, person) -> Obstacle | None:
    refused = refusal_in(direct, person)
    if refused is None:
        return None
    refusal, other = refused
    name = Participant.objects.filter(conversation=direct.pk, person=other).select_related("person").first()
    return obstacle_of(refusal, name.person.get_full_name() if name else "")


def obstacle_of(refusal: Refusal, name: str) -> Obstacle:
    """With the way out, where it is the reader's own to take."""
    text = why(refusal, name)
    if refusal == Refusal.OWN_SETTING:
        return Obstacle(text, reverse("hanse_groups:message_settings"), _("Who may write to you"))
    if refusal == Refusal.OWN_BLOCK:
        return Obstacle(text, reverse("hanse_activity:reports"), _("Whom you block"))
    return Obstacle(text)
