"""Who is there, and who has read how far: what an open page asks for every few seconds. Nothing of it is stored.

How far each has read is shown in rooms that were set so.
"""

from __future__ import annotations

from typing import Any

from .models import Participant
from .people import key_in

#: seconds after which somebody who was not heard of is no longer there: pages ask three times as often
STAYS = 60


def look(place: Participant) -> dict[str, Any]:
    """``read``: key of a person → the number up to which they have read, and since when they are here; None where the
    room does not show it. What was said before somebody came counts as read, but nobody has seen them read it."""
    present = Participant.objects.active().filter(conversation=place.conversation_id)
    room = getattr(place.conversation, "room", None)
    if room is None or not room.shows_who_read:
        return {"read": None}
    read = present.values_list("person_id", "last_read_seq", "joined_at")
    return {
        "read": {
            key_in(place.conversation_id, person): {"seq": seq, "since": since.isoformat() if since else ""}
            for person, seq, since in read
        }
    }
