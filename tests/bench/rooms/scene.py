"""``python -m tests.bench.rooms.scene ROOMS PEOPLE``: so many rooms, each with so many people of its own, signed in.

``python -m tests.bench.rooms.scene say CONVERSATION NUMBER``: so many messages in one of them. Prints JSON.
"""

from __future__ import annotations

import json
import sys
import uuid
from datetime import timedelta


def build(rooms: int, people: int) -> list[dict]:
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model
    from django.contrib.sessions.backends.db import SessionStore
    from django.contrib.sessions.models import Session
    from django.utils import timezone

    from hanse_groups.models import Participant
    from hanse_members.models import Membership
    from hanse_members.roles import Role
    from tests.factories.clusters import ClusterFactory, MembershipFactory
    from tests.factories.people import UserFactory
    from tests.factories.rooms import make_room

    # Each run is a process of its own, and finds what earlier ones made.
    for factory in (ClusterFactory, UserFactory):
        factory.reset_sequence(uuid.uuid4().int % 10**9)
    cluster = ClusterFactory()
    owner = MembershipFactory(cluster=cluster, role=Role.MANAGER).person
    user = get_user_model()
    store, later = SessionStore(), timezone.now() + timedelta(days=1)
    scene = []
    for place in range(rooms):
        room = make_room(cluster, owner=owner, name=f"Room {place}")
        made = user.objects.bulk_create(
            user(email=f"{uuid.uuid4().hex}@example.org", first_name=f"Person {number}", last_name=f"Of {place}")
            for number in range(people)
        )
        Membership.objects.bulk_create(
            Membership(person=person, cluster=cluster, state=Membership.State.APPROVED) for person in made
        )
        Participant.objects.bulk_create(
            Participant(
                conversation=room.conversation,
                person=person,
                state=Participant.State.ACTIVE,
                joined_at=timezone.now(),
                last_read_seq=room.conversation.last_seq,
            )
            for person in made
        )
        keys = [uuid.uuid4().hex for _person in made]
        Session.objects.bulk_create(
            Session(
                session_key=key,
                expire_date=later,
                session_data=store.encode(
                    {
                        SESSION_KEY: str(person.pk),
                        BACKEND_SESSION_KEY: settings.AUTHENTICATION_BACKENDS[0],
                        HASH_SESSION_KEY: person.get_session_auth_hash(),
                    }
                ),
            )
            for key, person in zip(keys, made, strict=True)
        )
        room.conversation.refresh_from_db()
        scene.append(
            {
                "id": room.conversation_id,
                "conversation": str(room.conversation.uid),
                "last": room.conversation.last_seq,
                "sessions": keys,
            }
        )
    return scene


def say(conversation: int, number: int) -> list[int]:
    from hanse_groups import actions
    from hanse_groups.models import Conversation, Participant

    found = Conversation.objects.get(pk=conversation)
    authors = Participant.objects.filter(conversation=found).select_related("person")[:10]
    people = [participant.person for participant in authors]
    return [
        actions.post_message(found, by=people[place % len(people)], body=f"Said {place}", client_key=uuid.uuid4()).seq
        for place in range(number)
    ]


def main(arguments: list[str]) -> None:
    import django

    django.setup()
    if arguments[0] == "say":
        result = say(int(arguments[1]), int(arguments[2]))
    else:
        result = build(int(arguments[0]), int(arguments[1]))
    sys.stdout.write(json.dumps(result))


main(sys.argv[1:])
