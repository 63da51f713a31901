"""What activity adds to the shared surfaces: bell, personal data, timed jobs."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from django.db.models import Q
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hanse_base.jobs import TimedJob, jobs
from hanse_base.navigation import NavigationItem, navigation
from hanse_base.personal_data import ExportFile, PersonalData, personal_data
from hanse_base.slots import SlotPart, slots
from hanse_base.waiting import waiting

from .lists import unread_count
from .models import Block, Follow, MailSuppression, Notification, Report
from .moderation import remove_old_reports
from .outboxes import Outbox, outboxes
from .report_waiting import reports
from .tasks import remove_old, report_interrupted, retry_mails, write_notification


def bell(request: HttpRequest) -> dict | None:
    return {"count": unread_count(request)} if request.user.is_authenticated else None


def export(person) -> Iterator[ExportFile]:
    fields = ("kind", "object_id", "data", "created_at", "read_at", "mail")
    yield ExportFile("notifications.json", list(Notification.objects.of(person).order_by("pk").values(*fields)))
    follows = Follow.objects.of(person).order_by("pk")
    yield ExportFile("follows.json", list(follows.values("kind", "object_id", "created_at")))
    made, suffered = Report.objects.of(person), Report.objects.filter(author=person).exclude(statement="")
    yield ExportFile(
        "reports.json",
        {
            "made_by_me": list(made.values("kind", "category", "reason", "copy", "made_at", "state", "statement")),
            "about_mine": list(suffered.values("kind", "decided_at", "state", "statement")),
        },
    )
    blocks = Block.objects.by(person)
    yield ExportFile("blocks.json", [row.name for row in blocks])


def erase(person) -> None:
    """What the person was told goes; what others were told of the person's acts stays, without the name."""
    Notification.objects.of(person).delete()
    Follow.objects.of(person).delete()
    Block.objects.filter(Q(person=person) | Q(blocked=person)).delete()
    Report.objects.of(person).update(reporter=None)
    Report.objects.filter(author=person).delete()
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
    navigation.register(
        NavigationItem(
            name="reports",
            label=_("Reports and blocks"),
            url=lambda request: reverse("hanse_activity:reports"),
            icon="flag",
            order=25,
            area="person",
            shown=lambda request: request.user.is_authenticated,
        )
    )
    waiting.register(reports)
    personal_data.register(
        PersonalData(
            name="activity",
            label=_("Notifications, what you follow, reports and blocks"),
            models=(
                "hanse_activity.Block",
                "hanse_activity.Follow",
                "hanse_activity.Notification",
                "hanse_activity.Report",
            ),
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
            name="activity.remove_old_reports",
            label=_("Remove reports that were decided long ago"),
            every=timedelta(days=1),
            run=remove_old_reports,
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
