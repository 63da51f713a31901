"""What activity adds to the shared surfaces: bell, personal data, timed jobs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hanse_base.jobs import TimedJob, jobs
from hanse_base.navigation import NavigationItem, navigation
from hanse_base.personal_data import ExportFile, PersonalData, personal_data
from hanse_base.slots import SlotPart, slots

from .lists import unread_count
from .models import Follow, MailSuppression, Notification
from .outboxes import Outbox, outboxes
from .tasks import remove_old, report_interrupted, retry_mails, write_notification


def bell(request: HttpRequest) -> dict | None:
    return {"count": unread_count(request)} if request.user.is_authenticated else None


def export(person) -> Iterator[ExportFile]:
    fields = ("kind", "object_id", "data", "created_at", "read_at", "mail")
    yield ExportFile("notifications.json", list(Notification.objects.of(person).order_by("pk").values(*fields)))
    follows = Follow.objects.of(person).order_by("pk")
    yield ExportFile("follows.json", list(follows.values("kind", "object_id", "created_at")))


def erase(person) -> None:
    """What the person was told goes; what others were told of the person's acts stays, without the name."""
    Notification.objects.of(person).delete()
    Follow.objects.of(person).delete()
    MailSuppression.objects.resume(person.email)


def register() -> None:
    outboxes.register(
        Outbox(
            name="notifications",
            rows=lambda: Notification.objects.select_related("recipient", "actor"),
            write=write_notification,
        )
    )
    slots.register(
        SlotPart(name="bell", place="notifications", template="hanse_activity/slots/bell.html", context=bell)
    )
    navigation.register(
        NavigationItem(
            name="follows",
            label=_("What I follow"),
            url=lambda request: reverse("hanse_activity:follows"),
            icon="bell",
            order=20,
            area="person",
            shown=lambda request: request.user.is_authenticated,
        )
    )
    personal_data.register(
        PersonalData(
            name="activity",
            label=_("Notifications and what you follow"),
            models=("hanse_activity.Follow", "hanse_activity.Notification"),
            export=export,
            erase=erase,
        )
    )
    jobs.register(
        TimedJob(
            name="activity.retry_mails",
            label=_("Try again to send mails that a server did not take"),
            every=timedelta(minutes=5),
            run=retry_mails,
        )
    )
    jobs.register(
        TimedJob(
            name="activity.report_interrupted",
            label=_("Report mails whose sending was interrupted"),
            every=timedelta(minutes=30),
            run=report_interrupted,
        )
    )
    jobs.register(
        TimedJob(
            name="activity.remove_old",
            label=_("Remove old notifications"),
            every=timedelta(days=1),
            run=remove_old,
        )
    )
