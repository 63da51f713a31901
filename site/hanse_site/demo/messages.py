"""Direct messages of the demo: two people of one cluster, two who met in a room, three before a fair, and a request."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from hanse_groups import actions
from hanse_groups.actions import direct as acts
from hanse_groups.models import Conversation, Direct, Message, Participant

from ..models import User
from .room_files import attached_to

#: who says something, hours ago, and what
Said = tuple[str, float, str]


@dataclass(frozen=True)
class DemoTalk:
    """``people`` are personas, the first one begins. ``unread``: who has not read the last messages, and how many."""

    key: str
    people: tuple[str, ...]
    talk: tuple[Said, ...]
    title: str = ""
    unread: tuple[str, int] = ("", 0)


TALKS = (
    DemoTalk(
        key="fair",
        people=("company.photonik", "manager.photonik"),
        talk=(
            ("company.photonik", 29, "Hallo Frau Wendt, wir hätten Ende Januar einen Platz in der Klimakammer frei. Wissen Sie jemanden, der gerade sucht?"),
            ("manager.photonik", 27.5, "Das trifft sich gut: zwei Firmen haben in dieser Woche danach gefragt. Darf ich Sie nennen?"),
            ("company.photonik", 27, "Ja, gern. Es gehen **−40 bis +85 °C**, bis zu einem Kubikmeter. Am liebsten ab dem 19. Januar."),
            ("manager.photonik", 2, "Beide melden sich bei Ihnen. Danke, so soll ein Cluster sein."),
        ),
        unread=("company.photonik", 1),
    ),
    DemoTalk(
        key="filter",
        people=("expert.biomed", "expert.leichtbau"),
        talk=(
            ("expert.biomed", 26, "I did not want to fill the room with this: could your mount take a filter of 62 mm instead of 58?"),
            ("expert.leichtbau", 25, "With another ring, yes. That costs 40 grams, and @room would hear about it from the boom first."),
            ("expert.biomed", 24.5, "Then let us try it with the ring and weigh it. I send you two blanks on Monday."),
            ("expert.leichtbau", 4, "Blanks are here. 38 grams. I tell the others once it has survived the shaker."),
        ),
        unread=("expert.biomed", 1),
    ),
    DemoTalk(
        key="visit",
        people=("manager.photonik", "company.photonik", "expert.leichtbau"),
        title="Visit in January",
        talk=(
            ("manager.photonik", 49, "The ministry wants to see the harvester on 22 January. Can we show something that moves?"),
            ("expert.leichtbau", 48, "The frame is on the shaker until the 20th. After that it can travel, if somebody carries it."),
            ("company.photonik", 47.5, "We have a van. Ich fahre am 21. über Jena und nehme ihn mit."),
            ("manager.photonik", 20, "Perfect. Half past nine at the gate, and please no slides: they have seen slides."),
        ),
        unread=("expert.leichtbau", 1),
    ),
    DemoTalk(
        key="request",
        people=("manager.biomed", "company.photonik"),
        talk=(
            (
                "manager.biomed",
                7,
                "Good morning, one of our members needs lenses for an endoscope, 200 pieces a year. Your profile says small "
                "series. May I put you in touch?",
            ),
        ),
    ),
)  # fmt: skip


def load_messages(people: dict[str, User], namespace: uuid.UUID) -> int:
    """The conversations that are not there yet. Returns their number."""
    added = 0
    for demo in TALKS:
        uid = uuid.uuid5(namespace, f"messages {demo.key}")
        if not Conversation.objects.filter(uid=uid).exists():
            with transaction.atomic():
                _load(demo, uid, people)
            added += 1
    return added


def _load(demo: DemoTalk, uid: uuid.UUID, people: dict[str, User]) -> None:
    begins, *others = (people[name] for name in demo.people)
    key = uuid.uuid5(uid, "first")
    _who, _hours, words = demo.talk[0]
    if len(others) == 1:
        first = acts.write_to(others[0], by=begins, body=words, client_key=key)
    else:
        first = acts.begin_group(others, by=begins, title=demo.title, body=words, client_key=key)
    conversation = first.conversation
    Conversation.objects.filter(pk=conversation.pk).update(uid=uid)
    said = [first]
    for who, _hours, text in demo.talk[1:]:
        by = people[who]
        files = attached_to(demo.key, conversation, by, text)
        said.append(actions.post_message(conversation, by=by, body=text, client_key=uuid.uuid4(), attachments=files))
    now = timezone.now()
    for message, (_who, hours, _text) in zip(said, demo.talk, strict=True):
        at = now - datetime.timedelta(hours=hours)
        Message.objects.filter(pk=message.pk).update(created_at=at)
        Direct.objects.filter(pk=conversation.pk).update(moved_at=at)
    name, number = demo.unread
    for place in Participant.objects.active().filter(conversation=conversation):
        behind = number if name and place.person_id == people[name].pk else 0
        Participant.objects.filter(pk=place.pk).update(last_read_seq=said[-1].seq - behind)
