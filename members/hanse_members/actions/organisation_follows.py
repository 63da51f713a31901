"""Topics that an organisation follows: those who look after it hear of what is new in them."""

from __future__ import annotations

from collections.abc import Iterable

from django.core.exceptions import PermissionDenied
from django.db import transaction
from wagtail.permissions import policy_registry

from hanse_access.audit import record
from hanse_activity.follows import TooMany, followed_by_body, let_follow

from ..models import Organisation, Topic
from .errors import NotPossible

#: the kind of what is followed
TOPICS = "topics"


@transaction.atomic
def follow_topics(organisation: Organisation, topics: Iterable[Topic], *, by) -> None:
    """Follow these topics and no other. Raises PermissionDenied for who may not change it, NotPossible for too many."""
    if not policy_registry.get_by_type(Organisation).user_has_permission_for_instance(by, "change", organisation):
        raise PermissionDenied
    organisation = Organisation.objects.select_for_update(of=("self",)).get(pk=organisation.pk)
    wanted = {topic.pk for topic in topics}
    if wanted == followed_by_body(TOPICS, organisation.as_follower):
        return
    try:
        let_follow(TOPICS, wanted, body=organisation.as_follower)
    except TooMany as problem:
        raise NotPossible(str(problem)) from problem
    record("organisation.follows", by=by, obj=organisation, scope=organisation.home_scope())


def followed_topics(organisation: Organisation) -> list[Topic]:
    """By name."""
    ids = followed_by_body(TOPICS, organisation.as_follower)
    return sorted(Topic.objects.in_use().with_names().filter(pk__in=ids), key=lambda topic: str(topic).casefold())
