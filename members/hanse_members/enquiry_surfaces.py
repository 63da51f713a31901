"""What enquiries and deputies add to the shared surfaces: navigation, what waits, notifications, own data, a job."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hanse_base.jobs import TimedJob, jobs
from hanse_base.navigation import NavigationItem, navigation
from hanse_base.personal_data import personal_data
from hanse_base.slots import SlotPart, slots

from . import deputy_notifications, enquiry_notifications, reportable_kinds, subject_kinds, waiting_kinds
from .actions.enquiries import answering_clusters
from .deputy_views import deputies_part
from .enquiry_data import enquiries
from .enquiry_reminders import remind_of_enquiries
from .models import Enquiry
from .subjects import ask_url

#: managements that are named where a search found nothing
MOST_ASKED = 3


def has_enquiries(request: HttpRequest) -> bool:
    """Answers for a cluster, or asked something."""
    viewer = request.viewer
    if viewer.user is None:
        return False
    return bool(viewer.decides.get("cluster")) or Enquiry.objects.asked_by(viewer.user).exists()


def enquiries_url(request: HttpRequest) -> str:
    """The list that one reads more often."""
    manages = request.viewer.decides.get("cluster")
    return reverse(f"hanse_members:{'managed' if manages else 'own'}_enquiries")


def nothing_found(request: HttpRequest) -> dict | None:
    """Where a search found nothing: the managements of the reader's clusters, as far as they answer."""
    own = request.viewer.scopes.get("cluster", frozenset()) if request.user.is_authenticated else frozenset()
    if not own:
        return None
    answering = answering_clusters(besides=request.user).filter(pk__in=own).order_by("name", "pk")[:MOST_ASKED]
    clusters = [(cluster.label, ask_url(cluster)) for cluster in answering]
    return {"clusters": clusters} if clusters else None


def register() -> None:
    navigation.register(
        NavigationItem(
            name="enquiries", label=_("Enquiries"), url=enquiries_url, icon="chat", order=72, shown=has_enquiries
        )
    )
    enquiry_notifications.register()
    deputy_notifications.register()
    slots.register(
        SlotPart(name="deputies", place="waiting", template="hanse_members/slots/deputies.html", context=deputies_part)
    )
    slots.register(
        SlotPart(
            name="ask-management",
            place="nothing-found",
            template="hanse_members/slots/nothing_found.html",
            context=nothing_found,
        )
    )
    subject_kinds.register()
    reportable_kinds.register()
    waiting_kinds.register()
    personal_data.register(enquiries)
    jobs.register(
        TimedJob(
            name="members.remind_of_enquiries",
            label=_("Remind of enquiries that wait for an answer"),
            every=timedelta(hours=1),
            run=remind_of_enquiries,
        )
    )
