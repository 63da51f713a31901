"""Mails tell each persona what they may see and nothing else, even if everybody were told of everything."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
import time_machine
from django.core import mail
from django.utils import timezone

from hanse_activity.delivery import Delivery, Source
from hanse_activity.digests import gather_digests
from hanse_activity.follows import follow
from hanse_activity.models import Digest, Notification
from hanse_activity.tasks import deliver
from hanse_members.models import OrganisationTopic
from hanse_members.topic_notifications import FOLLOWED, KIND

from .expected import SEES, organisations_listed, visible
from .probes import found

pytestmark = pytest.mark.postgresql

SIGNED_IN = [persona for persona in SEES if persona != "visitor"]
NOON = timezone.make_aware(datetime(2026, 12, 1, 12))  # noqa: DTZ001


def everything(world, persona, delivery: Delivery) -> list[Notification]:
    """Whatever anybody was told, and each organisation with a topic, told to this persona; none of it is sent yet."""
    person = world.people[persona]
    follow(FOLLOWED, [world.topic.pk], person=person)
    topic = Source(FOLLOWED, world.topic.pk)
    news = [(KIND, link.pk, topic) for link in OrganisationTopic.objects.all()]
    news += [(row.kind, row.object_id, None) for row in Notification.objects.exclude(kind=KIND)]
    assert len({kind for kind, _id, _source in news}) > 1
    Notification.objects.all().delete()
    return Notification.objects.bulk_create(
        Notification(
            recipient=person,
            kind=kind,
            object_id=id,
            source=source.name if source else "",
            source_id=source.id if source else None,
            delivery=delivery,
            mail="none" if delivery.is_digest else "waiting",
            mail_due_at=NOON - timedelta(hours=1) if delivery.is_digest else None,
        )
        for kind, id, source in news
    )


@pytest.mark.parametrize("persona", SIGNED_IN)
@pytest.mark.parametrize("delivery", [Delivery.AT_ONCE, Delivery.DAILY, Delivery.WEEKLY])
def test_no_mail_tells_of_hidden_items(world, persona, delivery, django_capture_on_commit_callbacks):
    told = everything(world, persona, delivery)
    mail.outbox.clear()
    with time_machine.travel(NOON, tick=False), django_capture_on_commit_callbacks(execute=True):
        gather_digests()
        if not delivery.is_digest:
            deliver.call([row.pk for row in told])
    assert {sent.to[0] for sent in mail.outbox} <= {world.people[persona].email}
    assert Digest.objects.count() == delivery.is_digest
    text = "\n".join(str(part) for sent in mail.outbox for part in (sent.subject, sent.body, sent.alternatives[0][0]))
    known = organisations_listed(persona)
    assert known <= found(world, text) <= visible(persona) | known
