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

from . import answers, digests, writing
from .delivery import Delivery
from .lists import unread_count
from .models import (
    Block,
    DeliveryChoice,
    Digest,
    Follow,
    MailSuppression,
    Notification,
    QuietHours,
    Report,
    ReturnedAnswer,
)
from .moderation import remove_old_reports
from .outboxes import Outbox, outboxes
from .report_waiting import reports
from .tasks import release_held, remove_old, report_interrupted, retry_mails


def bell(request: HttpRequest) -> dict | None:
    return {"count": unread_count(request)} if request.user.is_authenticated else None


def export(person) -> Iterator[ExportFile]:
    fields = ("kind", "object_id", "source", "source_id", "data", "created_at", "read_at", "delivery", "mail")
    yield ExportFile("notifications.json", list(Notification.objects.of(person).order_by("pk").values(*fields)))
    digests_of = Digest.objects.filter(person=person).order_by("pk")
    yield ExportFile("digests.json", list(digests_of.values("period", "day", "made_at", "mail")))
    choices = DeliveryChoice.objects.of(person).order_by("pk")
    quiet = QuietHours.objects.filter(person=person)
    yield ExportFile(
        "mail_choices.json",
        {
            "choices": list(choices.values("kind", "source", "source_id", "delivery")),
            "quiet_hours": list(quiet.values("starts", "ends")),
        },
    )
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
    returned = ReturnedAnswer.objects.filter(person=person).order_by("pk")
    yield ExportFile("returned_answers.json", list(returned.values("at", "why", "text", "mail")))
    blocks = Block.objects.by(person)
    yield ExportFile("blocks.json", [row.name for row in blocks])


def erase(person) -> None:
    """What the person was told goes; what others were told of the person's acts stays, without the name."""
    Notification.objects.of(person).delete()
    Digest.objects.filter(person=person).delete()
    DeliveryChoice.objects.of(person).delete()
    QuietHours.objects.filter(person=person).delete()
    Follow.objects.of(person).delete()
    Block.objects.filter(Q(person=person) | Q(blocked=person)).delete()
    ReturnedAnswer.objects.filter(person=person).delete()
    Report.objects.of(person).update(reporter=None)
    Report.objects.filter(author=person).delete()
    MailSuppression.objects.resume(person.email)


def register() -> None:
    outboxes.register(
        Outbox(
            name="notifications",
            rows=lambda: Notification.objects.select_related("recipient", "actor"),
            write=writing.write_notification,
            held_until=writing.held_until,
            held=lambda: Notification.objects.held().filter(delivery=Delivery.AT_ONCE),
        )
    )
    outboxes.register(
        Outbox(
            name="digests",
            rows=lambda: Digest.objects.select_related("person"),
            write=digests.write_digest,
            held_until=digests.held_until,
            held=lambda: Digest.objects.filter(mail_due_at__isnull=False),
        )
    )
    outboxes.register(
        Outbox(
            name=answers.OUTBOX,
            rows=lambda: ReturnedAnswer.objects.select_related("person"),
            write=answers.write_returned,
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
            name="delivery",
            label=_("What reaches me"),
            url=lambda request: reverse("hanse_activity:delivery"),
            icon="mail",
            order=21,
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
            label=_("Notifications, choices of mails, what you follow, reports and blocks"),
            models=(
                "hanse_activity.Block",
                "hanse_activity.DeliveryChoice",
                "hanse_activity.Digest",
                "hanse_activity.Follow",
                "hanse_activity.Notification",
                "hanse_activity.QuietHours",
                "hanse_activity.Report",
                "hanse_activity.ReturnedAnswer",
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
            name="activity.release_held",
            label=_("Send mails that waited for the end of quiet hours"),
            every=timedelta(minutes=5),
            run=release_held,
        )
    )
    jobs.register(
        TimedJob(
            name="activity.gather_digests",
            label=_("Make the digests that are due"),
            every=timedelta(minutes=10),
            run=digests.gather_digests,
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
