"""``python -m tests.serving.scene PEOPLE``: one room with so many people, each signed in. Prints addresses as JSON."""

import json
import sys
import uuid


def main(number: int) -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    from hanse_members.roles import Role
    from hanse_site.setup import create_site_pages
    from tests.factories.clusters import ClusterFactory, MembershipFactory
    from tests.factories.people import UserFactory
    from tests.factories.rooms import make_room

    create_site_pages()
    # Each run is a process of its own, and finds what earlier ones made.
    for factory in (ClusterFactory, UserFactory):
        factory.reset_sequence(uuid.uuid4().int % 10**9)
    cluster = ClusterFactory()
    owner, *others = [
        MembershipFactory(
            cluster=cluster,
            person=UserFactory(first_name=f"Person {place}", last_name="Of the Room"),
            role=Role.MEMBER if place else Role.MANAGER,
        ).person
        for place in range(number)
    ]
    room = make_room(cluster, owner=owner, members=others)
    sessions = []
    for person in (owner, *others):
        session = SessionStore()
        session[SESSION_KEY] = str(person.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = person.get_session_auth_hash()
        session.save()
        sessions.append(session.session_key)
    scene = {"room": str(room.uid), "conversation": room.conversation_id, "sessions": sessions}
    sys.stdout.write(json.dumps(scene))


main(int(sys.argv[1]))
