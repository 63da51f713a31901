"""Going on with a question in a room."""

from __future__ import annotations

import uuid

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.utils.text import Truncator
from django.utils.translation import gettext as _

from hanse_access.audit import record
from hanse_access.scopes import PUBLIC, Scope
from hanse_groups import actions as rooms
from hanse_groups.actions.rooms import clusters_to_open_in
from hanse_groups.models import Room
from hanse_groups.models.messages import LONGEST_MESSAGE
from hanse_members.actions.errors import NotPossible
from hanse_members.models import Cluster

from ..models import Question
from .questions import PLATFORM, own, require_reached


def room_clusters(person) -> QuerySet[Cluster]:
    """The clusters in which this person may open rooms, by name."""
    return clusters_to_open_in(person).order_by("name", "pk")


def to_invite(question: Question) -> QuerySet:
    """The people who answered, as far as that is read still."""
    answered = question.replies.shown().filter(by_asker=False).order_by().values("author_id")
    return get_user_model()._default_manager.filter(pk__in=answered, is_active=True).order_by("pk")


@transaction.atomic
def go_on_in_room(question: Question, *, by, cluster: Cluster) -> Room:
    """Open a room, invite everybody who answered, and say there what was asked. By who asked, once.

    Those who see the question see the card of the room and can ask to be let in; the room of a question for one room,
    or of one without a name, is hidden, since its card would name the owner. Raises NotPermitted for who may open no
    room in the cluster, NotPossible where nobody has answered, there is a room already, or it is out of sight.
    """
    question = own(question, by=by)
    require_reached(question, by)
    if question.withheld:
        raise NotPossible(_("This is out of sight after a report. You can object to that."))
    people = list(to_invite(question))
    if question.room_id is not None:
        raise NotPossible(_("There is a room for this question already."))
    if not people:
        raise NotPossible(_("Nobody has answered yet, so there is nobody to invite."))
    scopes = _card_scopes(question)
    room = rooms.open_room(
        by=by,
        cluster=cluster,
        name=Truncator(question.title).chars(Room._meta.get_field("name").max_length or 100),
        purpose=question.text[: Room._meta.get_field("purpose").max_length] or question.title,
        kind=Room.Kind.CLOSED if scopes else Room.Kind.HIDDEN,
        scopes=scopes,
    )
    for person in people:
        rooms.invite(room, by=by, person=person)
    said = "\n\n".join(part for part in (question.title, question.text) if part)
    rooms.post_message(room.conversation, by=by, body=said[:LONGEST_MESSAGE], client_key=uuid.uuid4())
    question.room = room
    question.save(update_fields=["room"])
    # Beside the opening of the room, which has the name of who opened it, an event would tell whose the question is.
    if not question.is_anonymous:
        record("questions.room_opened", by=by, obj=question, scope=question.home_scope())
    return room


def _card_scopes(question: Question) -> list[Scope]:
    if question.is_anonymous:
        return []
    scopes = question.audience.scope_set
    if scopes & {PUBLIC, PLATFORM}:
        return [PLATFORM]
    return sorted(scope for scope in scopes if scope.kind == "cluster")
