"""What enquiries add to the shared surfaces: navigation, notifications, personal data, a timed job."""

from __future__ import annotations

from datetime import timedelta

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from hanse_base.jobs import TimedJob, jobs
from hanse_base.navigation import NavigationItem, navigation
from hanse_base.personal_data import personal_data

from . import enquiry_notifications, subject_kinds
from .enquiry_data import enquiries
from .enquiry_reminders import remind_of_enquiries
from .models import Enquiry


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


def register() -> None:
    navigation.register(
        NavigationItem(
            name="enquiries", label=_("Enquiries"), url=enquiries_url, icon="chat", order=72, shown=has_enquiries
        )
    )
    enquiry_notifications.register()
    subject_kinds.register()
    personal_data.register(enquiries)
    jobs.register(
        TimedJob(
            name="members.remind_of_enquiries",
            label=_("Remind of enquiries that wait for an answer"),
            every=timedelta(hours=1),
            run=remind_of_enquiries,
        )
    )
