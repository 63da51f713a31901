"""Direct conversations, by the actions that people use."""

import uuid

from hanse_groups.actions import direct as acts
from hanse_groups.models import Direct, Message, MessageSettings, Participant


def write(by, to, body: str = "Hello") -> Message:
    return acts.write_to(to, by=by, body=body, client_key=uuid.uuid4())


def talk(by, to, *bodies: str) -> Direct:
    """The conversation of two, with what the first one says."""
    for body in bodies or ("Hello",):
        said = write(by, to, body)
    return Direct.objects.select_related("conversation").get(pk=said.conversation_id)


def make_group(by, *others, title: str = "", body: str = "Hello all") -> Direct:
    said = acts.begin_group(others, by=by, title=title, body=body, client_key=uuid.uuid4())
    return Direct.objects.select_related("conversation").get(pk=said.conversation_id)


def seat(direct: Direct, person) -> Participant:
    return Participant.objects.select_related("person", "conversation").get(conversation=direct.pk, person=person)


def accepts(person, whom: str, **values) -> None:
    MessageSettings.objects.update_or_create(person=person, defaults={"accepts": whom, **values})
