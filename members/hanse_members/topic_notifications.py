"""Who follows a topic hears of organisations that take it up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from functools import partial

from django.contrib.auth import get_user_model
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task

from hanse_access.viewer import Viewer
from hanse_activity.actions import notify
from hanse_activity.delivery import Source
from hanse_activity.follows import (
    BodyKind,
    FollowableKind,
    body_kinds,
    followable_kinds,
    followers_of,
    told_through_bodies,
)
from hanse_activity.kinds import NotificationKind, notification_kinds
from hanse_activity.models import Body, DeliveryChoice, Follow, Notification

from .models import Membership, Organisation, OrganisationTopic, Topic, TopicAncestor
from .topic_links import TopicLinks, topic_links

FOLLOWED = "topics"
KIND = "topics.organisation"


def keepers(organisations: Collection[int]) -> list[tuple[int, int]]:
    """Organisation and person who looks after it."""
    kept = Membership.objects.keepers().filter(organisation__in=organisations)
    return list(kept.order_by().values_list("organisation_id", "person_id").distinct())


def visible_links(viewer: Viewer) -> QuerySet[OrganisationTopic]:
    seen = Organisation.objects.visible_to(viewer).shown().order_by().values("pk")
    links = OrganisationTopic.objects.filter(organisation__in=seen)
    return links.select_related("organisation", "topic").prefetch_related("topic__labels")


def taken_up_text(notification: Notification, link: OrganisationTopic) -> str:
    return _("%(organisation)s works on %(topic)s now.") % {"organisation": link.organisation, "topic": link.topic}


def tell_followers_after_commit(organisation: Organisation, topics: Collection[int], *, by) -> None:
    """The organisation has these topics newly."""
    if topics:
        number = by.pk if by is not None else None
        transaction.on_commit(partial(tell_followers.enqueue, organisation.pk, sorted(topics), number))


@task()
def tell_followers(organisation: int, topics: list[int], by: int | None = None) -> None:
    """Each follower of one of the topics, or of one above it, is told once: people, and those in charge of
    organisations that follow it. Can run twice.
    """
    links = {
        link.topic_id: link for link in OrganisationTopic.objects.filter(organisation=organisation, topic__in=topics)
    }
    above = TopicAncestor.objects.filter(topic__in=links).order_by("topic").values_list("ancestor_id", "topic_id")
    first: dict[int, int] = {}
    for ancestor, topic in above:
        first.setdefault(ancestor, topic)
    told = Notification.objects.filter(kind=KIND, object_id__in=[link.pk for link in links.values()])
    people = set(told.values_list("recipient_id", flat=True))
    followed = followers_of(FOLLOWED, first)
    through = told_through_bodies(FOLLOWED, first, but=Body(Organisation.FOLLOWER, organisation))
    recipients = defaultdict(set)
    for reader, topics_of in {**through, **followed}.items():
        if reader not in people:
            recipients[first[topics_of[0]]].add(reader)
    person = get_user_model()._default_manager.filter(pk=by).first() if by is not None else None
    for topic, ids in recipients.items():
        # What somebody hears through an organisation comes as all of its kind: they follow no topic by which to choose.
        of = {reader: [Source(FOLLOWED, number) for number in followed.get(reader, ())] for reader in ids}
        readers = get_user_model()._default_manager.filter(pk__in=ids)
        notify(KIND, about=links[topic], recipients=readers, by=person, of=of)


def register() -> None:
    followable_kinds.register(
        FollowableKind(
            name=FOLLOWED,
            label=gettext_lazy("Topics"),
            targets=lambda viewer: Topic.objects.in_use().with_names(),
            choose=lambda: reverse("hanse_members:my_topics"),
            icon="tag",
            order=10,
        )
    )
    topic_links.register(
        TopicLinks(
            name="followers",
            label=gettext_lazy("Followers"),
            rows=lambda: Follow.objects.filter(kind=FOLLOWED).exclude(person=None),
            owner="person_id",
            topic="object_id",
            order=90,
        )
    )
    topic_links.register(
        TopicLinks(
            name="following-organisations",
            label=gettext_lazy("Organisations that follow it"),
            rows=lambda: Follow.objects.filter(kind=FOLLOWED, body=Organisation.FOLLOWER),
            owner="body_id",
            topic="object_id",
            order=93,
        )
    )
    body_kinds.register(BodyKind(name=Organisation.FOLLOWER, in_charge=keepers))
    topic_links.register(
        TopicLinks(
            name="mails",
            label=gettext_lazy("Choices of mails"),
            rows=lambda: DeliveryChoice.objects.filter(source=FOLLOWED),
            owner="person_id",
            topic="source_id",
            counted=False,
            order=91,
        )
    )
    topic_links.register(
        TopicLinks(
            name="told",
            label=gettext_lazy("Notifications"),
            rows=lambda: Notification.objects.filter(source=FOLLOWED),
            owner="pk",
            topic="source_id",
            counted=False,
            order=92,
        )
    )
    notification_kinds.register(
        NotificationKind(
            name=KIND,
            label=gettext_lazy("An organisation takes up a topic that you follow"),
            targets=visible_links,
            text=taken_up_text,
            url=lambda notification, link: link.organisation.get_absolute_url(),
            icon="tag",
            order=60,
        )
    )
