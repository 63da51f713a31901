"""Clusters that want to join among what waits for an operator, and what is kept of who applied with one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.contrib.auth import get_user_model
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from hanse_access.operators import may
from hanse_base.personal_data import ExportFile, PersonalData, personal_data
from hanse_base.waiting import WaitingAction, WaitingKind, waiting

from . import actions, cluster_notifications
from .cluster_notifications import DECIDES
from .models import Cluster, ClusterApplication, Organisation, Terms, TermsAcceptance
from .models.memberships import LONGEST_TEXT
from .regions import region_names
from .waiting_kinds import doing


def decides(request: HttpRequest) -> bool:
    return may(request.user, DECIDES)


def waiting_clusters(request: HttpRequest):
    if not decides(request):
        return ClusterApplication.objects.none()
    return ClusterApplication.objects.sent().select_related("applicant", "entry").order_by("sent_at", "pk")


def prepare(applications: Sequence[ClusterApplication], request: HttpRequest) -> None:
    """What the operator judges by: words for codes, the accepted contract, whether the addresses belong together."""
    people = {application.applicant_id for application in applications}
    accepted = TermsAcceptance.objects.filter(terms__kind=Terms.Kind.CONTRACT, actor__user__in=people)
    newest = {row.actor.user_id: row for row in accepted.select_related("terms", "actor").order_by("accepted_at")}
    kinds = dict(Organisation.Kind.choices)
    address = get_user_model().get_email_field_name()
    for application in applications:
        application.email = getattr(application.applicant, address)
        application.accepted = newest.get(application.applicant_id)
        application.kind_names = [kinds.get(kind, kind) for kind in application.kinds]
        application.region_names = list(region_names(application.regions).values())
        website = application.entry.website if application.entry else ""
        host = website.partition("/")[0]
        application.same_domain = bool(host) and application.email.lower().endswith((f"@{host}", f".{host}"))


def said_admitted(number: int) -> str:
    text = ngettext("The cluster takes part now.", "%(count)d clusters take part now.", number)
    return text % {"count": number}


def said_declined(number: int) -> str:
    text = ngettext(
        "Declined. The applicant reads your reason.", "%(count)d declined. The applicants read your reason.", number
    )
    return text % {"count": number}


def said_asked(number: int) -> str:
    text = ngettext("Asked. It waits for the applicant now.", "%(count)d applicants are asked.", number)
    return text % {"count": number}


kind = WaitingKind(
    name="cluster-applications",
    label=_("Clusters that want to take part"),
    template="hanse_members/includes/cluster_application.html",
    items=waiting_clusters,
    concerns=decides,
    prepare=prepare,
    title=lambda application: application.name,
    actions=(
        WaitingAction("admit", _("Admit"), doing(actions.admit_cluster), said_admitted, kind="primary", several=False),
        WaitingAction(
            "ask",
            _("Ask back"),
            doing(actions.ask_applicant),
            said_asked,
            reason_label=_("Question to the applicant"),
            longest_reason=LONGEST_TEXT,
            several=False,
        ),
        WaitingAction(
            "decline",
            _("Decline"),
            doing(actions.decline_cluster),
            said_declined,
            reason_label=_("Reason for the applicant"),
            longest_reason=LONGEST_TEXT,
            several=False,
            kind="danger",
        ),
    ),
    order=5,
)


def leaving_clusters(request: HttpRequest):
    if not may(request.user, cluster_notifications.CHANGES):
        return Cluster.objects.none()
    leaving = Cluster.objects.exclude(notice_at=None).exclude(state=Cluster.State.CLOSED)
    return leaving.order_by("notice_at", "pk")


notices = WaitingKind(
    name="cluster-notices",
    label=_("Clusters that want to leave"),
    template="hanse_members/includes/cluster_notice.html",
    items=leaving_clusters,
    concerns=lambda request: False,
    title=lambda cluster: cluster.name,
    url=lambda cluster: reverse("hanse_members:standing", args=[cluster.slug, "close"]),
    open_label=_("See what becomes of it, and close it"),
    order=6,
)


def export(person) -> Iterator[ExportFile]:
    own = ClusterApplication.objects.of(person).order_by("pk")
    said = ("name", "slug", "carrier", "function", "members", "kinds", "regions", "fields", "contributes", "seeks")
    rows = own.values("state", *said, "languages", "typed", "created_at", "sent_at", "decided_at", "answer")
    yield ExportFile("applications_of_clusters.json", list(rows))


def erase(person) -> None:
    """A cluster that was admitted stays; what was said to get there goes."""
    ClusterApplication.objects.of(person).delete()


data = PersonalData(
    name="cluster-applications",
    label=_("Applications of clusters"),
    models=("hanse_members.ClusterApplication",),
    export=export,
    erase=erase,
    order=23,
)


def register() -> None:
    waiting.register(kind)
    waiting.register(notices)
    personal_data.register(data)
    cluster_notifications.register()
