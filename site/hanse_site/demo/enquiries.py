"""Enquiries of the demo, in every state, and a manager who is away."""

from __future__ import annotations

import datetime
import uuid
from dataclasses import dataclass

from django.db import transaction
from django.utils import timezone

from hanse_members import actions
from hanse_members.models import Cluster, Enquiry, EnquiryMessage, Membership, Organisation
from hanse_members.roles import Role
from hanse_members.subjects import subjects
from hanse_news.models import NewsPage

from ..models import User
from .people import address_of

PHOTONIK, LEICHTBAU, BIOMED = "photonik-nord", "leichtbau-sued", "biomed-mitte"
#: a manager besides the persona; she is away, and the persona stands in
SECOND_MANAGER = address_of(PHOTONIK, "Silke Nissen")


@dataclass(frozen=True)
class DemoEnquiry:
    """``about``: name of an organisation, key of a piece of news or slug of a cluster. The steps follow one another.

    ``taken_by``: "second" stands for the manager who is away. ``handed_to``: slug and note.
    """

    asker: str
    cluster: str
    about: tuple[str, str]
    text: str
    hours_ago: int
    taken_by: str = ""
    handed_to: tuple[str, str] | None = None
    answer: tuple[str, str] | None = None
    reply: str = ""
    closed: bool = False


ENQUIRIES = (
    DemoEnquiry(
        "expert.leichtbau",
        PHOTONIK,
        ("organisation", "Ostufer Optik GmbH"),
        "We inspect carbon parts with a line camera and lose contrast at the edges. Would somebody at Ostufer look at our "
        "optics with us, for half a day? We can come to Kiel.",
        100,
    ),
    DemoEnquiry(
        "newcomer",
        PHOTONIK,
        ("cluster", PHOTONIK),
        "Ich habe mich am Montag beworben. Gibt es vorher schon einen Termin, zu dem ich als Gast kommen kann?",
        5,
    ),
    DemoEnquiry(
        "guest",
        PHOTONIK,
        ("news", "sensor-prize"),
        "Wir sortieren Äpfel und würden das Spektrometer gern drei Wochen lang ausprobieren. Wer entscheidet darüber?",
        30,
        taken_by="second",
    ),
    DemoEnquiry(
        "expert.biomed",
        PHOTONIK,
        ("organisation", "Klinikum an der Schwentine, Augenheilkunde"),
        "Who would be the right person at the hospital for a joint proposal on imaging of the eye? The call closes in March.",
        70,
        taken_by="manager.photonik",
        answer=(
            "manager.photonik",
            "Two of them are interested. I have asked both to keep Thursday afternoon free and will bring you together.",
        ),
    ),
    DemoEnquiry(
        "company.photonik",
        BIOMED,
        ("organisation", "Prüfwerk Nord-Ost GmbH"),
        "Wir brauchen die Prüfung einer Laserzelle mit Teilen aus Verbundwerkstoff. Macht das bei Ihnen jemand?",
        26,
        handed_to=(LEICHTBAU, "Verbundwerkstoffe prüft bei uns niemand; in Reutlingen schon."),
    ),
    DemoEnquiry(
        "juror",
        PHOTONIK,
        ("organisation", "Verein Optische Schulwerkstätten e. V."),
        "Our faculty would open its workshop for a school class. Whom should we talk to?",
        220,
        taken_by="manager.photonik",
        answer=("manager.photonik", "The association plans its spring now. I have given them your name and number."),
        reply="They have called, and we have a date. Thank you.",
        closed=True,
    ),
)


@transaction.atomic
def load_enquiries(people: dict[str, User], namespace: uuid.UUID) -> int:
    """All of them, once. Returns their number."""
    if Enquiry.objects.exists():
        return 0
    second = User.objects.get(email=SECOND_MANAGER)
    membership = Membership.objects.of(second).get(cluster__slug=PHOTONIK)
    actions.set_role(membership, Role.MANAGER, by=people["operator"])
    people = {**people, "second": second}
    for wanted in ENQUIRIES:
        _load(wanted, people, namespace)
    today = timezone.localdate()
    actions.name_deputies(
        by=second,
        deputies={membership.cluster: people["manager.photonik"]},
        starts_on=today - datetime.timedelta(days=1),
        ends_on=today + datetime.timedelta(days=12),
    )
    return len(ENQUIRIES)


def _load(wanted: DemoEnquiry, people: dict[str, User], namespace: uuid.UUID) -> None:
    kind, name = wanted.about
    rows = {
        "organisation": Organisation.objects.filter(name=name),
        "news": NewsPage.objects.filter(translation_key=uuid.uuid5(namespace, name)),
        "cluster": Cluster.objects.filter(slug=name),
    }[kind]
    subject, asker = subjects[kind], people[wanted.asker]
    enquiry = actions.ask_management(
        by=asker,
        cluster=Cluster.objects.get(slug=wanted.cluster),
        subject=subject,
        key=str(getattr(rows[0], subject.key)),
        text=wanted.text,
    )
    if wanted.taken_by:
        enquiry = actions.take_enquiry(enquiry, by=people[wanted.taken_by])
    if wanted.handed_to:
        slug, note = wanted.handed_to
        manager = people["manager.biomed"]
        enquiry = actions.hand_over_enquiry(enquiry, by=manager, cluster=Cluster.objects.get(slug=slug), note=note)
    if wanted.answer:
        by, text = wanted.answer
        enquiry = actions.answer_enquiry(enquiry, by=people[by], text=text)
    if wanted.reply:
        enquiry = actions.reply_to_enquiry(enquiry, by=asker, text=wanted.reply)
    if wanted.closed:
        enquiry = actions.close_enquiry(enquiry, by=asker)
    _backdate(enquiry, wanted.hours_ago)


def _backdate(enquiry: Enquiry, hours: int) -> None:
    """As if it had begun so many hours ago, and each step had taken a while."""
    began = timezone.now() - datetime.timedelta(hours=hours)
    steps = list(EnquiryMessage.objects.filter(enquiry=enquiry))
    times = [began + datetime.timedelta(hours=hours) * (place + 1) / (len(steps) + 2) for place in range(len(steps))]
    for step, at in zip(steps, times, strict=True):
        EnquiryMessage.objects.filter(pk=step.pk).update(at=at)
    last = times[-1] if times else began
    waiting_since = last if enquiry.state == Enquiry.State.NEW and times else began
    Enquiry.objects.filter(pk=enquiry.pk).update(asked_at=began, changed_at=last, waiting_since=waiting_since)
