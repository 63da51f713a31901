"""What somebody sends back to a mail is said in the conversation that the mail came from."""

from __future__ import annotations

from uuid import UUID

from django.utils.translation import gettext as _

from hanse_activity.answers import AnswerPlace, CannotBePosted

from . import actions
from .actions.limits import SAID
from .models import Participant
from .models.conversations import ANSWERS


def post(person, conversation_id: int, text: str, key: UUID) -> None:
    places = Participant.objects.active().of(person).exclude(conversation__room__state="deleted")
    place = places.filter(conversation=conversation_id).select_related("conversation").first()
    if place is None:
        raise CannotBePosted(_("You no longer take part there."))
    try:
        SAID.use(person)
        actions.post_message(place.conversation, by=person, body=text, client_key=key)
    except actions.NotPossible as problem:
        raise CannotBePosted(str(problem)) from problem
    except actions.NotPermitted as problem:
        raise CannotBePosted(_("You no longer take part there.")) from problem


conversations = AnswerPlace(name=ANSWERS, post=post)
