from datetime import datetime, timedelta

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from hanse_base.jobs import TimedJob, jobs


class JobStateQuerySet(models.QuerySet["JobState"]):
    def registered(self) -> "JobStateQuerySet":
        """Those of jobs that still exist."""
        return self.filter(name__in=[job.name for job in jobs])

    def unclaimed(self, now: datetime) -> "JobStateQuerySet":
        """Those that no worker holds: not running, or running in a worker that has not been heard of since."""
        return self.filter(Q(lease_until=None) | Q(lease_until__lt=now))


class JobState(models.Model):
    """When a timed job ran last and how it ended. Holds no personal data: of an error only its class."""

    class Outcome(models.TextChoices):
        SUCCEEDED = "succeeded", _("Succeeded")
        FAILED = "failed", _("Failed")

    #: A failed job is tried again after this time, or after its own period if that is shorter.
    RETRY_AFTER = timedelta(minutes=5)
    #: A worker that runs a job renews its claim well within this time; past it the worker counts as dead.
    LEASE = timedelta(seconds=60)
    #: So long after its time a job that has not started is late: no worker runs.
    LATE_AFTER = timedelta(minutes=15)

    name = models.CharField(_("name"), max_length=100, unique=True)
    known_since = models.DateTimeField(_("known since"), default=timezone.now)
    started_at = models.DateTimeField(_("last start"), null=True, blank=True)
    ended_at = models.DateTimeField(_("last end"), null=True, blank=True)
    outcome = models.CharField(_("result"), max_length=20, choices=Outcome, blank=True)
    error_class = models.CharField(_("error"), max_length=200, blank=True)
    worker = models.CharField(_("worker"), max_length=64, blank=True)
    lease_until = models.DateTimeField(_("claimed until"), null=True, blank=True)

    objects = JobStateQuerySet.as_manager()

    class Meta:
        verbose_name = _("timed job")
        verbose_name_plural = _("timed jobs")
        ordering = ["name"]
        default_permissions = ("view",)

    def __str__(self) -> str:
        return str(self.job.label) if self.name in jobs else self.name

    @property
    def job(self) -> TimedJob:
        return jobs[self.name]

    @property
    def running(self) -> bool:
        return self.lease_until is not None and self.lease_until >= timezone.now()

    @property
    def next_due(self) -> datetime:
        """When it is to start next; in the past when it waits for a worker."""
        if self.started_at is None:
            return self.known_since
        if self.lease_until is not None:
            return self.lease_until  # it is run again if its worker is silent until then
        if self.outcome == self.Outcome.FAILED and self.ended_at is not None:
            return self.ended_at + min(self.RETRY_AFTER, self.job.every)
        return self.started_at + self.job.every

    def is_late(self, now: datetime) -> bool:
        return now - self.next_due > self.LATE_AFTER
